"""The panel of a non-conventional order: the departments, convened and heard (C9 to C13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Day, Text
from events.contracts.reviews import Department, OpinionGiven, PanelConvened
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.roles import OF_GROUP, SPEAKERS
from review.case.standing import still_to_speak
from review.case.states import InPanel, PanelDue, State


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


_PANEL: tuple[Department, ...] = ("technical", "quality", "production")
MAY: Mapping[type[Command], frozenset[str]] = {
    ConvenePanel: frozenset({"contract_desk"}),
    GiveOpinion: frozenset().union(*SPEAKERS.values()),
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
    """C10, C11 and C12 side by side, then C13, which builds on them; each by a person of its own."""
    dossier = about_current(state, command.content_version)
    department = command.department
    if not SPEAKERS[department] & context.by.roles:
        roles = ", ".join(sorted(SPEAKERS[department]))
        raise Forbidden("role-missing", f"for {department} speaks who has one of the roles {roles}")
    if department not in OF_GROUP:
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
    other = next((one for one in dossier.opinions_of(word.given_by) if one != department), None)
    if other is not None:
        raise Forbidden(
            "second-person-needed",
            f"{word.given_by} spoke for {other}: each department is heard by a person of its own",
        )
    if department == "production" and (waiting := still_to_speak(dossier, state.panel)):
        raise Refused(
            "others-first", f"production builds on the others: waiting for {', '.join(waiting)} (C13)"
        )
    return [word]
