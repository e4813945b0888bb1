"""Where a case stands, in the words of those who ask: its state's name, and which roles are waited for."""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts.reviews import Department, PanelConvened
from review.case.dossier import Dossier
from review.case.roles import JUDGES
from review.case.states import (
    Closed,
    Concluded,
    InPanel,
    Judging,
    PanelDue,
    RefusalPending,
    Requested,
    State,
    Unknown,
    Voided,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting_for` are roles; `words` go on from "the case ..."."""

    state: str
    waiting_for: tuple[str, ...]
    words: str


def standing(state: State) -> Standing:
    """Where a case in this state stands."""
    match state:
        case Unknown():
            return Standing("unknown", (), "was never requested")
        case Requested():
            return Standing("requested", (), "is about to be classified")
        case Judging(dossier):
            waiting = tuple(role for side, role in JUDGES.items() if side not in dossier.judgements)
            return Standing("judging", waiting, "is conventional, and its delivery date is being judged")
        case PanelDue():
            return Standing("panel_due", ("contract_desk",), "waits for its panel to be convened")
        case InPanel(dossier, panel):
            return Standing("in_panel", _waiting_for_panel(dossier, panel), "is in its panel")
        case RefusalPending():
            return Standing("refusal_proposed", ("general_manager",), "waits for the word on refusing")
        case Concluded():
            return Standing("concluded", (), "is concluded")
        case Voided():
            return Standing("voided", ("sales",), "is void until the changed content is confirmed")
        case Closed():
            return Standing("closed", (), "is closed, its order withdrawn or dismissed")


def still_to_speak(dossier: Dossier, panel: PanelConvened) -> tuple[Department, ...]:
    """The departments side by side that have no opinion yet; those come before production's (C13)."""
    return tuple(d for d in panel.departments if d != "production" and d not in dossier.opinions)


def _waiting_for_panel(dossier: Dossier, panel: PanelConvened) -> tuple[str, ...]:
    if waiting := still_to_speak(dossier, panel):
        return waiting
    return ("general_manager",) if "production" in dossier.opinions else ("production",)
