"""The only place where review is wired."""

from __future__ import annotations

from pathlib import Path

from review import api
from review.case import case
from review.case_book import case_book
from review.contract import contract
from review.contract_book import contract_book
from review.reactions import reactions
from review.work_list import api as work_list
from servicekit import OfOrder, Service

service = Service(
    name="review",
    package=Path(__file__).parent,
    summary="Whether an order can be made, and its contract be signed: who judges, decides and approves.",
    deciders=(case, contract),
    projections=(case_book, contract_book),
    reactions=reactions,
    sources=("order-intake",),
    routers=(api.router, api.contract_router, work_list.router),
    of_order=(OfOrder(api.cases.thing), OfOrder(api.contracts.thing)),
)
