"""The panel of a non-conventional order, and the decision on it (C9 to C14)."""

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
    OpinionGiven,
    PanelConvened,
    ReviewConcluded,
)
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.standing import still_to_speak
from review.case.states import Concluded, InPanel, PanelDue, State


class ConvenePanel(Command):
    """Call the departments together: technical, quality and production, logistics when needed (C9)."""

    content_version: int = Field(ge=1)
    """The version of the content they are to judge."""
    logistics: bool = False
    """Whether the logistics centre is needed too; it can still be called later."""


class GiveOpinion(Command):
    """Give a department's opinion (C10 to C13). Until the decision a later one replaces it."""

    content_version: int = Field(ge=1)
    """The version of the content that was judged, as the case shows it."""
    department: Department
    """For which department."""
    feasible: bool
    """Whether the order can be made, as far as this department is concerned."""
    opinion: Text
    """Why, and what it takes."""
    earliest_date: Day | None = None
    """The earliest day this department can be ready for."""


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


_PANEL: tuple[Department, ...] = ("technical", "quality", "production")
_SPEAKERS: Mapping[Department, frozenset[str]] = {
    "technical": frozenset({"technical"}),
    "quality": frozenset({"quality"}),
    "logistics": frozenset({"logistics"}),
    "production": frozenset({"production", "production_manager"}),
}
"""Who speaks for which department."""
GENERAL_MANAGER = frozenset({"general_manager", "deputy_general_manager"})
MAY: Mapping[type[Command], frozenset[str]] = {
    ConvenePanel: frozenset({"contract_desk"}),
    GiveOpinion: frozenset().union(*_SPEAKERS.values()),
    DecideCase: GENERAL_MANAGER,
}


def convene(state: State, command: ConvenePanel, context: Context) -> Sequence[Event]:
    """C9: the contract desk's head convenes; logistics may be added later, nobody sent away."""
    about_current(state, command.content_version)
    convened = PanelConvened(departments=(*_PANEL, "logistics") if command.logistics else _PANEL)
    match state:
        case InPanel(panel=panel) if panel == convened:
            return []
        case InPanel() if not command.logistics:
            raise Refused("panel-convened", "the logistics centre is called already and stays in the panel")
        case PanelDue() | InPanel():
            return [convened]
    raise not_due(state, "a panel is convened for a non-conventional order's open case (C9)")


def give_opinion(state: State, command: GiveOpinion, context: Context) -> Sequence[Event]:
    """C10, C11 and C12 side by side, then C13, which builds on them."""
    dossier = about_current(state, command.content_version)
    department = command.department
    if not _SPEAKERS[department] & context.by.roles:
        roles = ", ".join(sorted(_SPEAKERS[department]))
        raise Forbidden("role-missing", f"for {department} speaks who has one of the roles {roles}")
    if department != "logistics":
        of_company(dossier.request, context)
    not_own(dossier.request, context)
    word = OpinionGiven(**command.model_dump(exclude={"content_version"}), given_by=context.by.subject)
    if dossier.opinions.get(department) == word:
        return []
    if not isinstance(state, InPanel):
        raise not_due(state, "departments give their opinions once the panel is convened (C9)")
    if department not in state.panel.departments:
        raise Refused(
            "not-in-panel", f"{department} was not called: the contract desk convenes it first (C9)"
        )
    if department == "production" and (waiting := still_to_speak(dossier, state.panel)):
        raise Refused(
            "others-first", f"production builds on the others: waiting for {', '.join(waiting)} (C13)"
        )
    return [word]


def decide_case(state: State, command: DecideCase, context: Context) -> Sequence[Event]:
    """C14: after all opinions the general manager or deputy of the product company decides."""
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
        raise Refused(
            "opinions-missing", f"the decision builds on all opinions: waiting for {', '.join(waiting)}"
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
