"""Doubts whether an order is a duplicate or genuine at all: a person looks before it goes on (S3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, field_validator

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Text
from events.contracts.orders import Doubt, DoubtsCleared, OrderDismissed, OrderDoubted
from order_intake.order.refusals import content_changed, not_open
from order_intake.order.states import Closed, Dossier, Instructed, State, Unknown


class RaiseDoubts(Command):
    """Doubt that the order is genuine, or another than one we have: it waits until somebody looked (S3).

    The service itself doubts an order that is like an earlier one.
    """

    content_version: int = Field(ge=1)
    """The version of the content that was looked at."""
    doubts: Annotated[tuple[Doubt, ...], Field(min_length=1, max_length=20)]
    """What is doubted, and why."""

    @field_validator("doubts")
    @classmethod
    def _a_duplicate_repeats_something(cls, doubts: tuple[Doubt, ...]) -> tuple[Doubt, ...]:
        if any(doubt.kind == "duplicate" and doubt.resembles is None for doubt in doubts):
            raise ValueError("say in `resembles` which order a duplicate repeats")
        return doubts


class ClearDoubts(Command):
    """State that the order is genuine, and no duplicate: it goes on where it stood (S3)."""

    content_version: int = Field(ge=1)
    """The version of the content that was looked at."""
    reason: Text
    """How one knows."""


class DismissOrder(Command):
    """Close a doubted order: it is a duplicate, or nobody wants it (S3)."""

    reason: Text
    """How one knows."""


_SALES_DESK = frozenset({"sales", "contract_desk"})
MAY: Mapping[type[Command], frozenset[str]] = {
    RaiseDoubts: _SALES_DESK | {"system"},
    ClearDoubts: _SALES_DESK,
    DismissOrder: frozenset({"contract_desk"}),
}


def refuse_step(state: State) -> None:
    """S3: refuse a step forward of an order that is doubted. The one place where doubts stop it."""
    if not isinstance(state, Unknown) and state.dossier.doubts:
        grounds = "; ".join(doubt.reason for doubt in state.dossier.doubts)
        raise Refused(
            "order-doubted",
            f"the order is doubted ({grounds}): somebody who did not prepare it clears the doubts first, "
            "or the contract desk dismisses it (S3)",
        )


def raise_doubts(state: State, command: RaiseDoubts, context: Context) -> Sequence[Event]:
    """S3: each doubt once. What the service itself finds too late (amended or closed) changes nothing."""
    late = isinstance(state, Closed) or (
        not isinstance(state, Unknown) and command.content_version != state.dossier.content_version
    )
    if late and "system" in context.by.roles:
        return []
    dossier = _about_current(state, command.content_version)
    new = tuple(doubt for doubt in dict.fromkeys(command.doubts) if doubt not in dossier.doubts)
    return [OrderDoubted(doubts=new)] if new else []


def clear(state: State, command: ClearDoubts, context: Context) -> Sequence[Event]:
    """S3: a person who did not prepare the order says that it is genuine."""
    dossier = _about_current(state, command.content_version)
    if not dossier.doubts:
        return []
    _refuse_own(dossier, context)
    return [DoubtsCleared(reason=command.reason, cleared_by=context.by.subject)]


def dismiss(state: State, command: DismissOrder, context: Context) -> Sequence[Event]:
    """S3: what is doubted is closed, with a reason and by somebody who did not prepare it."""
    if isinstance(state, Closed) and isinstance(state.end, OrderDismissed):
        return []
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    if isinstance(state, Instructed):
        raise Refused(
            "already-instructed",
            "production is instructed: ask for the cancellation, which the general manager decides",
        )
    if not state.dossier.doubts:
        raise Refused("not-doubted", "nobody doubts this order: raise doubts first, or withdraw it (S3)")
    _refuse_own(state.dossier, context)
    return [OrderDismissed(reason=command.reason, dismissed_by=context.by.subject)]


def _about_current(state: State, content_version: int) -> Dossier:
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    if content_version != state.dossier.content_version:
        raise content_changed(content_version, state.dossier.content_version)
    return state.dossier


def _refuse_own(dossier: Dossier, context: Context) -> None:
    if context.by.subject in dossier.prepared_by:
        raise Forbidden(
            "own-request",
            f"{context.by.subject} received or prepared this order: another person judges the doubts (S3)",
        )
