"""Read model `requirements`: for each instructed order, what is to buy and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from events import Projection, Recorded
from events.contracts.purchases import (
    Excluded,
    PartsCancelled,
    PartsHeld,
    PartsOrdered,
    PartsReady,
    PartsReleased,
    PartsReopened,
    PartsRequired,
    PartsStocked,
    Pieces,
    SurplusOrdered,
    SurplusReduced,
)
from procurement.bill import Need, needs


@dataclass(frozen=True, slots=True)
class Requirement:
    """One order. It is `to_order` until purchase orders cover all needs, `ready` when all is in stock.

    It is `held` while its cancellation is decided on, and needs nothing once it is `cancelled`.
    """

    order_number: str
    company: str
    state: Literal["to_order", "ordered", "ready", "held", "cancelled"]
    parts: tuple[Need, ...]
    excluded: tuple[Excluded, ...]
    needed: int
    ordered: int
    stocked: int
    surplus: int
    """Pieces ordered for it beyond its needs; of a cancelled order, all that was ordered for it."""
    needed_by: date | None
    """The earliest day a part that is bought is needed by."""
    purchase_orders: tuple[str, ...]
    required_at: datetime
    ready_at: datetime | None = None
    cancelled_at: datetime | None = None


def show(row: Requirement | None, fact: Recorded[Any]) -> Requirement | None:
    event = fact.event
    if isinstance(event, PartsRequired):
        return _required(event, fact)
    if row is None:
        return None  # what names an order nobody instructed stands in the purchase book
    match event:
        case PartsOrdered(purchase_order=purchase, parts=pieces):
            return _standing(_counted(_named(row, purchase), pieces, "ordered"))
        case SurplusOrdered(purchase_order=purchase, parts=pieces):
            return replace(_named(row, purchase), surplus=row.surplus + _sum(pieces))
        case PartsReopened(parts=pieces):
            return _standing(_counted(row, pieces, "ordered", sign=-1))
        case SurplusReduced(purchase_order=purchase, parts=pieces) if purchase in row.purchase_orders:
            return replace(row, surplus=row.surplus - _sum(pieces))
        case PartsStocked(parts=pieces):
            return _counted(row, pieces, "stocked")
        case PartsReady():
            return _standing(replace(row, ready_at=fact.time))
        case PartsHeld():
            return replace(row, state="held")
        case PartsReleased():
            return _standing(replace(row, state="to_order"))
        case PartsCancelled():
            return _cancelled(row, fact.time)
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


def _counted(
    row: Requirement, pieces: Iterable[Pieces], what: Literal["ordered", "stocked"], *, sign: int = 1
) -> Requirement:
    """With these pieces counted as ordered or stocked, or no more so, part by part and in all."""
    by_part = {one.part: sign * one.quantity for one in pieces}
    parts = tuple(
        replace(need, **{what: getattr(need, what) + by_part.get(need.part, 0)}) for need in row.parts
    )
    return replace(row, parts=parts, **{what: getattr(row, what) + sum(by_part.values())})


def _standing(row: Requirement) -> Requirement:
    """With the state of an order whose parts are bought; a held or cancelled one stays what it is."""
    if row.state in ("held", "cancelled"):
        return row
    if row.ready_at is not None:
        return replace(row, state="ready")
    return replace(row, state="ordered" if row.ordered == row.needed else "to_order")


def _cancelled(row: Requirement, at: datetime) -> Requirement:
    parts = tuple(replace(need, needed=0, ordered=0, stocked=0) for need in row.parts)
    return replace(
        row,
        state="cancelled",
        parts=parts,
        needed=0,
        ordered=0,
        stocked=0,
        surplus=row.surplus + row.ordered,
        needed_by=None,
        cancelled_at=at,
    )


def _sum(pieces: Iterable[Pieces]) -> int:
    return sum(one.quantity for one in pieces)


def _named(row: Requirement, purchase: str) -> Requirement:
    return replace(row, purchase_orders=tuple(dict.fromkeys((*row.purchase_orders, purchase))))


requirements = Projection(
    name="requirements",
    version=3,
    row=Requirement,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(
        PartsRequired,
        PartsOrdered,
        SurplusOrdered,
        PartsReopened,
        SurplusReduced,
        PartsStocked,
        PartsReady,
        PartsHeld,
        PartsReleased,
        PartsCancelled,
    ),
    indexes=(("needed_by",), ("state", "needed_by"), ("company", "state")),
)
