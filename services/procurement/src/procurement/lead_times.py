"""By which way, by when and at what price a part can be had, the best way first (C12, S18).

Best is what comes in time, and of that the cheapest; of what comes late, the earliest. Where no
day is named, all is in time. Prices in different currencies are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from events.contracts.purchases import Channel


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer of a supplier that may be bought from."""

    supplier: str
    supplier_name: str
    part: str
    channel: Channel
    lead_time_days: int
    unit_price: Decimal
    currency: str
    minimum: int
    valid_until: date | None

    def takes(self, quantity: int, on: date) -> bool:
        """Whether so many pieces can be bought at these terms on a day."""
        return quantity >= self.minimum and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have so many pieces of a part, ordered on a given day."""

    supplier: str
    supplier_name: str
    channel: Channel
    lead_time_days: int
    earliest: date
    """The day of delivery, when it is ordered today."""
    in_time: bool | None
    """Whether that is early enough; None when no day was named."""
    unit_price: Decimal
    currency: str
    pieces: int
    """What has to be bought: the supplier's minimum, where that is more."""
    cost: Decimal
    """Of all these pieces."""
    valid_until: date | None
    """The last day on which one may buy at these terms."""


def ways(
    offers: Iterable[Offered], quantity: int, *, today: date, needed_by: date | None = None
) -> Sequence[Way]:
    """All that can be ordered today, best first (C12)."""
    found = [
        _way(one, max(quantity, one.minimum), today, needed_by)
        for one in offers
        if one.takes(max(quantity, one.minimum), today)
    ]
    return sorted(found, key=_rank)


def _way(offer: Offered, pieces: int, today: date, needed_by: date | None) -> Way:
    earliest = today + timedelta(days=offer.lead_time_days)
    return Way(
        supplier=offer.supplier,
        supplier_name=offer.supplier_name,
        channel=offer.channel,
        lead_time_days=offer.lead_time_days,
        earliest=earliest,
        in_time=None if needed_by is None else earliest <= needed_by,
        unit_price=offer.unit_price,
        currency=offer.currency,
        pieces=pieces,
        cost=pieces * offer.unit_price,
        valid_until=offer.valid_until,
    )


def _rank(way: Way) -> tuple[bool, date, str, Decimal, date, str]:
    late = way.in_time is False
    return late, way.earliest if late else date.min, way.currency, way.cost, way.earliest, way.supplier
