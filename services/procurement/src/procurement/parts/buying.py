"""What purchase orders bring for an order, and what of it will not come after all (C18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from events import Command, Event
from events.contracts.common import Currency
from events.contracts.purchases import (
    PartsOrdered,
    PartsReady,
    PartsReopened,
    PartsStocked,
    Pieces,
    SurplusOrdered,
    SurplusReduced,
    SurplusStocked,
)
from procurement.parts.evolve import evolve
from procurement.parts.states import Required, State

Several = Annotated[tuple[Pieces, ...], Field(min_length=1)]


class NoteOrdered(Command):
    """A purchase order names this order for these pieces."""

    purchase_order: str
    parts: Several
    currency: Currency | None = None
    """Of all their prices."""


class ReopenParts(Command):
    """These pieces will not come from that purchase order after all.

    `change` is the purchase order's number for it: each is counted once.
    """

    purchase_order: str
    change: int
    parts: Several


class StockParts(Command):
    """Goods of a purchase order's delivery passed their inspection, for this order (C18, S19)."""

    purchase_order: str
    delivery: int
    parts: Several


SYSTEM = frozenset({"system"})
MAY: Mapping[type[Command], frozenset[str]] = {NoteOrdered: SYSTEM, ReopenParts: SYSTEM, StockParts: SYSTEM}


def note_ordered(state: State, command: NoteOrdered) -> Sequence[Event]:
    """C18: what the order needs is counted, what is beyond it is surplus; for a cancelled order that is all."""
    purchase, currency = command.purchase_order, command.currency
    if purchase in state.ledger.purchases:
        return []
    needed, surplus = _split(command.parts, _to_order(state))
    facts: list[Event] = []
    if needed:
        facts.append(PartsOrdered(purchase_order=purchase, parts=needed, currency=currency))
    if surplus:
        facts.append(SurplusOrdered(purchase_order=purchase, parts=surplus, currency=currency))
    return facts


def reopen(state: State, command: ReopenParts) -> Sequence[Event]:
    """C18: what the order misses now is to be ordered again; what comes from elsewhere makes up for it first."""
    purchase, change = command.purchase_order, command.change
    if (purchase, change) in state.ledger.changes:
        return []
    less = replace(state, ledger=state.ledger.with_less(purchase, change, command.parts))
    missed, surplus = _split(command.parts, _to_order(less) - _to_order(state))
    facts: list[Event] = []
    if missed:
        facts.append(PartsReopened(purchase_order=purchase, change=change, parts=missed))
    if surplus:
        facts.append(SurplusReduced(purchase_order=purchase, change=change, parts=surplus))
    return facts


def stock(state: State, command: StockParts) -> Sequence[Event]:
    """C18, S19: what comes first meets the need, whichever purchase order it was meant for."""
    purchase, delivery = command.purchase_order, command.delivery
    if (purchase, delivery) in state.ledger.deliveries:
        return []
    needed, surplus = _split(command.parts, _to_stock(state, purchase))
    facts: list[Event] = []
    if needed:
        facts.append(PartsStocked(purchase_order=purchase, delivery=delivery, parts=needed))
    if surplus:
        facts.append(SurplusStocked(purchase_order=purchase, delivery=delivery, parts=surplus))
    if needed and isinstance(after := evolve(state, facts[0]), Required) and not after.to_stock:
        facts.append(PartsReady(purchase_orders=after.sources))
    return facts


def _to_order(state: State) -> Counter[str]:
    return state.to_order if isinstance(state, Required) else Counter()


def _to_stock(state: State, purchase: str) -> Counter[str]:
    if isinstance(state, Required) and purchase not in state.free:
        return state.to_stock
    return Counter()


def _split(pieces: Iterable[Pieces], room: Counter[str]) -> tuple[tuple[Pieces, ...], tuple[Pieces, ...]]:
    """What there is room for, and what is beyond it."""
    left = Counter(room)
    fitting, beyond = [], []
    for one in pieces:
        fits = min(one.quantity, left[one.part])
        left[one.part] -= fits
        if fits:
            fitting.append(one.model_copy(update={"quantity": fits}))
        if fits < one.quantity:
            beyond.append(one.model_copy(update={"quantity": one.quantity - fits}))
    return tuple(fitting), tuple(beyond)
