"""How a case says no: where it stands, whose word it is not, and what is needed instead."""

from __future__ import annotations

from events import Context, Forbidden, NotFound, Refused
from events.contracts.reviews import ReviewRequested
from review.case.dossier import Dossier
from review.case.standing import standing
from review.case.states import State, Unknown


def not_due(state: State, rule: str) -> Refused:
    """The refusal of a word that is not asked for in this state. `rule` says when it would be."""
    if isinstance(state, Unknown):
        return NotFound("not-found", "no such case: an order has one once its requirements are confirmed")
    return Refused("step-not-due", f"{rule}; now the case {standing(state).words}")


def about_current(state: State, content_version: int) -> Dossier:
    """The dossier, when the word is about its content. Raises `Refused` for a word on another one."""
    if isinstance(state, Unknown):
        raise not_due(state, "")
    current = state.dossier.request.content_version
    if content_version != current:
        raise Refused(
            "content-changed",
            f"this is about version {content_version} of the content, the case is at {current}: read it again",
            {"content_version": f"the current version is {current}"},
        )
    return state.dossier


def not_own(request: ReviewRequested, context: Context, *others: str) -> None:
    """Nobody judges or approves a request of their own: who confirmed, prepared or proposed it."""
    if context.by.subject in {request.requested_by, *request.prepared_by, *others}:
        raise Forbidden(
            "own-request", f"{context.by.subject} took part in asking for this: another person judges it"
        )


def of_company(request: ReviewRequested, context: Context) -> None:
    """The product company judges by its own people (C6, C9, C14), not by those of the group."""
    if context.by.company != request.product_company:
        raise Forbidden(
            "not-of-company",
            f"this word belongs to the people of {request.product_company}: use a token of that company",
        )
