"""What may be asked of suppliers and their offers over HTTP (S18)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fastapi import APIRouter

from procurement.offers import offers
from procurement.shown import show_supplier
from procurement.supplier import (
    ListOffer,
    RegisterSupplier,
    ReinstateSupplier,
    SuspendSupplier,
    WithdrawOffer,
    supplier,
)
from procurement.supplier_book import supplier_book
from servicekit import Resource, everybody, list_route

suppliers = Resource(supplier, path="/suppliers", tag="Suppliers", show=show_supplier)
suppliers.on(
    "/{id}/registration",
    RegisterSupplier,
    summary="A supplier was evaluated and may be bought from; {id} is your own number for it (S18)",
    example=RegisterSupplier(supplier_name="Pavlova Relays", note="Audited in May; ISO 9001"),
)
suppliers.on(
    "/{id}/offers",
    ListOffer,
    summary="It offers a part; this replaces its earlier offer of the same part (C12, S18)",
    example=ListOffer(
        part="CT-110-0.2S",
        channel="manufacturer",
        lead_time_days=21,
        unit_price=Decimal("118.50"),
        currency="CNY",
        valid_until=date(2027, 12, 31),
    ),
)
suppliers.on(
    "/{id}/offers/withdrawal",
    WithdrawOffer,
    summary="It offers a part no more",
    example=WithdrawOffer(part="CT-110-0.2S"),
)
suppliers.on(
    "/{id}/suspension",
    SuspendSupplier,
    summary="Buy nothing more from it until it is reinstated (S18)",
    example=SuspendSupplier(reason="Third delivery in a row that failed its inspection"),
)
suppliers.on(
    "/{id}/reinstatement",
    ReinstateSupplier,
    summary="It may be bought from again",
    example=ReinstateSupplier(reason="Audited again; the fault is found and mended"),
)
suppliers.reads()
suppliers.list(
    supplier_book,
    visible=everybody,
    filters=("state", "parts"),
    order=("supplier", "supplier_name", "-registered_at"),
    search=("supplier", "supplier_name", "note"),
    summary="All suppliers, and what they offer",
)

router = APIRouter()
router.include_router(
    list_route(
        offers,
        path="/offers",
        tag="Suppliers",
        summary="All offers, part by part; those of suspended suppliers too",
        visible=everybody,
        filters=("part", "supplier", "channel", "currency"),
        order=("part", "unit_price", "lead_time_days"),
        search=("part", "supplier"),
    )
)
router.include_router(suppliers.router)
