"""The work list: what waits for me, the most urgent first, who else is waited for and since when."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
from case_story import COMPLETE_SET, CONTENT, CUSTOMER
from contract_story import DRAFT, TEXT
from review_house import NUMBER, OPINION, House, say

from events.contracts.common import Content
from review.case.refusal import ProposeRefusal
from review.case.request import VoidReview

NO = {"feasible": False, "earliest_date": "2026-08-01"}


def due(day: date | None, content: Content = CONTENT) -> Content:
    return content.model_copy(update={"delivery_date": day})


async def work(house: House, who: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    await house.review.settled()
    answer = await who.get("/work-list", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def works(house: House, who: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Number and kind of what waits for somebody."""
    return [(item["number"], item["work"]) for item in await work(house, who)]


async def test_the_most_urgent_comes_first_then_what_waits_longest(house: House) -> None:
    for number, day in (
        ("B", date(2026, 8, 1)),
        ("C", None),
        ("A", date(2026, 5, 1)),
        ("D", date(2026, 8, 1)),
    ):
        await house.asked(due(day), number)
    await house.hears(DRAFT, "E")
    assert [number for number, _ in await works(house, house.desk)] == ["A", "E", "B", "D", "C"]


async def test_it_says_what_to_do_where_and_who_else_is_waited_for_since_when(house: House) -> None:
    await house.asked(CONTENT)
    (item,) = await work(house, house.desk)
    monday = "2026-01-05T09:00:00Z"
    assert item == {
        "work": "judge_delivery",
        "thing": "case",
        "number": NUMBER,
        "role": "contract_desk",
        "post_to": f"/cases/{NUMBER}/delivery-judgement",
        "href": f"/cases/{NUMBER}",
        "question": None,
        "customer_name": CUSTOMER.name,
        "company": "HV",
        "delivery_date": "2026-06-30",
        "since": monday,
        "others": [{"role": "production_manager", "since": monday}],
    }
    judge = {"content_version": 1, "side": "contract_desk", "feasible": True}
    done = await house.desk.post(item["post_to"], json=judge)
    assert done.status_code == 200


async def test_each_sees_their_own_part_of_a_panel_when_its_turn_comes(house: House) -> None:
    await house.asked(COMPLETE_SET)
    assert await works(house, house.desk) == [(NUMBER, "convene_panel")]
    await say(house.desk, f"/cases/{NUMBER}/panel", logistics=True)
    everybody = {
        "technical": house.technical,
        "quality": house.quality,
        "logistics": house.logistics,
        "production": house.production,
    }
    waited = ["technical", "quality", "logistics"]
    for department, who in everybody.items():
        seen = {one for one, person in everybody.items() if await works(house, person)}
        assert seen == set(waited or ["production"])
        await say(who, f"/cases/{NUMBER}/opinions", **OPINION, department=department)
        waited = waited[1:]
    for manager in (house.general_manager, house.deputy):
        assert await works(house, manager) == [(NUMBER, "decide_case")]
    assert await works(house, house.desk) == []


async def test_who_was_asked_sees_the_question(house: House) -> None:
    await house.asked(COMPLETE_SET)
    await house.panel_speaks()
    await say(house.desk, f"/cases/{NUMBER}/questions", to="technical", question="also in May?")
    (item,) = await work(house, house.technical)
    assert (item["work"], item["question"]) == ("give_opinion", "also in May?")
    assert await works(house, house.general_manager) == await works(house, house.production) == []


async def test_c8_the_manager_sees_a_refusal_to_decide(house: House) -> None:
    await house.asked(CONTENT)
    await say(house.desk, f"/cases/{NUMBER}/delivery-judgement", side="contract_desk", feasible=True)
    await say(house.production, f"/cases/{NUMBER}/delivery-judgement", side="production", **NO)
    await house.hears(ProposeRefusal(content_version=1, reason="cannot wait", proposed_by="gao"))
    assert await works(house, house.deputy) == [(NUMBER, "decide_refusal")]
    assert await works(house, house.general_manager) == []  # whose proposal it is


async def test_s6_contracts_wait_beside_the_cases(house: House) -> None:
    await house.hears(DRAFT)
    for who in (house.desk, house.legal, house.finance, house.general_manager, house.deputy):
        (item,) = await work(house, who)
        assert (item["work"], item["thing"]) == ("judge_clauses", "contract")
        assert item["post_to"] == f"/contracts/{NUMBER}/clause-judgements"
        assert len(item["others"]) == 2
    assert await works(house, house.technical) == []
    await say(house.desk, f"/contracts/{NUMBER}/clause-judgements", aspect="risk", digest=TEXT)
    assert await works(house, house.general_manager) == []


