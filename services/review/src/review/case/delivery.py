"""The delivery date of a conventional order, judged from two sides (C6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Day, Text
from events.contracts.reviews import DeliveryJudged, ReviewConcluded
from review.case.dossier import Dossier
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.roles import JUDGES
from review.case.states import Judging, State


class JudgeDelivery(Command):
    """Say whether the delivery date of a conventional order can be met (C6)."""

    content_version: int = Field(ge=1)
    """The version of the content that was judged, as the case shows it."""
    side: Literal["contract_desk", "production"]
    """For whom: the contract desk, or the product company's production."""
    feasible: bool
    """Whether the date can be met."""
    earliest_date: Day | None = Field(default=None, validate_default=True)
    """The earliest that can be met; needed with a no, so that sales can ask for it (C7)."""
    note: Text | None = None
    """What the customer or colleagues should know."""

    @field_validator("earliest_date")
    @classmethod
    def _a_no_has_a_date(cls, earliest: Day | None, judgement: ValidationInfo) -> Day | None:
        if earliest is None and judgement.data.get("feasible") is False:
            raise ValueError("say which date could be met, so that the customer can be asked for it")
        return earliest


MAY: Mapping[type[Command], frozenset[str]] = {JudgeDelivery: frozenset(JUDGES.values())}


def judge(state: State, command: JudgeDelivery, context: Context) -> Sequence[Event]:
    """C6: both sides judge, each by a person of its own; with the second word the case is concluded."""
    dossier = about_current(state, command.content_version)
    if JUDGES[command.side] not in context.by.roles:
        raise Forbidden("role-missing", f"for this side the role {JUDGES[command.side]} judges")
    if command.side == "production":
        of_company(dossier.request, context)
    not_own(dossier.request, context)
    word = DeliveryJudged(**command.model_dump(exclude={"content_version"}), judged_by=context.by.subject)
    if dossier.judgements.get(command.side) == word:
        return []
    if not isinstance(state, Judging):
        raise not_due(state, "the delivery date is judged in a conventional order's open case (C6)")
    _refuse_wrong(dossier, word)
    judgements = {**dossier.judgements, word.side: word}
    if len(judgements) < len(JUDGES):
        return [word]
    return [word, _conclusion(dossier, list(judgements.values()), context)]


def _refuse_wrong(dossier: Dossier, word: DeliveryJudged) -> None:
    asked = dossier.request.content.delivery_date
    if not word.feasible and asked and word.earliest_date and word.earliest_date <= asked:
        raise Refused(
            "date-not-later",
            f"the customer asked for {asked}: either that can be met, or the earliest date is later",
            {"earliest_date": f"not later than {asked}"},
        )
    other = next((given for side, given in dossier.judgements.items() if side != word.side), None)
    if other is not None and other.judged_by == word.judged_by:
        raise Forbidden(
            "second-person-needed", f"{other.judged_by} judged for the other side: two persons judge"
        )


def _conclusion(dossier: Dossier, words: list[DeliveryJudged], context: Context) -> ReviewConcluded:
    notes = [f"{word.side.replace('_', ' ')}: {word.note}" for word in words if word.note]
    latest = max(
        (word.earliest_date for word in words if not word.feasible and word.earliest_date), default=None
    )
    verdict = "the delivery date can be met" if latest is None else f"the earliest delivery is on {latest}"
    return ReviewConcluded(
        content_version=dossier.request.content_version,
        outcome="accepted" if latest is None else "infeasible",
        reason="; ".join([verdict, *notes])[:4000],
        delivery_date=latest,
        decided_by=context.by.subject,
    )
