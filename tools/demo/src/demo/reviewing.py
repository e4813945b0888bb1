"""Reviewing an order (C5 to C14), and what sales then settles with the customer (C7, C8, C14)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Literal

from demo import bodies
from demo.desk import Desk, State
from demo.journeys import Verdict
from demo.taking import confirm
from fulfilment_client import OrderIntake, Review
from fulfilment_client.order_intake import AmendOrder, AnswerConditions, AnswerExtension, AskExtension
from fulfilment_client.review import (
    AskReviewer,
    ConvenePanel,
    DecideCase,
    DecideRefusal,
    GiveOpinion,
    JudgeDelivery,
)

Department = Literal["technical", "quality", "logistics", "production"]
_NO = "We need it on the day we asked for."


async def review(desk: Desk) -> None:
    """Until the order is accepted, or closed by the review."""
    await _classified(desk)
    await (_judge(desk) if desk.task.conventional else _panel(desk))
    await desk.order_until("the review is known", lambda order: bool(order["state"] != "in_review"))
    match desk.task.journey.verdict:
        case "extended" | "refused" | "taken_at_risk" as verdict:
            await _ask_for_time(desk, verdict)
        case "conditions_agreed" | "conditions_declined" as verdict:
            agreed = verdict == "conditions_agreed"
            answer = AnswerConditions(
                content_version=desk.version, agreed=agreed, reason=None if agreed else _NO
            )
            await desk.order("sales", "conditions answer", OrderIntake.answer_conditions, answer)


async def _judge(desk: Desk) -> None:
    """C6: both sides; with an infeasible date it is production that cannot."""
    word = JudgeDelivery(content_version=desk.version, side="contract_desk", feasible=True)
    await desk.case("contract_desk", "judge for the contract desk", Review.judge_delivery, word)
    word = JudgeDelivery(content_version=desk.version, side="production", feasible=True)
    if desk.task.journey.verdict != "feasible":
        no = {"feasible": False, "earliest_date": _later(desk), "note": "The test bay is taken until then."}
        word = word.model_copy(update=no)
    await desk.case("production_manager", "judge for production", Review.judge_delivery, word)


async def _classified(desk: Desk) -> None:
    """C5: the content as it is now."""
    case = await desk.until(
        "contract_desk", f"version {desk.version} is classified",
        lambda by: by.review.read_review(desk.number),
        lambda case: bool(case["content_version"] >= desk.version and case["classification"]),
    )  # fmt: skip
    kind = "conventional" if desk.task.conventional else "non_conventional"
    desk.expect("classification", case["classification"]["kind"], kind)


async def _panel(desk: Desk) -> None:
    """C9 to C14: three or four departments, production after the others, then the word that decides."""
    await _convene(desk)
    if desk.task.journey.course == "amended":
        await _amend(desk)
        await _convene(desk)
    await _opinion(desk, "production")
    if desk.task.journey.course == "questioned":
        await _ask_again(desk)
    await desk.case(desk.manager, "decide", Review.decide_case, _decision(desk))


async def _convene(desk: Desk) -> None:
    """C9 to C12: all but production speak, side by side."""
    logistics = desk.task.order.discontinued
    convened = ConvenePanel(content_version=desk.version, logistics=logistics)
    await desk.case("contract_desk", f"convene panel {desk.version}", Review.convene_panel, convened)
    side_by_side: Sequence[Department] = ("technical", "quality", "logistics")
    async with asyncio.TaskGroup() as group:
        for department in side_by_side[: 3 if logistics else 2]:
            group.create_task(_opinion(desk, department))


async def _opinion(desk: Desk, department: Department, *, again: bool = False) -> None:
    feasible = department != "production" or desk.task.journey.verdict != "refused_by_panel"
    word = "Can be done." if feasible else "Cannot be made with what we have."
    opinion = GiveOpinion(
        content_version=desk.version,
        department=department,
        feasible=feasible,
        opinion=f"{word} Looked at again." if again else word,
    )
    step = f"opinion of {department} on version {desk.version}{' again' if again else ''}"
    await desk.case(department, step, Review.give_opinion, opinion)


async def _amend(desk: Desk) -> None:
    """The customer changes the content: what was said so far is void."""
    changed = AmendOrder(content=bodies.amended(desk.task), reason="The site lies at 2,000 m.")
    await desk.order("sales", "amend", OrderIntake.amend_order, changed)
    desk.version += 1
    await confirm(desk)
    await _classified(desk)


async def _ask_again(desk: Desk) -> None:
    """Back to one department; production, which builds on it, speaks anew as well (C13)."""
    question = AskReviewer(
        content_version=desk.version, to="technical", question="Does it fit the old foundation?"
    )
    await desk.case("contract_desk", "ask technical again", Review.ask_reviewer, question)
    await _opinion(desk, "technical", again=True)
    await _opinion(desk, "production", again=True)


def _decision(desk: Desk) -> DecideCase:
    match desk.task.journey.verdict:
        case "conditions_agreed" | "conditions_declined":
            return DecideCase(
                content_version=desk.version, decision="accept_with_conditions", delivery_date=_later(desk),
                conditions=["Delivered in two lots"], reason="There is no other way.",
            )  # fmt: skip
        case "refused_by_panel":
            return DecideCase(content_version=desk.version, decision="refuse", reason="We cannot make it.")
    return DecideCase(content_version=desk.version, decision="accept", reason="All departments agree.")


async def _ask_for_time(desk: Desk, verdict: Verdict) -> None:
    """C7; and C8 when the customer cannot wait."""
    asked = AskExtension(delivery_date=_later(desk))
    await desk.order("sales", "ask for an extension", OrderIntake.ask_extension, asked)
    agreed = verdict == "extended"
    answer = AnswerExtension(content_version=desk.version, agreed=agreed, reason=None if agreed else _NO)
    await desk.order("sales", "extension answer", OrderIntake.answer_extension, answer)
    if agreed:
        return
    await desk.until(
        desk.manager, "refusing is proposed", lambda by: by.review.read_review(desk.number),
        _proposed_or_decided,
    )  # fmt: skip
    approved = verdict == "refused"
    reason = (
        "No capacity before then." if approved else "They are a key customer: we pay for the night shifts."
    )
    decided = DecideRefusal(content_version=desk.version, approved=approved, reason=reason)
    await desk.case(desk.manager, "decide on refusing", Review.decide_refusal, decided)
    await desk.order_until("the word is known", lambda order: bool(order["state"] != "refusal_proposed"))


def _proposed_or_decided(case: State) -> bool:
    """Not the conclusion any more that the date is infeasible; decided when a run is resumed."""
    return bool(case.get("conclusion", {}).get("outcome") != "infeasible")


def _later(desk: Desk) -> date:
    return desk.task.order.delivery_date + bodies.LATER
