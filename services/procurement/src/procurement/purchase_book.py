"""Read model `purchase_book`: every purchase order and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from events import Projection, Recorded
from events.contracts.purchases import (
    GoodsReceived,
    GoodsReturned,
    InspectionFailed,
    InspectionPassed,
    PurchaseConfirmed,
    PurchaseFulfilled,
    PurchaseLine,
    PurchaseOrdered,
    PurchaseReduced,
)
from procurement.purchase.states import GROUP_ONLY


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One purchase order; quantities in pieces of all its lines."""

    id: str
    company: str
    """The product company it serves; empty when it bundles several's: only the group's people see it."""
    supplier: str
    supplier_name: str
    state: Literal["ordered", "confirmed", "to_inspect", "fulfilled"]
    orders: tuple[str, ...]
    due: date | None
    promised: date | None
    ordered: int
    waiting: int
    """Arrived and not inspected."""
    passed: int
    failed: int
    """Found at fault so far, to be replaced unless it went back for good."""
    given_up: int
    """Need not come any more, or went back for good."""
    currency: str | None
    value: Decimal
    """What all its priced lines cost as they were ordered."""
    selection: str | None
    """Why this supplier (S18)."""
    ordered_by: str
    ordered_at: datetime
    fulfilled_at: datetime | None = None


def show(row: PurchaseRow | None, fact: Recorded[Any]) -> PurchaseRow | None:
    event = fact.event
    if isinstance(event, PurchaseOrdered):
        return PurchaseRow(
            id=fact.id_in_stream,
            company=event.product_company or GROUP_ONLY,
            supplier=event.supplier,
            supplier_name=event.supplier_name,
            state="ordered",
            orders=tuple(dict.fromkeys(line.order for line in event.lines)),
            due=event.due,
            promised=None,
            ordered=_pieces(event.lines),
            waiting=0,
            passed=0,
            failed=0,
            given_up=0,
            currency=event.currency,
            value=sum((line.quantity * (line.unit_price or Decimal()) for line in event.lines), Decimal()),
            selection=event.selection,
            ordered_by=event.ordered_by,
            ordered_at=fact.time,
        )
    assert row is not None, "a purchase order's history starts with its placing"
    match event:
        case PurchaseConfirmed(promised=promised):
            return _placed(replace(row, promised=promised))
        case GoodsReceived(lines=lines):
            return _placed(replace(row, waiting=row.waiting + _pieces(lines)))
        case InspectionPassed(lines=lines):
            n = _pieces(lines)
            return _placed(replace(row, waiting=row.waiting - n, passed=row.passed + n))
        case InspectionFailed(lines=lines):
            n = _pieces(lines)
            return _placed(replace(row, waiting=row.waiting - n, failed=row.failed + n))
        case PurchaseReduced(lines=lines) | GoodsReturned(lines=lines):
            return replace(row, given_up=row.given_up + _pieces(lines))
        case PurchaseFulfilled():
            return replace(row, state="fulfilled", fulfilled_at=fact.time)
    return row


def _placed(row: PurchaseRow) -> PurchaseRow:
    """With the state of a purchase order that is under way."""
    if row.waiting:
        return replace(row, state="to_inspect")
    return replace(row, state="confirmed" if row.promised else "ordered")


def _pieces(lines: Iterable[PurchaseLine]) -> int:
    return sum(line.quantity for line in lines)


purchase_book = Projection(
    name="purchase_book",
    version=3,
    row=PurchaseRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(
        PurchaseOrdered,
        PurchaseConfirmed,
        GoodsReceived,
        InspectionPassed,
        InspectionFailed,
        GoodsReturned,
        PurchaseReduced,
        PurchaseFulfilled,
    ),
    indexes=(("ordered_at",), ("state", "due"), ("supplier",), ("company", "state")),
)
