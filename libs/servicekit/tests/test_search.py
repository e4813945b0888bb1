"""Searching a list: words in any of its texts, Chinese as well, and numbers as somebody says them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_counts import bring

from servicekit.testing import LocalService


@pytest.fixture
async def shop(desk: LocalService) -> LocalService:
    await bring(desk, "Grandfather CLOCK, 100% oak", "north", "spring")
    await bring(desk, "wrist_watch", "south", "Spring", "glass")
    await bring(desk, "恒山供电公司 高压开关柜", "north", "断路器")
    await bring(desk, "wristXwatch KYN28（柜）", None)
    await desk.settled()
    return desk


async def titles(desk: LocalService, q: str, company: str | None = None) -> list[str]:
    answer = await desk.client("gil", "clerk", company=company).get("/repairs", params={"q": q})
    assert answer.status_code == 200, answer.text
    return sorted(row["title"][:6] for row in answer.json()["items"])


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("clock", ["Grandf"]),
        ("  OAK  grand ", ["Grandf"]),
        ("spring", ["Grandf", "wrist_"]),
        ("spring watch", ["wrist_"]),
        ("恒山", ["恒山供电公司"]),
        ("柜", ["wristX", "恒山供电公司"]),
        ("（柜）", ["wristX"]),
        ("断路器 高压", ["恒山供电公司"]),
        ("高压 clock", []),
        ("100%", ["Grandf"]),
        ("%", ["Grandf"]),
        ("_", ["wrist_"]),
        ("t_w", ["wrist_"]),
        ("\\", []),
        ("'; DROP TABLE", []),
        ("ＫＹＮ２８", ["wristX"]),
        ("ｃｌｏｃｋ", ["Grandf"]),
        ("oakspring", []),
    ],
)
async def test_every_word_stands_somewhere_in_a_row(shop: LocalService, q: str, found: list[str]) -> None:
    assert await titles(shop, q) == found


async def test_a_number_is_found_as_somebody_says_it(shop: LocalService) -> None:
    (row,) = (await shop.client("gil").get("/repairs?q=clock")).json()["items"]
    number = row["number"]
    for said in (number, number.lower(), " ".join(number), number[:4], f"{number[:3]} {number[3:]} clock"):
        assert "Grandf" in await titles(shop, said), said


async def test_a_search_shows_nothing_of_others(shop: LocalService) -> None:
    assert await titles(shop, "spring", company="south") == ["wrist_"]
    assert await titles(shop, "恒山", company="south") == []
    (row,) = (await shop.client("gil").get("/repairs?q=clock")).json()["items"]
    assert await titles(shop, row["number"], company="south") == []


async def test_a_search_goes_with_filters_and_pages(shop: LocalService) -> None:
    gil = shop.client("gil")
    first = (await gil.get("/repairs", params={"q": "spring", "limit": 1})).json()
    second = (await gil.get("/repairs", params={"q": "spring", "limit": 1, "cursor": first["next"]})).json()
    assert len(first["items"]) == len(second["items"]) == 1
    assert second["next"] is None
    other = await gil.get("/repairs", params={"q": "glass", "limit": 1, "cursor": first["next"]})
    assert other.status_code == 422
    assert (await gil.get("/repairs", params={"q": "spring", "company": "south"})).json()["items"]


@pytest.mark.parametrize("q", ["", "   ", "x" * 101, "\0"])
async def test_a_search_for_nothing_or_too_much_is_refused(desk: LocalService, q: str) -> None:
    assert (await desk.client("gil").get("/repairs", params={"q": q})).status_code == 422


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(min_size=1, max_size=40, alphabet=st.characters(exclude_categories=["Cs"])))
async def test_whatever_is_looked_for_breaks_nothing(shop: LocalService, q: str) -> None:
    assert (await shop.client("gil").get("/repairs", params={"q": q})).status_code in {200, 422}
