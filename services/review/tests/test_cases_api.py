"""The case over HTTP, on a real database: what the reviewers work with."""

from __future__ import annotations

from case_story import COMPLETE_SET, CONTENT
from review_house import NUMBER, OPINION, House, say

from review.case.refusal import ProposeRefusal
from review.case.request import VoidReview

CASE = f"/cases/{NUMBER}"


async def test_a_conventional_order_is_judged_from_both_sides(house: House) -> None:
    await house.asked(CONTENT)
    first = await say(house.desk, f"{CASE}/delivery-judgement", side="contract_desk", feasible=True)
    assert first["state"]["waiting_for"] == ["production_manager"]
    no = {"side": "production", "feasible": False, "earliest_date": "2026-08-01"}
    second = await say(house.production, f"{CASE}/delivery-judgement", **no)
    assert second["state"]["conclusion"]["outcome"] == "infeasible"
    await house.hears(ProposeRefusal(content_version=1, reason="cannot wait", proposed_by="sun"))
    last = await say(house.general_manager, f"{CASE}/refusal-decision", approved=True, reason="no capacity")
    assert last["events"] == ["review.refusal_approved.v1", "review.concluded.v1"]


async def test_a_non_conventional_order_goes_through_its_panel(house: House) -> None:
    await house.asked(COMPLETE_SET)
    read = await house.desk.get(CASE)
    assert read.json()["state"]["classification"]["kind"] == "non_conventional"
    await say(house.desk, f"{CASE}/panel")
    await say(house.technical, f"{CASE}/opinions", **OPINION, department="technical")
    early = {**OPINION, "department": "production"}
    too_early = await house.production.post(f"{CASE}/opinions", json=early)
    assert too_early.json()["type"] == "/problems/others-first"
    await say(house.quality, f"{CASE}/opinions", **OPINION, department="quality")
    await say(house.production, f"{CASE}/opinions", **OPINION, department="production")
    decision = {"decision": "accept_with_conditions", "conditions": ["copper"], "reason": "worth it"}
    decided = await say(house.general_manager, f"{CASE}/decision", **decision)
    assert decided["state"]["conclusion"]["conditions"] == ["copper"]
    assert set(decided["state"]["opinions"]) == {"technical", "quality", "production"}


async def test_the_list_of_cases_shows_who_is_waited_for_since_when(house: House) -> None:
    await house.asked(COMPLETE_SET)
    convened = await say(house.desk, f"{CASE}/panel")
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
    answer = await house.desk.post(f"{CASE}/delivery-judgement", json=late)
    assert answer.status_code == 409
    assert "void" in answer.json()["detail"]


async def test_people_of_another_product_company_find_nothing(house: House) -> None:
    await house.asked(CONTENT)
    stranger = house.review.client("lu", "production_manager", "general_manager", company="LV")
    word = {"content_version": 1, "side": "production", "feasible": True}
    answers = [
        await stranger.get(CASE),
        await stranger.get(f"{CASE}/events"),
        await stranger.post(f"{CASE}/delivery-judgement", json=word),
    ]
    assert {answer.status_code for answer in answers} == {404}
    await house.review.settled()
    assert (await stranger.get("/cases")).json()["items"] == []


async def test_an_order_that_was_never_confirmed_has_no_case(house: House) -> None:
    word = {"content_version": 1, "side": "contract_desk", "feasible": True}
    answer = await house.desk.post("/cases/0000-0000-0/delivery-judgement", json=word)
    assert answer.status_code == 404


async def test_a_case_goes_back_to_one_reviewer_whose_next_word_answers(house: House) -> None:
    await house.asked(COMPLETE_SET)
    await house.panel_speaks()
    asked = await say(house.general_manager, f"{CASE}/questions", to="quality", question="also in May?")
    assert asked["state"]["waiting_for"] == ["quality"]
    decision = {"content_version": 1, "decision": "accept", "reason": "worth it"}
    early = await house.general_manager.post(f"{CASE}/decision", json=decision)
    assert early.json()["type"] == "/problems/opinions-missing"
    listed = await house.desk.get("/cases", headers={"Log-Position": str(asked["position"])})
    assert listed.json()["items"][0]["questions"] == {"quality": "also in May?"}
    answered = await say(house.quality, f"{CASE}/opinions", **OPINION, department="quality")
    assert answered["state"]["questions"][0]["answer"]["given_by"] == "qian"
    await say(house.production, f"{CASE}/opinions", **OPINION, department="production")
    decided = await say(house.general_manager, f"{CASE}/decision", **decision)
    said = [(one["type"], one.get("counts")) for one in decided["state"]["history"]]
    given = "review.opinion_given.v1"
    assert said == [
        (given, True),
        (given, False),
        (given, False),
        ("review.question_asked.v1", None),
        (given, True),
        (given, True),
        ("review.decided.v1", True),
    ]


async def test_the_case_as_it_was_shows_the_words_that_counted_then(house: House) -> None:
    await house.asked(COMPLETE_SET)
    await house.panel_speaks()
    await say(house.desk, f"{CASE}/questions", to="quality", question="also in May?")
    before = await house.desk.get(CASE, params={"as_of": "6"})
    assert set(before.json()["state"]["opinions"]) == {"technical", "quality", "production"}


async def test_every_command_is_documented_with_an_example(house: House) -> None:
    document = house.review.app.openapi()
    posts = {path: item["post"] for path, item in document["paths"].items() if "post" in item}
    ours = {path: post for path, post in posts.items() if path.startswith(("/cases", "/contracts"))}
    assert len(ours) == 10
    for path, operation in ours.items():
        assert operation["requestBody"]["content"]["application/json"]["examples"], path
    for name in (
        "JudgeDelivery",
        "ConvenePanel",
        "GiveOpinion",
        "AskReviewer",
        "DecideCase",
        "DecideRefusal",
    ):
        fields = document["components"]["schemas"][name]["properties"]
        assert all("description" in field for field in fields.values()), name
