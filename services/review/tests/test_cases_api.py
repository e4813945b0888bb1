"""The case over HTTP, on a real database: what the reviewers work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from case_story import COMPLETE_SET, CONTENT, CUSTOMER, SYSTEM

from events import Command, Context, Reactions
from events.contracts.common import Content
from events.testing import MONDAY
from launch.databases import Database
from review.app import service
from review.case import case
from review.case.refusal import ProposeRefusal
from review.case.request import RequestReview, VoidReview
from servicekit.testing import LocalService, running

NUMBER = "7K3M-2Q9X-0"
OPINION = {"content_version": 1, "feasible": True, "opinion": "it can be done"}


@pytest.fixture
async def review(database: Database) -> AsyncIterator[LocalService]:
    """The service by itself: what order-intake says is given by the test."""
    alone = replace(service, reactions=Reactions(), sources=())
    async with running(alone, database, clock=lambda: MONDAY) as opened:
        yield opened


class House:
    """The people who review."""

    def __init__(self, review: LocalService) -> None:
        self.review = review
        self.desk = review.client("deng", "contract_desk")
        self.technical = review.client("tang", "technical", company="HV")
        self.quality = review.client("qian", "quality", company="HV")
        self.production = review.client("peng", "production_manager", company="HV")
        self.general_manager = review.client("gao", "general_manager", company="HV")

    async def hears(self, command: Command) -> None:
        """What the reaction to a fact of order-intake does."""
        await self.review.runtime.handler.handle(case, NUMBER, command, Context(by=SYSTEM, at=MONDAY))

    async def asked(self, content: Content) -> None:
        request = RequestReview(
            customer=CUSTOMER, product_company="HV", content=content, content_version=1, requested_by="sun"
        )
        await self.hears(request)


@pytest.fixture
def house(review: LocalService) -> House:
    return House(review)


async def say(who: httpx.AsyncClient, step: str, **body: Any) -> dict[str, Any]:
    answer = await who.post(f"/cases/{NUMBER}/{step}", json={"content_version": 1, **body})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def test_a_conventional_order_is_judged_from_both_sides(house: House) -> None:
    await house.asked(CONTENT)
    first = await say(house.desk, "delivery-judgement", side="contract_desk", feasible=True)
    assert first["state"]["waiting_for"] == ["production_manager"]
    no = {"side": "production", "feasible": False, "earliest_date": "2026-08-01"}
    second = await say(house.production, "delivery-judgement", **no)
    assert second["state"]["conclusion"]["outcome"] == "infeasible"
    await house.hears(ProposeRefusal(content_version=1, reason="cannot wait", proposed_by="sun"))
    last = await say(house.general_manager, "refusal-decision", approved=True, reason="no capacity")
    assert last["events"] == ["review.refusal_approved.v1", "review.concluded.v1"]


async def test_a_non_conventional_order_goes_through_its_panel(house: House) -> None:
    await house.asked(COMPLETE_SET)
    read = await house.desk.get(f"/cases/{NUMBER}")
    assert read.json()["state"]["classification"]["kind"] == "non_conventional"
    await say(house.desk, "panel")
    await say(house.technical, "opinions", **OPINION, department="technical")
    early = {**OPINION, "department": "production"}
    too_early = await house.production.post(f"/cases/{NUMBER}/opinions", json=early)
    assert too_early.json()["type"] == "/problems/others-first"
    await say(house.quality, "opinions", **OPINION, department="quality")
    await say(house.production, "opinions", **OPINION, department="production")
    decision = {"decision": "accept_with_conditions", "conditions": ["copper"], "reason": "worth it"}
    decided = await say(house.general_manager, "decision", **decision)
    assert decided["state"]["conclusion"]["conditions"] == ["copper"]
    assert set(decided["state"]["opinions"]) == {"technical", "quality", "production"}


async def test_the_work_list_shows_who_is_waited_for_since_when(house: House) -> None:
    await house.asked(COMPLETE_SET)
    convened = await say(house.desk, "panel")
    shown = await house.desk.get("/cases", headers={"Log-Position": str(convened["position"])})
    (row,) = shown.json()["items"]
    assert row["waiting_for"] == ["technical", "quality"]
    assert row["since"].startswith("2026-01-05T09:00:00")
    for role, waits in (("technical", 1), ("contract_desk", 0)):
        listed = await house.desk.get("/cases", params={"waiting_for": role, "state": "in_panel"})
        assert len(listed.json()["items"]) == waits


async def test_a_word_on_a_content_that_changed_meanwhile_does_not_count(house: House) -> None:
    await house.asked(CONTENT)
    await house.hears(VoidReview(content_version=2, reason="site is late"))
    late = {"content_version": 1, "side": "contract_desk", "feasible": True}
    answer = await house.desk.post(f"/cases/{NUMBER}/delivery-judgement", json=late)
    assert answer.status_code == 409
    assert "void" in answer.json()["detail"]


async def test_people_of_another_product_company_find_nothing(house: House) -> None:
    await house.asked(CONTENT)
    stranger = house.review.client("lu", "production_manager", "general_manager", company="LV")
    word = {"content_version": 1, "side": "production", "feasible": True}
    answers = [
        await stranger.get(f"/cases/{NUMBER}"),
        await stranger.get(f"/cases/{NUMBER}/events"),
        await stranger.post(f"/cases/{NUMBER}/delivery-judgement", json=word),
    ]
    assert {answer.status_code for answer in answers} == {404}
    await house.review.settled()
    assert (await stranger.get("/cases")).json()["items"] == []


async def test_an_order_that_was_never_confirmed_has_no_case(house: House) -> None:
    word = {"content_version": 1, "side": "contract_desk", "feasible": True}
    answer = await house.desk.post("/cases/0000-0000-0/delivery-judgement", json=word)
    assert answer.status_code == 404


async def test_every_command_is_documented_with_an_example(house: House) -> None:
    document = house.review.app.openapi()
    posts = {path: item["post"] for path, item in document["paths"].items() if "post" in item}
    ours = {path: post for path, post in posts.items() if path.startswith("/cases")}
    assert len(ours) == 5
    for path, operation in ours.items():
        assert operation["requestBody"]["content"]["application/json"]["examples"], path
    for name in ("JudgeDelivery", "ConvenePanel", "GiveOpinion", "DecideCase", "DecideRefusal"):
        fields = document["components"]["schemas"][name]["properties"]
        assert all("description" in field for field in fields.values()), name
