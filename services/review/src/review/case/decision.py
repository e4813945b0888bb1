"""The decision on a non-conventional order, after its panel (C14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Day, Text
from events.contracts.reviews import (
    CaseDecided,
    Decision,
    Department,
    QuestionAsked,
    ReviewConcluded,
    Reviewer,
)
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.states import Concluded, InPanel, State
from review.roles import GENERAL_MANAGER


class DecideCase(Command):
    """Decide on a non-conventional order (C14)."""

    content_version: int = Field(ge=1)
    """The version of the content that is decided on, as the case shows it."""
    decision: Decision
    """Accept, accept with conditions, or refuse."""
    conditions: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    """What the customer must agree to, such as a technical alternative."""
    delivery_date: Day | None = None
    """A later delivery date as a condition."""
    reason: Text
    """Why."""


MAY: Mapping[type[Command], frozenset[str]] = {DecideCase: GENERAL_MANAGER}


def decide_case(state: State, command: DecideCase, context: Context) -> Sequence[Event]:
    """C14: after all opinions the general manager or deputy of the product company decides, on none of their own."""
    dossier = about_current(state, command.content_version)
    of_company(dossier.request, context)
    not_own(dossier.request, context)
    word = CaseDecided(**command.model_dump(exclude={"content_version"}), decided_by=context.by.subject)
    if isinstance(state, Concluded) and dossier.words[-1:] == (word,):
        return []
    if not isinstance(state, InPanel):
        raise not_due(state, "the general manager decides on a non-conventional order after its panel (C14)")
    waiting = [department for department in state.panel.departments if department not in dossier.opinions]
    if waiting:
        raise _missing(waiting, dossier.open_questions)
    if spoken := dossier.opinions_of(context.by.subject):
        raise Forbidden(
            "second-person-needed",
            f"{context.by.subject} spoke for {', '.join(spoken)}: another person decides on the opinions",
        )
    _refuse_wrong(word, dossier.request.content.delivery_date)
    return [
        word,
        ReviewConcluded(
            content_version=command.content_version,
            outcome=_OUTCOMES[command.decision],
            reason=command.reason,
            conditions=command.conditions,
            delivery_date=command.delivery_date,
            decided_by=context.by.subject,
        ),
    ]


_OUTCOMES: Mapping[Decision, Literal["accepted", "accepted_with_conditions", "refused"]] = {
    "accept": "accepted",
    "accept_with_conditions": "accepted_with_conditions",
    "refuse": "refused",
}


def _missing(waiting: Sequence[Department], asked: Mapping[Reviewer, QuestionAsked]) -> Refused:
    silent = [f"{one}, who was asked a question" if one in asked else one for one in waiting]
    return Refused(
        "opinions-missing", f"the decision builds on all opinions: waiting for {'; '.join(silent)}"
    )


def _refuse_wrong(word: CaseDecided, asked: Day | None) -> None:
    conditional = bool(word.conditions or word.delivery_date)
    if conditional and word.decision != "accept_with_conditions":
        raise Refused(
            "conditions-unexpected", "conditions or a date go with accept_with_conditions only (C14)"
        )
    if word.decision == "accept_with_conditions" and not conditional:
        raise Refused("conditions-missing", "name the conditions, or the later delivery date, or both (C14)")
    if word.delivery_date and asked and word.delivery_date <= asked:
        raise Refused(
            "date-not-later",
            f"the customer asked for {asked}: only a later date is a condition",
            {"delivery_date": f"not later than {asked}"},
        )
