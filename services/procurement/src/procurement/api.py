"""What may be asked of procurement over HTTP."""

from __future__ import annotations

import secrets
from datetime import date
from decimal import Decimal

from fastapi import APIRouter

from events.contracts.purchases import PurchaseLine
from procurement.delivery import InspectDelivery
from procurement.parts import parts
from procurement.placing import look_around
from procurement.purchase import (
    ConfirmPurchaseOrder,
    PlacePurchaseOrder,
    ReceiveGoods,
    ReducePurchaseOrder,
    ReturnGoods,
    purchase,
)
from procurement.purchase_book import purchase_book
from procurement.requirements import requirements
from procurement.shown import show_purchase, show_requirement
from servicekit import Resource, by_company

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for something else on the phone."""


def purchase_number() -> str:
    """A new purchase order's number; 40 random bits, for people to say."""
    return "P-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


_lines = (PurchaseLine(order="7K3M2Q9X", part="CT-110-0.2S", quantity=6),)

needs = Resource(parts, path="/requirements", tag="Requirements", show=show_requirement)
needs.reads()
needs.list(
    requirements,
    visible=by_company("company"),
    filters=("state", "company"),
    ranges=("needed_by", "required_at"),
    order=("needed_by", "required_at", "order_number"),
    search=("order_number", "purchase_orders"),
    summary="What instructed orders need to have bought (C18)",
)

purchases = Resource(purchase, path="/purchase-orders", tag="Purchase orders", show=show_purchase)
purchases.create(
    PlacePurchaseOrder,
    new_id=purchase_number,
    prepare=look_around,
    summary="Buy from a supplier what orders need; lines of several orders may be bundled (C18, S18)",
    example=PlacePurchaseOrder(
        supplier="S-17",
        lines=(PurchaseLine(order="7K3M2Q9X", part="CT-110-0.2S", quantity=6, unit_price=Decimal("118.50")),),
        due=date(2027, 3, 1),
        currency="CNY",
        selection="The only one with a type test for this ratio",
    ),
)
purchases.on(
    "/{id}/confirmation",
    ConfirmPurchaseOrder,
    summary="The supplier promises a day",
    example=ConfirmPurchaseOrder(promised=date(2027, 3, 8)),
)
purchases.on(
    "/{id}/receipts",
    ReceiveGoods,
    summary="Goods arrived, all or some; they wait for their inspection",
    example=ReceiveGoods(lines=_lines),
)
purchases.on(
    "/{id}/inspections",
    InspectDelivery,
    summary="A delivery passed or failed; never by who placed the purchase order (S19)",
    example=InspectDelivery(
        delivery=1, result="failed", failed=_lines, finding="Ratio error above class 0.2S"
    ),
)
purchases.on(
    "/{id}/reductions",
    ReducePurchaseOrder,
    summary="The supplier need not deliver outstanding goods any more (C18)",
    example=ReducePurchaseOrder(lines=_lines, reason="Their order is cancelled; agreed with Ms Pavlova"),
)
purchases.on(
    "/{id}/returns",
    ReturnGoods,
    summary="Goods that failed go back for good, instead of being replaced (S19)",
    example=ReturnGoods(delivery=1, reason="The supplier cannot reach class 0.2S"),
)
purchases.reads()
purchases.list(
    purchase_book,
    visible=by_company("company"),
    filters=("state", "supplier", "company", "orders"),
    ranges=("due", "promised", "ordered_at"),
    order=("-ordered_at", "due", "promised"),
    search=("id", "supplier", "supplier_name", "orders"),
    summary="All purchase orders and how far they are",
)

router = APIRouter()
router.include_router(needs.router)
router.include_router(purchases.router)
