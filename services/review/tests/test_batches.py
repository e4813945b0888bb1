"""Forty cases at once: each is judged as if it had come alone, and has an outcome of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
from case_story import COMPLETE_SET, CONTENT
from review_house import OPINION, House, say

from review.case.request import VoidReview

ACCEPT = {"content_version": 1, "decision": "accept", "reason": "worth it"}
JUDGE = {"content_version": 1, "side": "contract_desk", "feasible": True}


def items(numbers: list[str], command: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": number, "command": command} for number in numbers]


async def send(
    who: httpx.AsyncClient, path: str, batch: list[dict[str, Any]], key: str | None = None
) -> dict[str, Any]:
    """A batch whose envelope is taken."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await who.post(path, json={"items": batch}, headers=headers)
    assert answer.status_code == 200, answer.text
    outcome: dict[str, Any] = answer.json()
    assert [item["id"] for item in outcome["items"]] == [item["id"] for item in batch]
    assert outcome["done"] + outcome["failed"] == len(batch)
    return outcome


def became(outcome: dict[str, Any]) -> Counter[str]:
    """How often what came out: the problem's type, or `done`."""
    return Counter(
        item["problem"]["type"].removeprefix("/problems/") if item["problem"] else "done"
        for item in outcome["items"]
    )


async def test_c14_a_manager_decides_on_forty_cases_at_once(house: House) -> None:
    numbers = [f"CASE-{n:02}" for n in range(40)]
    kinds = [COMPLETE_SET] * 36 + [CONTENT] * 2
    for number, content in zip(numbers, kinds, strict=False):
        await house.asked(content, number, by="gao" if number == "CASE-30" else "sun")
    await house.asked(COMPLETE_SET, "CASE-38", company="LV")  # and there is no CASE-39
    await asyncio.gather(*(house.panel_speaks(number) for number in numbers[:34]))
    await say(house.desk, "/cases/CASE-31/questions", to="technical", question="also in May?")
    await house.hears(VoidReview(content_version=2, reason="site is late"), "CASE-32")

    batch = items(numbers, ACCEPT)
    batch[5]["command"] = {**ACCEPT, "decision": "accept_with_conditions", "conditions": ["copper"]}
    batch[6]["command"] = {**ACCEPT, "decision": "refuse"}
    batch[7]["command"] = {**ACCEPT, "decision": "perhaps"}
    batch[8]["command"] = {"decision": "accept"}
    batch[9]["command"] = {**ACCEPT, "content_version": 2}
    outcome = await send(house.general_manager, "/cases/decisions", batch)

    assert became(outcome) == {
        "done": 28,
        "invalid-request": 2,
        "content-changed": 1,
        "own-request": 1,
        "opinions-missing": 1,
        "step-not-due": 5,
        "not-found": 2,
    }
    ended = [item["done"]["state"]["conclusion"]["outcome"] for item in outcome["items"][4:7]]
    assert ended == ["accepted", "accepted_with_conditions", "refused"]
    missing = outcome["items"][8]["problem"]
    assert (outcome["items"][8]["status"], missing["status"]) == (422, 422)
    assert {fault["pointer"] for fault in missing["errors"]} == {"/content_version", "/reason"}
    assert [outcome["items"][place]["status"] for place in (9, 30, 31, 38, 39)] == [409, 403, 409, 404, 404]
    await house.review.settled()
    decided = await house.desk.get("/cases", params={"state": "concluded", "limit": 200})
    assert len(decided.json()["items"]) == 28


async def test_the_log_position_of_a_batch_shows_all_of_it(house: House) -> None:
    numbers = [f"CASE-{n}" for n in range(12)]
    for number in numbers:
        await house.asked(CONTENT, number)
    answer = await house.desk.post("/cases/delivery-judgements", json={"items": items(numbers, JUDGE)})
    listed = await house.desk.get(
        "/cases",
        params={"waiting_for": "contract_desk"},
        headers={"Log-Position": answer.headers["log-position"]},
    )
    assert listed.json()["items"] == []


async def test_c10_a_department_gives_its_opinion_on_many_cases(house: House) -> None:
    for number in ("CASE-1", "CASE-2"):
        await house.asked(COMPLETE_SET, number)
        await say(house.desk, f"/cases/{number}/panel")
    batch = items(["CASE-1", "CASE-2"], {**OPINION, "department": "technical"})
    batch += items(["CASE-1"], {**OPINION, "department": "quality"})
    outcome = await send(house.technical, "/cases/opinions", batch)
    assert [item["status"] for item in outcome["items"]] == [200, 200, 403]


async def test_items_of_one_case_follow_each_other(house: House) -> None:
    await house.asked(CONTENT, "CASE-1")
    no = {**JUDGE, "feasible": False, "earliest_date": "2026-08-01"}
    words = [JUDGE, no, JUDGE, no] * 5
    outcome = await send(
        house.desk, "/cases/delivery-judgements", [{"id": "CASE-1", "command": w} for w in words]
    )
    assert [item["done"]["version"] for item in outcome["items"]] == list(range(3, 23))
    assert outcome["items"][-1]["done"]["state"]["judgements"]["contract_desk"]["feasible"] is False


