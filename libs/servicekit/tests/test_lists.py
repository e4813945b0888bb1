"""Lists: pages, filters, orders, who sees what, and reading what one has just written."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from desk.app import service
from desk.shelf import shelf

from launch.databases import Database
from servicekit import everybody, list_route
from servicekit.testing import LocalService, running


async def fill(desk: LocalService, count: int = 12) -> None:
    """Repairs whose dates and prices repeat and are missing now and then."""
    gil = desk.client("gil", "clerk")
    for n in range(count):
        thing: dict[str, Any] = {"title": f"thing {n}", "company": ("north", "south", None)[n % 3]}
        if n % 4:
            thing["due"] = str(date(2026, 1, 1) + timedelta(days=n % 5))
        if n % 5:
            thing["price"] = f"{n % 3}.50"
        answer = await gil.post("/repairs", json=thing)
        assert answer.status_code == 201
    await desk.settled()


async def rows(client: httpx.AsyncClient, limit: int = 200, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list, followed by their cursors."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get("/repairs", params={"limit": limit, **query})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        query["cursor"] = answer.json()["next"]
        if query["cursor"] is None:
            return found


@pytest.mark.parametrize(
    "order", ["number", "-number", "asked_at", "-asked_at", "due", "-due", "price", "-price"]
)
async def test_pages_join_to_the_whole_list_in_order(desk: LocalService, order: str) -> None:
    await fill(desk)
    gil = desk.client("gil")
    whole = await rows(gil, order=order)
    column = order.removeprefix("-")
    known = [row[column] for row in whole if row[column] is not None]
    assert known == sorted(known, reverse=order != column)
    assert [row[column] for row in whole[len(known) :]] == [None] * (12 - len(known))
    assert len({row["number"] for row in whole}) == 12
    for limit in (1, 5):
        assert await rows(gil, limit=limit, order=order) == whole


async def test_a_page_links_to_the_next(desk: LocalService) -> None:
    await fill(desk, 3)
    gil = desk.client("gil")
    first = await gil.get("/repairs?limit=2&order=-due")
    second = await gil.get(first.links["next"]["url"])
    assert len(first.json()["items"]) == 2
    assert len(second.json()["items"]) == 1
    assert "next" not in second.links


async def test_values_are_as_in_the_read_model(desk: LocalService) -> None:
    gil = desk.client("gil", "clerk")
    done = await gil.post("/repairs", json={"title": "clock", "due": "2026-02-01", "price": "3.10"})
    answer = await gil.get("/repairs", headers={"Log-Position": done.headers["log-position"]})
    (row,) = answer.json()["items"]
    asked_at = row.pop("asked_at")
    assert asked_at.endswith("Z")
    assert row == {
        "number": done.json()["id"], "title": "clock", "company": None, "state": "open", "due": "2026-02-01",
        "price": "3.10", "things": 0, "parts": [], "thanked": False,
    }  # fmt: skip


async def test_filters_and_ranges(desk: LocalService) -> None:
    await fill(desk)
    gil = desk.client("gil")
    assert {row["company"] for row in await rows(gil, company="north")} == {"north"}
    assert {row["company"] for row in await rows(gil, company=["north", "south"])} == {"north", "south"}
    assert await rows(gil, state="done") == []
    dues = {row["due"] for row in await rows(gil, due_from="2026-01-02", due_before="2026-01-04")}
    assert dues == {"2026-01-02", "2026-01-03"}


async def test_people_of_a_company_see_their_own_and_what_is_nobodys(desk: LocalService) -> None:
    await fill(desk)
    north = desk.client("nora", company="north")
    assert {row["company"] for row in await rows(north)} == {"north", None}
    assert {row["company"] for row in await rows(north, limit=1, order="due")} == {"north", None}
    assert await rows(north, company="south") == []
    assert len(await rows(desk.client("gil"))) == 12


async def test_a_cursor_is_of_its_question(desk: LocalService) -> None:
    await fill(desk, 5)
    gil = desk.client("gil")
    cursor = (await gil.get("/repairs?limit=2")).json()["next"]
    assert (await gil.get("/repairs", params={"limit": 3, "cursor": cursor})).status_code == 200
    for other in ({"order": "due"}, {"company": "north"}):
        answer = await gil.get("/repairs", params={"cursor": cursor} | other)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "cursor"


async def test_values_that_no_row_can_have_are_nobodys_fault_but_the_askers(desk: LocalService) -> None:
    await fill(desk, 3)
    gil = desk.client("gil")
    forged = json.loads(urlsafe_b64decode((await gil.get("/repairs?limit=1")).json()["next"] + "=="))
    forged[1:] = ["\0", "\0"]
    cursor = urlsafe_b64encode(json.dumps(forged).encode()).decode()
    for query in ("company=%00", "things_from=99999999999999999999", f"cursor={cursor}"):
        answer = await gil.get(f"/repairs?{query}")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request"), query
    assert len(await rows(gil)) == 3


async def test_a_list_contains_the_command_whose_position_it_is_sent(desk: LocalService) -> None:
    gil = desk.client("gil", "clerk")
    for n in range(20):
        done = await gil.post("/repairs", json={"title": f"thing {n}"})
        position = done.headers["log-position"]
        query = {"order": "-asked_at", "limit": "1"}
        if n % 2:
            listed = await gil.get("/repairs", params=query, headers={"Log-Position": position})
        else:
            listed = await gil.get("/repairs", params=query | {"at_least": position})
        assert listed.json()["items"][0]["number"] == done.json()["id"]


async def test_a_list_that_does_not_get_there_says_so(database: Database) -> None:
    async with running(service, database, list_wait=0.2) as desk:
        gil = desk.client("gil", "clerk")
        await gil.post("/repairs", json={"title": "clock"})
        await desk.settled()
        await desk.runtime.pool.execute("UPDATE feed.checkpoint SET position = 0 WHERE consumer = 'shelf_v1'")
        answer = await gil.get("/repairs", headers={"Log-Position": "1"})
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/read-model-behind"
        assert int(answer.headers["retry-after"]) >= 1
        other = await gil.get("/repairs", headers={"Log-Position": "1000"})
        assert other.status_code == 422
        assert "this service's log has 1 events" in other.json()["errors"][0]["detail"]


async def test_a_list_that_is_not_built_yet_says_so(desk: LocalService) -> None:
    gil = desk.client("gil", "clerk")
    await fill(desk, 1)
    assert (await gil.get("/repairs")).status_code == 200
    await desk.runtime.pool.execute("DROP VIEW read.shelf")
    answer = await gil.get("/repairs")
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/read-model-behind"


def test_a_list_of_columns_that_are_not_there_does_not_start() -> None:
    with pytest.raises(ValueError, match="shelf has no column weight: number, title"):
        list_route(
            shelf, path="/x", tag="X", summary="x", visible=everybody, filters=("state",), order=("-weight",)
        )
