"""Refusing a conventional order whose customer cannot wait: only the general manager's word counts (C8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from events import Command, Context, Event
from events.contracts.common import Name, Text
from events.contracts.reviews import RefusalApproved, RefusalProposed, RefusalRejected, ReviewConcluded
from review.case.refusals import about_current, not_due, not_own, of_company
from review.case.states import Concluded, RefusalPending, State
from review.roles import GENERAL_MANAGER


class ProposeRefusal(Command):
    """Ask the general manager to approve refusing; given by the reaction to the customer's no."""

    content_version: int
    reason: Text
    proposed_by: Name


class DecideRefusal(Command):
    """Approve refusing the order, or reject that and take it at our own risk (C8)."""

    content_version: int = Field(ge=1)
    """The version of the content that is decided on, as the case shows it."""
    approved: bool
    """True: the order is refused. False: it is taken all the same."""
    reason: Text
    """Why."""


MAY: Mapping[type[Command], frozenset[str]] = {
    ProposeRefusal: frozenset({"system"}),
    DecideRefusal: GENERAL_MANAGER,
}


def propose(state: State, command: ProposeRefusal, context: Context) -> Sequence[Event]:
    """C8. What comes too late (amended or withdrawn meanwhile) changes nothing."""
    match state:
        case Concluded(dossier, ReviewConcluded(outcome="infeasible")) if (
            dossier.request.content_version == command.content_version
        ):
            return [RefusalProposed(reason=command.reason, proposed_by=command.proposed_by)]
    return []


def decide_refusal(state: State, command: DecideRefusal, context: Context) -> Sequence[Event]:
    """C8: the general manager or deputy of the product company, and nobody on a proposal of their own."""
    dossier = about_current(state, command.content_version)
    of_company(dossier.request, context)
    decided = RefusalApproved if command.approved else RefusalRejected
    word = decided(reason=command.reason, decided_by=context.by.subject)
    if isinstance(state, Concluded) and dossier.words[-1:] == (word,):
        return []
    if not isinstance(state, RefusalPending):
        raise not_due(state, "refusing is decided once the customer declined an extension (C8)")
    not_own(dossier.request, context, state.proposed.proposed_by)
    return [
        word,
        ReviewConcluded(
            content_version=command.content_version,
            outcome="refused" if command.approved else "accepted",
            reason=command.reason,
            decided_by=context.by.subject,
        ),
    ]
