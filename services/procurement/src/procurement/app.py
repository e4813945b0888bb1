"""The only place where procurement is wired."""

from __future__ import annotations

from pathlib import Path

from procurement import api, lead_time_api, supplier_api
from procurement.naming import purchase_order_of
from procurement.offers import offers
from procurement.parts import parts
from procurement.purchase import purchase
from procurement.purchase_book import purchase_book
from procurement.reactions import reactions
from procurement.requirements import requirements
from procurement.supplier import supplier
from procurement.supplier_book import supplier_book
from servicekit import OfOrder, Service

service = Service(
    name="procurement",
    package=Path(__file__).parent,
    summary="Purchased parts of instructed orders: need, supplier, purchase order, receipt, inspection.",
    deciders=(parts, purchase, supplier),
    projections=(requirements, purchase_book, supplier_book, offers),
    reactions=reactions,
    sources=("order-intake", "procurement"),
    routers=(api.router, supplier_api.router, lead_time_api.router),
    of_order=(OfOrder(api.needs.thing), OfOrder(api.purchases.thing, named_by=purchase_order_of)),
)
