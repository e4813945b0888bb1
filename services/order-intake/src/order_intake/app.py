"""The only place where order-intake is wired."""

from __future__ import annotations

from pathlib import Path

from order_intake import api
from order_intake.imports import api as imports
from order_intake.likeness import likeness
from order_intake.order import order
from order_intake.order_book import order_book
from order_intake.reactions import reactions
from servicekit import OfOrder, Service

service = Service(
    name="order-intake",
    package=Path(__file__).parent,
    summary="Orders, from their first information to their production instruction.",
    deciders=(order, likeness),
    projections=(order_book,),
    reactions=reactions,
    sources=("order-intake", "review", "procurement"),
    routers=(imports.router, api.router),
    streamed=(imports.PATH,),
    of_order=(OfOrder(api.orders.thing),),
)
