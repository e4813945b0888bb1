"""What an instructed order needs to have bought, until all of it is in stock (C18).

One stream for each order, `parts-<number>`. Only the service itself gives these commands, as
reactions to a production instruction and to what happens to purchase orders. Two buyers may
order the same part at the same moment: what an order needs is counted, what is beyond it is
recorded as surplus, and nothing is refused or lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import Field

from events import Command, Context, Decider, Event, Refused
from events.contracts.common import BillItem, Code
from events.contracts.purchases import (
    Excluded,
    PartsOrdered,
    PartsReady,
    PartsRequired,
    PartsStocked,
    Pieces,
    SurplusOrdered,
    SurplusStocked,
)
from procurement.bill import excluded, purchased


class RequireParts(Command):
    """The order is instructed; this is its bill of parts (C17, C18)."""

    product_company: Code
    bill: tuple[BillItem, ...]


class NoteOrdered(Command):
    """A purchase order names this order for these pieces."""

    purchase_order: str
    parts: Annotated[tuple[Pieces, ...], Field(min_length=1)]


class StockParts(Command):
    """Goods of a purchase order's delivery passed their inspection, for this order (C18, S19)."""

    purchase_order: str
    delivery: int
    parts: Annotated[tuple[Pieces, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Uninstructed:
    """No production instruction so far; what names the order all the same is surplus."""

    purchases: frozenset[str] = frozenset()
    """Purchase orders noted."""
    deliveries: frozenset[tuple[str, int]] = frozenset()
    """Deliveries noted, as purchase order and number."""


@dataclass(frozen=True, slots=True)
class Required:
    """The order's needs and how far they are met; the counters hold pieces by part."""

    product_company: str
    needs: tuple[BillItem, ...]
    excluded: tuple[Excluded, ...]
    purchases: frozenset[str]
    deliveries: frozenset[tuple[str, int]]
    ordered: Counter[str] = field(default_factory=Counter)
    stocked: Counter[str] = field(default_factory=Counter)
    sources: tuple[str, ...] = ()
    """Purchase orders whose goods met a need."""
    ready: bool = False

    @property
    def needed(self) -> Counter[str]:
        return _count(self.needs)

    @property
    def to_order(self) -> Counter[str]:
        """Pieces that no purchase order covers."""
        return self.needed - self.ordered

    @property
    def to_stock(self) -> Counter[str]:
        """Pieces that are not in stock."""
        return self.needed - self.stocked


State = Uninstructed | Required


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case RequireParts():
            return _require(state, command)
        case NoteOrdered():
            return _note_ordered(state, command)
        case StockParts():
            return _stock(state, command)
    raise Refused("command-unknown", f"parts take no {type(command).__name__}")


def evolve(state: State, fact: Event) -> State:
    match fact:
        case PartsRequired():
            return Required(
                product_company=fact.product_company,
                needs=fact.needs,
                excluded=fact.excluded,
                purchases=state.purchases,
                deliveries=state.deliveries,
            )
        case PartsOrdered(purchase_order=purchase) if isinstance(state, Required):
            ordered = state.ordered + _count(fact.parts)
            return replace(state, ordered=ordered, purchases=state.purchases | {purchase})
        case SurplusOrdered(purchase_order=purchase):
            return replace(state, purchases=state.purchases | {purchase})
        case PartsStocked(purchase_order=purchase, delivery=delivery) if isinstance(state, Required):
            return replace(
                state,
                stocked=state.stocked + _count(fact.parts),
                deliveries=state.deliveries | {(purchase, delivery)},
                sources=tuple(dict.fromkeys((*state.sources, purchase))),
            )
        case SurplusStocked(purchase_order=purchase, delivery=delivery):
            return replace(state, deliveries=state.deliveries | {(purchase, delivery)})
        case PartsReady() if isinstance(state, Required):
            return replace(state, ready=True)
    return state


def _require(state: State, command: RequireParts) -> Sequence[Event]:
    needs, others = purchased(command.bill), excluded(command.bill)
    if isinstance(state, Required):
        if (state.needs, state.excluded) == (needs, others):
            return []
        raise Refused("bill-differs", "this order was instructed with another bill; compare the instructions")
    required = PartsRequired(product_company=command.product_company, needs=needs, excluded=others)
    return [required] if needs else [required, PartsReady()]


def _note_ordered(state: State, command: NoteOrdered) -> Sequence[Event]:
    purchase = command.purchase_order
    if purchase in state.purchases:
        return []
    needed, surplus = _split(command.parts, state.to_order if isinstance(state, Required) else Counter())
    facts: list[Event] = []
    if needed:
        facts.append(PartsOrdered(purchase_order=purchase, parts=needed))
    if surplus:
        facts.append(SurplusOrdered(purchase_order=purchase, parts=surplus))
    return facts


def _stock(state: State, command: StockParts) -> Sequence[Event]:
    """What comes first meets the need, whichever purchase order it was meant for."""
    purchase, delivery = command.purchase_order, command.delivery
    if (purchase, delivery) in state.deliveries:
        return []
    needed, surplus = _split(command.parts, state.to_stock if isinstance(state, Required) else Counter())
    facts: list[Event] = []
    if needed:
        facts.append(PartsStocked(purchase_order=purchase, delivery=delivery, parts=needed))
    if surplus:
        facts.append(SurplusStocked(purchase_order=purchase, delivery=delivery, parts=surplus))
    after = parts.fold(facts, state)
    if isinstance(after, Required) and not after.ready and not after.to_stock:
        facts.append(PartsReady(purchase_orders=after.sources))
    return facts


def _split(pieces: Iterable[Pieces], room: Counter[str]) -> tuple[tuple[Pieces, ...], tuple[Pieces, ...]]:
    """What there is room for, and what is beyond it."""
    left = Counter(room)
    fitting, beyond = [], []
    for one in pieces:
        fits = min(one.quantity, left[one.part])
        left[one.part] -= fits
        if fits:
            fitting.append(Pieces(part=one.part, quantity=fits))
        if fits < one.quantity:
            beyond.append(Pieces(part=one.part, quantity=one.quantity - fits))
    return tuple(fitting), tuple(beyond)


def _count(pieces: Iterable[Pieces | BillItem]) -> Counter[str]:
    count: Counter[str] = Counter()
    for one in pieces:
        count[one.part] += one.quantity
    return count


SYSTEM = frozenset({"system"})
parts: Decider[State] = Decider(
    category="parts",
    initial=Uninstructed(),
    decide=decide,
    evolve=evolve,
    may={RequireParts: SYSTEM, NoteOrdered: SYSTEM, StockParts: SYSTEM},
    company=lambda state: state.product_company if isinstance(state, Required) else None,
)
