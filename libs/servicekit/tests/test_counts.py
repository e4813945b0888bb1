"""Counts for a dashboard: of what the asker may see, by the columns a list is filtered by."""

from typing import Any

import httpx
import pytest

from servicekit.testing import LocalService


async def bring(desk: LocalService, title: str, company: str | None, *parts: str) -> str:
    things = [{"name": part, "quantity": 1} for part in parts]
    body = {"title": title, "company": company, "things": things}
    answer = await desk.client("gil", "clerk").post("/repairs", json=body)
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["id"]
    return number


async def counts(client: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/repairs/counts{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
async def shop(desk: LocalService) -> LocalService:
    """Five repairs: three of north, one of south, one of nobody; one of them is done."""
    first = await bring(desk, "clock", "north", "spring", "hand")
    await bring(desk, "watch", "north", "spring")
    await bring(desk, "bike", "north")
    await bring(desk, "lamp", "south", "bulb")
    await bring(desk, "door", None, "hinge", "hinge")
    await desk.client("gil", "clerk").post(f"/repairs/{first}/end", json={"how": "oiled"})
    await desk.settled()
    return desk


async def test_without_a_column_there_is_the_total(shop: LocalService) -> None:
    assert await counts(shop.client("gil")) == {"groups": [], "total": 5}
    assert await counts(shop.client("gil"), "?state=open") == {"groups": [], "total": 4}


async def test_by_one_column_the_largest_first_and_empty_values_told(shop: LocalService) -> None:
    assert await counts(shop.client("gil"), "?by=company") == {
        "groups": [
            {"by": {"company": "north"}, "count": 3},
            {"by": {"company": "south"}, "count": 1},
            {"by": {"company": None}, "count": 1},
        ],
        "total": 5,
    }


async def test_by_two_columns(shop: LocalService) -> None:
    found = await counts(shop.client("gil"), "?by=state&by=company&company=north")
    assert found["total"] == 3
    assert {(group["by"]["state"], group["count"]) for group in found["groups"]} == {("open", 2), ("done", 1)}


async def test_a_row_of_several_values_counts_once_for_each(shop: LocalService) -> None:
    found = await counts(shop.client("gil"), "?by=parts")
    assert found["total"] == 5
    assert {group["by"]["parts"]: group["count"] for group in found["groups"]} == {
        "spring": 2, "hand": 1, "bulb": 1, "hinge": 1, None: 1,
    }  # fmt: skip


async def test_counts_take_the_filters_of_the_list(shop: LocalService) -> None:
    gil = shop.client("gil")
    for query in ("?company=north", "?parts=spring&parts=bulb", "?q=clock", "?things_from=1&state=open"):
        listed = (await gil.get(f"/repairs{query}")).json()["items"]
        assert listed
        assert (await counts(gil, query))["total"] == len(listed), query


async def test_people_of_a_company_count_their_own_and_what_is_nobodys(shop: LocalService) -> None:
    nora = shop.client("nora", company="north")
    found = await counts(nora, "?by=company")
    assert found["total"] == 4
    assert {group["by"]["company"] for group in found["groups"]} == {"north", None}
    assert (await counts(nora, "?company=south&by=state")) == {"groups": [], "total": 0}
    parts = (await counts(nora, "?by=parts"))["groups"]
    assert "bulb" not in {group["by"]["parts"] for group in parts}


async def test_nothing_counts_as_nothing(desk: LocalService) -> None:
    await desk.settled()
    assert await counts(desk.client("gil"), "?by=state") == {"groups": [], "total": 0}
    assert await counts(desk.client("gil"), "?by=parts") == {"groups": [], "total": 0}


async def test_counts_wait_for_a_position(desk: LocalService) -> None:
    gil = desk.client("gil", "clerk")
    for n in range(5):
        done = await gil.post("/repairs", json={"title": "clock"})
        found = await gil.get("/repairs/counts", headers={"Log-Position": done.headers["log-position"]})
        assert found.json()["total"] == n + 1


@pytest.mark.parametrize("query", ["?by=title", "?by=", "?order=number", "?by=state&limit=3", "?as_of=soon"])
async def test_what_cannot_be_counted_by_is_told(desk: LocalService, query: str) -> None:
    answer = await desk.client("gil").get(f"/repairs/counts{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")


async def test_too_many_groups_are_refused_and_not_cut_off(
    desk: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.counts.MOST_GROUPS", 2)
    for part in ("a", "b", "c"):
        await bring(desk, "thing", None, part)
    await desk.settled()
    answer = await desk.client("gil").get("/repairs/counts?by=parts")
    assert answer.status_code == 422
    assert "more than 2 groups" in answer.json()["errors"][0]["detail"]
    assert (await counts(desk.client("gil"), "?by=parts&parts=a"))["total"] == 1
