"""What each fact makes of a contract's review. No rule lives here: what was recorded has happened."""

from __future__ import annotations

from events import Event
from events.contracts import reviews
from review.contract.states import Closed, Concluded, Dossier, InReview, State, Unknown


def evolve(state: State, fact: Event) -> State:
    """The review after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    if isinstance(fact, reviews.ContractReviewRequested):
        return InReview(_drafted(fact, state))
    match state, fact:
        case InReview(dossier), reviews.ClausesJudged():
            return InReview(dossier.with_word(fact))
        case InReview(dossier), reviews.ContractReviewConcluded():
            return Concluded(dossier, fact)
        case InReview(dossier) | Concluded(dossier), reviews.ContractReviewClosed(reason=reason):
            return Closed(dossier, reason)
    return state


def _drafted(draft: reviews.ContractReviewRequested, state: State) -> Dossier:
    if isinstance(state, Unknown):
        return Dossier(draft)
    before = state.dossier
    return Dossier(draft, earlier=before.voided, drafts=(*before.drafts, before.draft))
