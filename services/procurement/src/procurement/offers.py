"""Read model `offers`: one row for each part that a supplier offers (C12, S18).

Whether the supplier may be bought from is in `supplier_book`: a row here knows its own offer only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from events import Projection, Recorded
from events.contracts.purchases import Channel, OfferListed, OfferWithdrawn


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One supplier's offer of one part."""

    id: str
    """The supplier's number, a slash and the part's."""
    supplier: str
    part: str
    channel: Channel
    lead_time_days: int
    """Calendar days from the purchase order to the delivery."""
    unit_price: Decimal
    currency: str
    minimum: int
    """Pieces at least in one purchase order."""
    valid_until: date | None
    listed_at: datetime


def show(_: OfferRow | None, fact: Recorded[Any]) -> OfferRow | None:
    offer = fact.event
    if not isinstance(offer, OfferListed):
        return None
    return OfferRow(
        id=_id(fact),
        supplier=fact.id_in_stream,
        part=offer.part,
        channel=offer.channel,
        lead_time_days=offer.lead_time_days,
        unit_price=offer.unit_price,
        currency=offer.currency,
        minimum=offer.minimum,
        valid_until=offer.valid_until,
        listed_at=fact.time,
    )


def _id(fact: Recorded[OfferListed | OfferWithdrawn]) -> str:
    return f"{fact.id_in_stream}/{fact.event.part}"


offers = Projection(
    name="offers",
    version=1,
    row=OfferRow,
    show=show,
    key=_id,
    handles=(OfferListed, OfferWithdrawn),
    indexes=(("part",), ("supplier",)),
)
