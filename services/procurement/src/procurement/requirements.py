"""Read model `requirements`: for each instructed order, what is to buy and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from events import Event, Projection, Recorded
from events.contracts.purchases import (
    Excluded,
    PartsOrdered,
    PartsReady,
    PartsRequired,
    PartsStocked,
    Pieces,
    SurplusOrdered,
)
from procurement.bill import Need, needs


@dataclass(frozen=True, slots=True)
class Requirement:
    """One order. It is `to_order` until purchase orders cover all needs, `ready` when all is in stock."""

    order_number: str
    company: str
    state: Literal["to_order", "ordered", "ready"]
    parts: tuple[Need, ...]
    excluded: tuple[Excluded, ...]
    needed: int
    ordered: int
    stocked: int
    surplus: int
    """Pieces ordered for it beyond its needs."""
    needed_by: date | None
    """The earliest day a part that is bought is needed by."""
    purchase_orders: tuple[str, ...]
    required_at: datetime
    ready_at: datetime | None = None


def show(row: Requirement | None, fact: Recorded[Any]) -> Requirement | None:
    event = fact.event
    if isinstance(event, PartsRequired):
        return _required(event, fact)
    if row is None:
        return None  # what names an order nobody instructed stands in the purchase book
    match event:
        case PartsOrdered(purchase_order=purchase, parts=pieces):
            row = _named(row, purchase)
            parts = _add(row.parts, pieces, ordered=True)
            ordered = sum(part.ordered for part in parts)
            state = "ordered" if ordered == row.needed and row.state == "to_order" else row.state
            return replace(row, parts=parts, ordered=ordered, state=state)
        case SurplusOrdered(purchase_order=purchase, parts=pieces):
            return replace(_named(row, purchase), surplus=row.surplus + sum(one.quantity for one in pieces))
        case PartsStocked(parts=pieces):
            parts = _add(row.parts, pieces, ordered=False)
            return replace(row, parts=parts, stocked=sum(part.stocked for part in parts))
        case PartsReady():
            return replace(row, state="ready", ready_at=fact.time)
    return row


def _required(event: PartsRequired, fact: Recorded[Any]) -> Requirement:
    parts = needs(event.needs)
    return Requirement(
        order_number=fact.id_in_stream,
        company=event.product_company,
        state="to_order",
        parts=parts,
        excluded=event.excluded,
        needed=sum(part.needed for part in parts),
        ordered=0,
        stocked=0,
        surplus=0,
        needed_by=min((part.needed_by for part in parts if part.needed_by), default=None),
        purchase_orders=(),
        required_at=fact.time,
    )


def _add(parts: Iterable[Need], pieces: Iterable[Pieces], *, ordered: bool) -> tuple[Need, ...]:
    by_part = {one.part: one.quantity for one in pieces}
    return tuple(
        replace(need, ordered=need.ordered + by_part.get(need.part, 0))
        if ordered
        else replace(need, stocked=need.stocked + by_part.get(need.part, 0))
        for need in parts
    )


def _named(row: Requirement, purchase: str) -> Requirement:
    return replace(row, purchase_orders=tuple(dict.fromkeys((*row.purchase_orders, purchase))))


HANDLES: tuple[type[Event], ...] = (PartsRequired, PartsOrdered, SurplusOrdered, PartsStocked, PartsReady)
requirements = Projection(
    name="requirements",
    version=1,
    row=Requirement,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=HANDLES,
    indexes=(("state", "needed_by"), ("company", "state")),
)
