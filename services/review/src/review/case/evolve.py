"""What each fact makes of a case. No rule lives here: what was recorded has happened."""

from __future__ import annotations

from dataclasses import replace

from events import Event
from events.contracts import reviews
from review.case.dossier import Dossier
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


def evolve(state: State, fact: Event) -> State:
    """The case after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    if isinstance(state, Closed):
        return state
    if isinstance(fact, reviews.ReviewRequested):
        earlier = () if isinstance(state, Unknown) else state.dossier.voided().earlier
        return Requested(Dossier(fact, earlier=earlier))
    if isinstance(state, Unknown):
        return state
    match fact:
        case reviews.ReviewClosed():
            return Closed(state.dossier, fact.reason)
        case reviews.ReviewVoided():
            return Voided(state.dossier.voided(), fact)
    match state, fact:
        case Requested(dossier), reviews.OrderClassified(kind="conventional"):
            return Judging(replace(dossier, classified=fact))
        case Requested(dossier), reviews.OrderClassified():
            return PanelDue(replace(dossier, classified=fact))
        case PanelDue(dossier) | InPanel(dossier), reviews.PanelConvened():
            return InPanel(dossier, fact)
        case Judging(dossier), reviews.DeliveryJudged() | reviews.QuestionAsked():
            return replace(state, dossier=dossier.with_entry(fact))
        case InPanel(dossier), reviews.OpinionGiven() | reviews.QuestionAsked() | reviews.CaseDecided():
            return replace(state, dossier=dossier.with_entry(fact))
        case RefusalPending(dossier), reviews.RefusalApproved() | reviews.RefusalRejected():
            return replace(state, dossier=dossier.with_entry(fact))
        case Judging(dossier) | InPanel(dossier) | RefusalPending(dossier), reviews.ReviewConcluded():
            return Concluded(dossier, fact)
        case Concluded(dossier), reviews.RefusalProposed():
            return RefusalPending(dossier, fact)
    return state
