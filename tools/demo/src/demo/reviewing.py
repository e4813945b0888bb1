"""Reviewing an order (C5 to C14), and what sales then settles with the customer (C7, C8, C14)."""

from __future__ import annotations

import asyncio

from demo import bodies
from demo.bodies import Json
from demo.desk import Desk
from demo.journeys import Verdict


async def review(desk: Desk) -> None:
    """Until the order is accepted, or closed by the review."""
    case = await desk.until(
        "contract_desk", "it is classified", desk.case, lambda case: case["state"] != "requested"
    )
    kind = "conventional" if desk.task.conventional else "non_conventional"
    desk.expect("classification", case["classification"]["kind"], kind)
    await (_judge(desk) if desk.task.conventional else _panel(desk))
    await desk.until("sales", "the review is known", desk.path, lambda order: order["state"] != "in_review")
    match desk.task.journey.verdict:
        case "extended" | "refused" | "taken_at_risk" as verdict:
            await _ask_for_time(desk, verdict)
        case "conditions_agreed":
            await _answer(desk, "conditions-answer", agreed=True)
        case "conditions_declined":
            await _answer(desk, "conditions-answer", agreed=False)


async def _judge(desk: Desk) -> None:
    """C6: both sides; with an infeasible date it is production that cannot."""
    feasible = desk.task.journey.verdict == "feasible"
    await desk.do(
        "contract_desk", "judge for the contract desk", f"{desk.case}/delivery-judgement",
        {"content_version": 1, "side": "contract_desk", "feasible": True},
    )  # fmt: skip
    word: Json = {"content_version": 1, "side": "production", "feasible": feasible}
    if not feasible:
        word |= {"earliest_date": _later(desk), "note": "The test bay is taken until then."}
    await desk.do("production_manager", "judge for production", f"{desk.case}/delivery-judgement", word)


async def _panel(desk: Desk) -> None:
    """C9 to C14: three or four departments, production after the others, then the word that decides."""
    logistics = desk.task.order.discontinued
    await desk.do(
        "contract_desk", "convene panel", f"{desk.case}/panel", {"content_version": 1, "logistics": logistics}
    )
    side_by_side = ["technical", "quality", *(["logistics"] if logistics else [])]
    async with asyncio.TaskGroup() as group:
        for department in side_by_side:
            group.create_task(_opinion(desk, department))
    await _opinion(desk, "production")
    await desk.do(_manager(desk), "decide", f"{desk.case}/decision", _decision(desk))


async def _opinion(desk: Desk, department: str) -> None:
    feasible = department != "production" or desk.task.journey.verdict != "refused_by_panel"
    word = "Can be done." if feasible else "Cannot be made with what we have."
    body = {"content_version": 1, "department": department, "feasible": feasible, "opinion": word}
    await desk.do(department, f"opinion of {department}", f"{desk.case}/opinions", body)


def _decision(desk: Desk) -> Json:
    match desk.task.journey.verdict:
        case "conditions_agreed" | "conditions_declined":
            return {
                "content_version": 1, "decision": "accept_with_conditions", "delivery_date": _later(desk),
                "conditions": ["Delivered in two lots"], "reason": "There is no other way.",
            }  # fmt: skip
        case "refused_by_panel":
            return {"content_version": 1, "decision": "refuse", "reason": "We cannot make it."}
    return {"content_version": 1, "decision": "accept", "reason": "All departments agree."}


async def _ask_for_time(desk: Desk, verdict: Verdict) -> None:
    """C7; and C8 when the customer cannot wait."""
    await desk.do(
        "sales", "ask for an extension", f"{desk.path}/extension-request", {"delivery_date": _later(desk)}
    )
    await _answer(desk, "extension-answer", agreed=verdict == "extended")
    if verdict == "extended":
        return
    await desk.until(_manager(desk), "refusing is proposed", desk.case, _proposed_or_decided)
    approved = verdict == "refused"
    reason = (
        "No capacity before then." if approved else "They are a key customer: we pay for the night shifts."
    )
    await desk.do(
        _manager(desk), "decide on refusing", f"{desk.case}/refusal-decision",
        {"content_version": 1, "approved": approved, "reason": reason},
    )  # fmt: skip
    await desk.until(
        "sales", "the word is known", desk.path, lambda order: order["state"] != "refusal_proposed"
    )


def _proposed_or_decided(case: Json) -> bool:
    """Not the conclusion any more that the date is infeasible; decided when a run is resumed."""
    return bool(case.get("conclusion", {}).get("outcome") != "infeasible")


async def _answer(desk: Desk, path: str, *, agreed: bool) -> None:
    body: Json = {"content_version": 1, "agreed": agreed}
    if not agreed:
        body["reason"] = "We need it on the day we asked for."
    await desk.do("sales", path.replace("-", " "), f"{desk.path}/{path}", body)


def _manager(desk: Desk) -> str:
    return "deputy_general_manager" if desk.task.journey.deputy else "general_manager"


def _later(desk: Desk) -> str:
    return (desk.task.order.delivery_date + bodies.LATER).isoformat()
