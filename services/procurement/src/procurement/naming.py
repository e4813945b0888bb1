"""Which purchase orders an order has: those that its parts were told of, for its needs or beyond them."""

from __future__ import annotations

from typing import Any

from events import Recorded
from events.contracts.purchases import PartsOrdered, SurplusOrdered


def purchase_order_of(fact: Recorded[Any]) -> str | None:
    """The purchase order that was placed for the order of this fact; None for any other fact."""
    event = fact.event
    return event.purchase_order if isinstance(event, PartsOrdered | SurplusOrdered) else None
