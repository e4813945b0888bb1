"""What each fact makes of a case. No rule lives here: what was recorded has happened."""

from __future__ import annotations

from dataclasses import replace

from events import Event
from events.contracts import reviews
from review.case.states import (
    Closed,
    Concluded,
    Dossier,
    InPanel,
    Judging,
    PanelDue,
    RefusalPending,
    Requested,
    State,
    Unknown,
    Voided,
    Word,
)


def evolve(state: State, fact: Event) -> State:
    """The case after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    if isinstance(state, Closed):
        return state
    if isinstance(fact, reviews.ReviewRequested):
        return Requested(Dossier(fact))
    if isinstance(state, Unknown):
        return state
    match fact:
        case reviews.ReviewClosed():
            return Closed(state.dossier, fact.reason)
        case reviews.ReviewVoided():
            return Voided(replace(state.dossier, words=()), fact)
    match state, fact:
        case Requested(dossier), reviews.OrderClassified(kind="conventional"):
            return Judging(replace(dossier, classified=fact))
        case Requested(dossier), reviews.OrderClassified():
            return PanelDue(replace(dossier, classified=fact))
        case PanelDue(dossier) | InPanel(dossier), reviews.PanelConvened():
            return InPanel(dossier, fact)
        case Judging(dossier), reviews.DeliveryJudged():
            return replace(state, dossier=_with(dossier, fact))
        case InPanel(dossier), reviews.OpinionGiven() | reviews.CaseDecided():
            return replace(state, dossier=_with(dossier, fact))
        case RefusalPending(dossier), reviews.RefusalApproved() | reviews.RefusalRejected():
            return replace(state, dossier=_with(dossier, fact))
        case Judging(dossier) | InPanel(dossier) | RefusalPending(dossier), reviews.ReviewConcluded():
            return Concluded(dossier, fact)
        case Concluded(dossier), reviews.RefusalProposed():
            return RefusalPending(dossier, fact)
    return state


def _with(dossier: Dossier, word: Word) -> Dossier:
    return replace(dossier, words=(*dossier.words, word))
