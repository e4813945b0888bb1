"""The only place where review is wired."""

from __future__ import annotations

from pathlib import Path

from review import api
from review.case import case
from review.case_book import case_book
from review.reactions import reactions
from servicekit import Service

service = Service(
    name="review",
    package=Path(__file__).parent,
    summary="Whether an order can be made: classification, panels, decisions and refusals.",
    deciders=(case,),
    projections=(case_book,),
    reactions=reactions,
    sources=("order-intake",),
    routers=(api.router,),
)
