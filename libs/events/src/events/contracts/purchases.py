"""Facts of procurement: what is bought for instructed orders (C18).

Streams `parts-<order number>` (what an order needs) and `purchase-<id>` (a purchase
order, which may serve several orders). The names are the storage: never change one.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.contracts.common import BillItem, Code, Day, Name, Quantity, Text
from events.event import Event, Part


class Excluded(Part):
    """A bill item that is not bought, with the reason (C18)."""

    part: Code
    reason: str


class PartsRequired(Event, name="parts.required.v1"):
    """The bill of an instructed order, sorted into what is bought and what is not (C18)."""

    product_company: Code
    needs: tuple[BillItem, ...]
    excluded: tuple[Excluded, ...] = ()


class Pieces(Part):
    """So many pieces of a part, for the order whose stream this stands in."""

    part: Code
    quantity: Quantity


class PartsOrdered(Event, name="parts.ordered.v1"):
    """A purchase order covers some of the order's needs."""

    purchase_order: str
    parts: tuple[Pieces, ...]


class SurplusOrdered(Event, name="parts.surplus_ordered.v1"):
    """A purchase order names this order for more than it needs, or for what it does not need."""

    purchase_order: str
    parts: tuple[Pieces, ...]


class PartsStocked(Event, name="parts.stocked.v1"):
    """Inspected goods of a purchase order's delivery entered stock for this order (C18)."""

    purchase_order: str
    delivery: int
    parts: tuple[Pieces, ...]


class SurplusStocked(Event, name="parts.surplus_stocked.v1"):
    """Inspected goods beyond what this order still needs entered stock; they are free for others."""

    purchase_order: str
    delivery: int
    parts: tuple[Pieces, ...]


class PartsReady(Event, name="parts.ready.v1"):
    """Everything the order needs is in stock; at once when nothing is bought (C18)."""

    purchase_orders: tuple[str, ...] = ()


class PurchaseLine(Part):
    """One part bought for one order."""

    order: Code
    part: Code
    quantity: Quantity


class PurchaseOrdered(Event, name="purchase.ordered.v1"):
    """A purchase order went to a supplier. Who ordered does not inspect the goods.

    `product_company` is whose orders it serves; without it only people of the group see it.
    """

    supplier: Code
    supplier_name: Name
    product_company: Code | None = None
    lines: Annotated[tuple[PurchaseLine, ...], Field(min_length=1, max_length=500)]
    due: Day | None = None
    ordered_by: Name


class PurchaseConfirmed(Event, name="purchase.confirmed.v1"):
    """The supplier confirmed, promising this day; a later one replaces it."""

    promised: Day


class GoodsReceived(Event, name="purchase.goods_received.v1"):
    """Goods arrived, all or some; they are not stock before their inspection. `delivery` counts from 1."""

    delivery: int
    lines: tuple[PurchaseLine, ...]


class InspectionPassed(Event, name="purchase.inspection_passed.v1"):
    """These goods of a delivery are good and enter stock (C18)."""

    delivery: int
    lines: tuple[PurchaseLine, ...]
    inspected_by: Name


class InspectionFailed(Event, name="purchase.inspection_failed.v1"):
    """These goods of a delivery do not conform; they never enter stock and are to be replaced (C18, S19)."""

    delivery: int
    lines: tuple[PurchaseLine, ...]
    finding: Text
    inspected_by: Name


class PurchaseFulfilled(Event, name="purchase.fulfilled.v1"):
    """All that was ordered arrived and passed."""
