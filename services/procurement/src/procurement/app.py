"""The only place where procurement is wired."""

from __future__ import annotations

from pathlib import Path

from procurement import api
from procurement.parts import parts
from procurement.purchase import purchase
from procurement.purchase_book import purchase_book
from procurement.reactions import reactions
from procurement.requirements import requirements
from servicekit import Service

service = Service(
    name="procurement",
    package=Path(__file__).parent,
    summary="Purchased parts of instructed orders: need, purchase order, receipt, inspection.",
    deciders=(parts, purchase),
    projections=(requirements, purchase_book),
    reactions=reactions,
    sources=("order-intake", "procurement"),
    routers=(api.router,),
)
