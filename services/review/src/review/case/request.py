"""A case's beginning and ends: asked for and classified (C5), void when the content changed, closed.

These commands come from reactions to what order-intake recorded. One that comes too late
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Context, Event
from events.contracts.common import Code, Content, Customer, Name, Project, Text
from events.contracts.reviews import ReviewClosed, ReviewRequested, ReviewVoided
from review.case.states import Closed, State, Unknown, Voided
from review.classification import CURRENT, classify, rule_set

_RULES = rule_set(CURRENT)


class RequestReview(Command):
    """Judge confirmed requirements (C5)."""

    customer: Customer
    product_company: Code
    content: Content
    content_version: int
    project: Project | None = None
    requested_by: Name
    prepared_by: tuple[Name, ...] = ()


class VoidReview(Command):
    """Void all that was said on the old content: there is a new version."""

    content_version: int
    reason: Text


class CloseReview(Command):
    """Stop: the order was withdrawn or dismissed (S3)."""

    reason: Text


_SYSTEM = frozenset({"system"})
MAY: Mapping[type[Command], frozenset[str]] = {
    RequestReview: _SYSTEM,
    VoidReview: _SYSTEM,
    CloseReview: _SYSTEM,
}


def request(state: State, command: RequestReview, context: Context) -> Sequence[Event]:
    """C5: every order is classified at once, by the rule set of the day it was confirmed."""
    if isinstance(state, Closed) or command.content_version <= _judged(state):
        return []
    if isinstance(state, Voided) and command.content_version < state.voided.content_version:
        return []
    return [ReviewRequested(**dict(command)), classify(command.content, _RULES, context.at.date())]


def void(state: State, command: VoidReview, context: Context) -> Sequence[Event]:
    """Opinions and approvals on the old content count no more; who gave them is named, to be told."""
    if isinstance(state, Unknown | Closed) or command.content_version <= _judged(state):
        return []
    if isinstance(state, Voided) and command.content_version <= state.voided.content_version:
        return []
    return [
        ReviewVoided(
            content_version=command.content_version,
            reason=command.reason,
            given_by=state.dossier.given_by,
        )
    ]


def close(state: State, command: CloseReview, context: Context) -> Sequence[Event]:
    """An order that was withdrawn or dismissed is judged no more (S3)."""
    return [] if isinstance(state, Unknown | Closed) else [ReviewClosed(reason=command.reason)]


def _judged(state: State) -> int:
    return 0 if isinstance(state, Unknown) else state.dossier.request.content_version