async def test_nobody_sees_what_they_asked_for_prepared_or_drafted(house: House) -> None:
    await house.asked(CONTENT, "MINE", by="deng")
    await house.asked(CONTENT, "OURS")
    await house.hears(DRAFT.model_copy(update={"drafted_by": "deng"}), "DRAFTED")
    assert await works(house, house.desk) == [("OURS", "judge_delivery")]
    another = house.review.client("du", "contract_desk")
    assert len(await works(house, another)) == 3


async def test_nobody_sees_a_second_side_of_what_they_judged(house: House) -> None:
    both = house.review.client("wu", "contract_desk", "production_manager", company="HV")
    await house.asked(CONTENT)
    assert [item["role"] for item in await work(house, both)] == ["contract_desk", "production_manager"]
    await say(both, f"/cases/{NUMBER}/delivery-judgement", side="contract_desk", feasible=True)
    assert await works(house, both) == []
    assert await works(house, house.production) == [(NUMBER, "judge_delivery")]
    await house.asked(COMPLETE_SET, "PANEL")
    await say(house.desk, "/cases/PANEL/panel")
    heads_two = house.review.client("xu", "technical", "quality", company="HV")
    assert await works(house, heads_two) == [("PANEL", "give_opinion")] * 2
    await say(heads_two, "/cases/PANEL/opinions", **OPINION, department="technical")
    assert await works(house, heads_two) == []
    assert await works(house, house.quality) == [("PANEL", "give_opinion")]
    two_sides = house.review.client("li", "legal", "finance")
    await house.hears(DRAFT, "DRAFTED")
    await say(two_sides, "/contracts/DRAFTED/clause-judgements", aspect="legal", digest=TEXT)
    assert await works(house, two_sides) == []


async def test_only_the_product_company_s_own_people_see_its_work(house: House) -> None:
    await house.asked(CONTENT, "OURS")
    await house.asked(CONTENT, "THEIRS", company="LV")
    assert await works(house, house.production) == [("OURS", "judge_delivery")]
    assert len(await works(house, house.desk)) == 2
    assert await works(house, house.review.client("wu", "production_manager")) == []
    await house.hears(DRAFT.model_copy(update={"product_company": None}), "OLD")
    assert await works(house, house.general_manager) == []
    assert await works(house, house.legal) == [("OLD", "judge_clauses")]


async def test_what_is_void_waits_for_no_reviewer(house: House) -> None:
    await house.asked(CONTENT)
    await house.hears(VoidReview(content_version=2, reason="later"))
    for who in (house.desk, house.production, house.review.client("sun", "sales")):
        assert await works(house, who) == []


async def test_it_comes_in_pages(house: House) -> None:
    for place in range(7):
        await house.asked(due(date(2026, 6, 1 + place % 2) if place < 5 else None), f"N{place}")
    both = house.review.client("wu", "contract_desk", "production_manager", company="HV")
    whole = await work(house, both)
    assert len(whole) == 14
    found, params = [], {"limit": "3"}
    while True:
        page = (await both.get("/work-list", params=params)).json()
        found += page["items"]
        if page["next"] is None:
            break
        params = {"limit": "3", "cursor": page["next"]}
    assert found == whole
    garbled = await both.get("/work-list", params={"cursor": "bm9uZQ"})
    assert garbled.status_code == 422


async def test_it_shows_what_was_just_done_when_asked_to(house: House) -> None:
    position = await house.asked(CONTENT)
    answer = await house.desk.get("/work-list", headers={"Log-Position": str(position)})
    assert len(answer.json()["items"]) == 1
    assert (await house.review.nobody.get("/work-list")).status_code == 401


async def test_it_is_read_as_it_was_page_by_page(house: House) -> None:
    for number in ("A", "B", "C"):
        await house.asked(CONTENT, number)
    before = await work(house, house.desk)
    then = await house.review.runtime.log.head()
    await house.hears(VoidReview(content_version=2, reason="content amended"), "B")
    assert len(await works(house, house.desk)) == 2
    assert await work(house, house.desk, as_of=then) == before
    first = await house.desk.get("/work-list", params={"as_of": then, "limit": 2})
    second = await house.desk.get(first.links["next"]["url"])
    assert first.json()["items"] + second.json()["items"] == before
    assert second.headers["log-position"] == str(then)
    assert await work(house, house.desk, as_of="2020-01-01T00:00:00Z") == []