class TestIdempotencyKey:
    async def test_a_repeated_batch_gives_its_first_outcomes(self, house: House) -> None:
        for number in ("CASE-1", "CASE-2"):
            await house.asked(CONTENT, number)
        batch = items(["CASE-1", "NOSUCH", "CASE-2"], JUDGE)
        first = await send(house.desk, "/cases/delivery-judgements", batch, key="k1")
        await say(house.production, "/cases/CASE-1/delivery-judgement", side="production", feasible=True)
        head = await house.review.runtime.log.head()
        again = await send(house.desk, "/cases/delivery-judgements", batch, key="k1")
        assert [item["replayed"] for item in again["items"]] == [True, False, True]
        assert [item["done"] for item in again["items"]] == [item["done"] for item in first["items"]]
        assert await house.review.runtime.log.head() == head

    async def test_what_failed_is_tried_again_under_the_same_key(self, house: House) -> None:
        await house.asked(CONTENT, "CASE-1")
        batch = items(["CASE-1", "CASE-2"], JUDGE)
        await send(house.desk, "/cases/delivery-judgements", batch, key="k1")
        await house.asked(CONTENT, "CASE-2")
        again = await send(house.desk, "/cases/delivery-judgements", batch[1:], key="k1")
        assert [(item["status"], item["replayed"]) for item in again["items"]] == [(200, False)]

    async def test_another_command_under_an_item_s_key_is_refused(self, house: House) -> None:
        for number in ("CASE-1", "CASE-2"):
            await house.asked(CONTENT, number)
        await send(house.desk, "/cases/delivery-judgements", items(["CASE-1", "CASE-2"], JUDGE), key="k1")
        noted = items(["CASE-1"], {**JUDGE, "note": "in May"}) + items(["CASE-2"], JUDGE)
        outcome = await send(house.desk, "/cases/delivery-judgements", noted, key="k1")
        assert became(outcome) == {"idempotency-key-reused": 1, "done": 1}

    async def test_an_item_may_have_a_key_of_its_own_whatever_batch_it_comes_in(self, house: House) -> None:
        for number in ("CASE-1", "CASE-2"):
            await house.asked(CONTENT, number)
        (one, other) = ({**item, "idempotency": item["id"]} for item in items(["CASE-1", "CASE-2"], JUDGE))
        await send(house.desk, "/cases/delivery-judgements", [one], key="k1")
        outcome = await send(house.desk, "/cases/delivery-judgements", [other, one], key="k2")
        assert [item["replayed"] for item in outcome["items"]] == [False, True]

    async def test_two_at_once_take_effect_once(self, house: House) -> None:
        await house.asked(CONTENT, "CASE-1")
        batch = items(["CASE-1"], JUDGE)
        answers = await asyncio.gather(
            *(send(house.desk, "/cases/delivery-judgements", batch, key="k1") for _ in range(4))
        )
        assert {answer["items"][0]["done"]["version"] for answer in answers} == {3}
        assert await house.review.runtime.log.head() == 3


async def test_a_batch_needs_the_role_and_its_envelope_is_checked_whole(house: House) -> None:
    forbidden = await house.technical.post("/cases/decisions", json={"items": items(["CASE-1"], ACCEPT)})
    assert forbidden.status_code == 403
    for body, pointer in (
        ({"items": items(["CASE-1"] * 101, ACCEPT)}, "/items"),
        ({}, "/items"),
        ({"items": [{"command": ACCEPT}]}, "/items/0/id"),
        ({"items": [{"id": "CASE-1", "command": ACCEPT, "idempotency": "k 1"}]}, "/items/0/idempotency"),
        ({"items": items(["CASE-1"], ACCEPT), "force": True}, "/force"),
    ):
        answer = await house.general_manager.post("/cases/decisions", json=body)
        assert answer.status_code == 422, body
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    unknown = await send(
        house.general_manager, "/cases/decisions", items(["no/such"], {**ACCEPT, "force": True})
    )
    assert became(unknown) == {"not-found": 1}


async def test_a_batch_is_documented_with_its_commands(house: House) -> None:
    document = house.review.app.openapi()
    for path, command in (("decisions", "DecideCase"), ("opinions", "GiveOpinion")):
        body = document["paths"][f"/cases/{path}"]["post"]["requestBody"]["content"]["application/json"]
        assert body["schema"]["$ref"].endswith(f"/{command}Batch")
        item = document["components"]["schemas"][f"{command}Item"]["properties"]
        assert item["command"]["$ref"] == f"#/components/schemas/{command}"
        example = body["examples"]["example"]["value"]["items"][0]
        assert example["command"]["content_version"] == 1
