"""What may be asked of procurement over HTTP."""

from __future__ import annotations

import secrets
from datetime import date

from fastapi import APIRouter, Depends

from events.contracts.purchases import PurchaseLine
from procurement.delivery import InspectDelivery
from procurement.parts import parts
from procurement.placing import check_needed
from procurement.purchase import ConfirmPurchaseOrder, PlacePurchaseOrder, ReceiveGoods, purchase
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
    summary="What instructed orders need to have bought (C18)",
)

placing = Resource(purchase, path="/purchase-orders", tag="Purchase orders", show=show_purchase)
placing.create(
    PlacePurchaseOrder,
    new_id=purchase_number,
    summary="Buy from a supplier what orders need; lines of several orders may be bundled",
    example=PlacePurchaseOrder(
        supplier="S-17", supplier_name="Pavlova Relays", lines=_lines, due=date(2027, 3, 1)
    ),
)

purchases = Resource(purchase, path="/purchase-orders", tag="Purchase orders", show=show_purchase)
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
purchases.reads()
purchases.list(
    purchase_book,
    visible=by_company("company"),
    filters=("state", "supplier", "company"),
    ranges=("due", "ordered_at"),
    order=("-ordered_at", "due", "promised"),
    summary="All purchase orders and how far they are",
)

router = APIRouter()
router.include_router(needs.router)
router.include_router(placing.router, dependencies=[Depends(check_needed)])
router.include_router(purchases.router)
