"""Read model `supplier_book`: every supplier, whether it may be bought from, and the parts it offers (S18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from events import Projection, Recorded
from events.contracts.purchases import (
    OfferListed,
    OfferWithdrawn,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
)


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """One supplier."""

    supplier: str
    supplier_name: str
    state: Literal["registered", "suspended"]
    parts: tuple[str, ...]
    """The parts it offers."""
    note: str | None
    """What its evaluation found."""
    registered_by: str
    registered_at: datetime
    reason: str | None = None
    """Why it was suspended, or reinstated."""


def show(row: SupplierRow | None, fact: Recorded[Any]) -> SupplierRow | None:
    event = fact.event
    if isinstance(event, SupplierRegistered):
        name, note, by = event.supplier_name, event.note, event.registered_by
        if row is not None:
            return replace(row, supplier_name=name, note=note, registered_by=by, registered_at=fact.time)
        return SupplierRow(fact.id_in_stream, name, "registered", (), note, by, fact.time)
    assert row is not None, "a supplier's history starts with its registration"
    match event:
        case OfferListed(part=part):
            return replace(row, parts=tuple(sorted({*row.parts, part})))
        case OfferWithdrawn(part=gone):
            return replace(row, parts=tuple(part for part in row.parts if part != gone))
        case SupplierSuspended(reason=reason):
            return replace(row, state="suspended", reason=reason)
        case SupplierReinstated(reason=reason):
            return replace(row, state="registered", reason=reason)
    return row


supplier_book = Projection(
    name="supplier_book",
    version=1,
    row=SupplierRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(SupplierRegistered, OfferListed, OfferWithdrawn, SupplierSuspended, SupplierReinstated),
    indexes=(("state",),),
)
