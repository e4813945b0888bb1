"""Cancelling an instructed order: the general manager decides, knowing what was bought and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Commitment, Text
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    CommitmentReported,
    OrderCancelled,
)
from order_intake.order.refusals import not_due
from order_intake.order.states import CancellationPending, Closed, Instructed, State


class AskCancellation(Command):
    """Ask for an instructed order to be cancelled, as the customer wishes. Buying for it stops meanwhile."""

    reason: Text
    """Why the customer wants it no more."""


class RecordCommitment(Command):
    """Take over what has been bought for the order; given by the reaction to it, never by a person."""

    request: int
    commitment: Commitment


class DecideCancellation(Command):
    """Decide on cancelling an instructed order, knowing what has been bought for it by now."""

    request: int = Field(ge=1)
    """The request that is decided, as the order shows it."""
    commitment_version: int = Field(ge=1)
    """Which statement of what was bought has been seen, as the order shows it; it must be the last."""
    approved: bool
    """Cancel the order, or have it made all the same."""
    reason: Text
    """Why."""


MAY: Mapping[type[Command], frozenset[str]] = {
    AskCancellation: frozenset({"sales", "contract_desk"}),
    RecordCommitment: frozenset({"system"}),
    DecideCancellation: frozenset({"general_manager", "deputy_general_manager"}),
}
_RULE = "an order is cancelled once production is instructed; before that it is withdrawn"


def ask(state: State, command: AskCancellation, context: Context) -> Sequence[Event]:
    """From the production instruction on nobody takes an order back without the general manager."""
    match state:
        case Closed(end=OrderCancelled()):
            return []
        case CancellationPending(asked=asked) if (asked.reason, asked.asked_by) == (
            command.reason,
            context.by.subject,
        ):
            return []
        case CancellationPending(asked=asked):
            raise Refused("cancellation-asked", f"{asked.asked_by} has asked already: wait for the decision")
        case Instructed(rejected=last):
            request = last.request + 1 if last else 1
            return [CancellationAsked(request=request, reason=command.reason, asked_by=context.by.subject)]
    raise not_due(state, _RULE)


def record_commitment(state: State, command: RecordCommitment, context: Context) -> Sequence[Event]:
    """What was bought, and anew when it changed. Word on a request that is decided changes nothing."""
    match state:
        case CancellationPending(asked=asked, reported=last) if asked.request == command.request:
            if last and last.commitment == command.commitment:
                return []
            version = last.commitment_version + 1 if last else 1
            return [CommitmentReported(**dict(command), commitment_version=version)]
        case CancellationPending() | Instructed() | Closed():
            return []
    raise not_due(state, "what was bought is stated for an order whose cancellation is asked for")


def decide_cancellation(state: State, command: DecideCancellation, context: Context) -> Sequence[Event]:
    """The product company's general manager or deputy decides, not who asked, knowing what is bought by now."""
    by = context.by.subject
    if not isinstance(state, CancellationPending):
        if _decided_so(state, command, by):
            return []
        raise not_due(state, "a cancellation is decided while it is asked for")
    company = state.dossier.received.product_company
    if context.by.company != company:
        raise Forbidden(
            "not-of-company", f"this word belongs to the people of {company}: use a token of that company"
        )
    if by == state.asked.asked_by:
        raise Forbidden("own-request", f"{by} asked for the cancellation: another person decides on it")
    known = _known(state, command)
    if command.approved:
        return [
            OrderCancelled(
                request=command.request, reason=command.reason, commitment=known.commitment, approved_by=by
            )
        ]
    return [CancellationRejected(request=command.request, reason=command.reason, rejected_by=by)]


def _known(state: CancellationPending, command: DecideCancellation) -> CommitmentReported:
    """The statement of what was bought that the decision is made on: the last one there is."""
    asked, reported = state.asked, state.reported
    if command.request != asked.request:
        raise Refused(
            "request-passed",
            f"request {asked.request} is the open one, not request {command.request}: read the order again",
            {"request": f"the open one is {asked.request}"},
        )
    if reported is None:
        raise Refused(
            "commitment-unknown", "what has been bought for the order is not stated yet: read it again soon"
        )
    if command.commitment_version != reported.commitment_version:
        raise Refused(
            "commitment-changed",
            f"what has been bought is stated anew, in version {reported.commitment_version}: read the order again",
            {"commitment_version": f"the current version is {reported.commitment_version}"},
        )
    return reported


def _decided_so(state: State, command: DecideCancellation, by: str) -> bool:
    match state:
        case Closed(end=OrderCancelled(request=request, reason=reason, approved_by=decided_by)):
            approved = True
        case Instructed(
            rejected=CancellationRejected(request=request, reason=reason, rejected_by=decided_by)
        ):
            approved = False
        case _:
            return False
    return (approved, request, reason, decided_by) == (command.approved, command.request, command.reason, by)
