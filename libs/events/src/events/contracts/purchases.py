"""Facts of procurement: what is bought for instructed orders (C18).

Streams `parts-<order number>` (what an order needs), `purchase-<id>` (a purchase order,
which may serve several orders) and `supplier-<id>` (what a supplier offers). The names are the
storage: never change one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.contracts.common import Amount, BillItem, Code, Commitment, Currency, Day, Name, Quantity, Text
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
    unit_price: Amount | None = None
    """For a piece, where they are ordered and the purchase order names a price."""


class PartsOrdered(Event, name="parts.ordered.v1"):
    """A purchase order covers some of the order's needs."""

    purchase_order: str
    parts: tuple[Pieces, ...]
    currency: Currency | None = None
    """Of all their prices."""


class SurplusOrdered(Event, name="parts.surplus_ordered.v1"):
    """A purchase order names this order for more than it needs, or for what it does not need."""

    purchase_order: str
    parts: tuple[Pieces, ...]
    currency: Currency | None = None
    """Of all their prices."""


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


class PartsReopened(Event, name="parts.reopened.v1"):
    """These pieces will not come from that purchase order after all: they are to be ordered again.

    `change` is that of the purchase order that led to it.
    """

    purchase_order: str
    change: int = 0
    parts: tuple[Pieces, ...]


class SurplusReduced(Event, name="parts.surplus_reduced.v1"):
    """These pieces will not come from that purchase order after all, and the order does not miss them."""

    purchase_order: str
    change: int = 0
    parts: tuple[Pieces, ...]


class PartsHeld(Event, name="parts.held.v1"):
    """The order may be cancelled: nothing more is bought for it until that is decided."""

    request: int
    reason: Text


class CommitmentStated(Event, name="parts.commitment_stated.v1"):
    """What has been bought for a held order by now; stated anew when it changes."""

    request: int
    commitment: Commitment


class PartsReleased(Event, name="parts.released.v1"):
    """The order is made all the same: buying goes on."""

    request: int


class PartsCancelled(Event, name="parts.cancelled.v1"):
    """The order is cancelled: it needs nothing any more, and what still arrives is free for others.

    `commitment` is what had been bought by then; the manager may have decided on less.
    """

    request: int
    commitment: Commitment = Commitment()


class PurchaseLine(Part):
    """One part bought for one order."""

    order: Code
    part: Code
    quantity: Quantity
    unit_price: Amount | None = None
    """For a piece, in the purchase order's currency."""


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
    currency: Currency | None = None
    """Of all its prices."""
    selection: Text | None = None
    """Why this supplier (S18)."""


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
    """These goods of a delivery do not conform; they never enter stock (C18, S19).

    They are to be replaced, unless they go back for good.
    """

    delivery: int
    lines: tuple[PurchaseLine, ...]
    finding: Text
    inspected_by: Name


class PurchaseFulfilled(Event, name="purchase.fulfilled.v1"):
    """All that was ordered arrived and passed, but for what went back for good or need not come any more."""


class GoodsReturned(Event, name="purchase.goods_returned.v1"):
    """Goods that failed went back for good: the supplier does not replace them.

    `change` counts from 1 over all by which a purchase order became less.
    """

    change: int = 0
    delivery: int
    lines: tuple[PurchaseLine, ...]
    reason: Text
    returned_by: Name


class PurchaseReduced(Event, name="purchase.reduced.v1"):
    """The supplier need not deliver these outstanding goods any more.

    `change` counts from 1 over all by which a purchase order became less.
    """

    change: int = 0
    lines: tuple[PurchaseLine, ...]
    reason: Text
    reduced_by: Name


Channel = Literal["manufacturer", "distributor", "subsidiary", "import"]
"""By which way a part can be had (C12)."""
LeadTime = Annotated[int, Field(ge=0, le=3650)]
"""Calendar days from a purchase order to the delivery."""


class SupplierRegistered(Event, name="supplier.registered.v1"):
    """A supplier was evaluated and may be bought from (S18); a later one corrects its data."""

    supplier_name: Name
    note: Text | None = None
    registered_by: Name


class OfferListed(Event, name="supplier.offer_listed.v1"):
    """The supplier offers a part; a later offer of the same part replaces it (C12, S18)."""

    part: Code
    channel: Channel
    lead_time_days: LeadTime
    """Calendar days from the purchase order to the delivery."""
    unit_price: Amount
    currency: Currency
    minimum: Quantity = 1
    """Pieces at least in one purchase order."""
    valid_until: Day | None = None


class OfferWithdrawn(Event, name="supplier.offer_withdrawn.v1"):
    """The supplier offers this part no more."""

    part: Code


class SupplierSuspended(Event, name="supplier.suspended.v1"):
    """Nothing more is bought from this supplier until it is reinstated (S18)."""

    reason: Text


class SupplierReinstated(Event, name="supplier.reinstated.v1"):
    """It may be bought from again."""

    reason: Text
