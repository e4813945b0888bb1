"""What people write into the system about an order: the bodies of the requests, as JSON.

Pure, and the same for the same order, journey and day: a request that is repeated after a
crash is the same request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any

from demo.journeys import Task
from demo.northwind import Article
from demo.northwind.orders import CURRENCY

Json = dict[str, Any]  # Any: a JSON document

LATER = timedelta(days=21)
"""How much later than asked an infeasible order could be delivered."""
VALID = timedelta(days=30)
"""How long a quotation is good for."""
BEFORE_DELIVERY = timedelta(days=7)
"""When production needs the parts."""
_REBATE = Decimal("0.03")
_CENT = Decimal("0.01")


def request(task: Task) -> Json:
    """The request as the ERP sends it, with the journey's gaps (C2, S1)."""
    order = task.order
    return {
        "customer": {
            "id": order.customer.id,
            "name": order.customer.name,
            "contact": order.customer.contact,
            "email": order.customer.email,
            "language": "en",
        },
        "product_company": order.company,
        "channel": "erp",
        "reference": order.reference,
        "content": _without(content(task), task.journey.gaps),
    }


def content(task: Task) -> Json:
    """All that the customer wants (C3)."""
    mark = task.journey.mark
    flags: Json = {mark: True} if mark and mark != "non_standard" else {}
    lines = [_line(article) for article in task.order.articles]
    if mark == "non_standard":
        lines[0]["non_standard"] = True
    return {
        "lines": lines,
        "technical_requirements": "As in the catalogue",
        "quality_requirements": "Routine tests, a certificate with the delivery",
        "delivery_date": task.order.delivery_date.isoformat(),
        **flags,
    }


def missing(task: Task) -> list[str]:
    """What the answer to the request must name, all at once (S1)."""
    return [f"lines[0].{gap}" if gap in _OF_LINE else gap for gap in task.journey.gaps]


def quotation(task: Task, round: int, day: date) -> Json:
    """Every line with its price; the second round is three per cent cheaper (C15)."""
    share = 1 - _REBATE * (round - 1)
    amounts = [(article.amount * share).quantize(_CENT, ROUND_HALF_UP) for article in task.order.articles]
    return {
        "lines": [
            {"item": article.item, "quantity": article.quantity, "amount": str(amount)}
            for article, amount in zip(task.order.articles, amounts, strict=True)
        ],
        "total": str(sum(amounts)),
        "currency": CURRENCY,
        "valid_until": (day + VALID).isoformat(),
    }


def contract(task: Task, number: str) -> Json:
    """The contract's number and the digest of its text (C16)."""
    text = f"Contract on order {number} of {task.order.customer.name}, reference {task.order.reference}"
    return {"contract": f"HT-{number}", "digest": sha256(text.encode()).hexdigest()}


def bill(task: Task) -> Json:
    """The bill of parts (C17): what each article is bought as, and a wooden box, which never is (C18)."""
    order = task.order
    kind = "casting" if task.journey.supply == "nothing_bought" else "component"
    needed = (order.delivery_date - BEFORE_DELIVERY).isoformat()
    parts = [
        {"part": article.item, "name": article.model, "kind": kind, "quantity": article.quantity, "needed_by": needed}
        for article in order.articles
    ]  # fmt: skip
    return {"parts": [*parts, {"part": "BOX", "name": "Wooden box", "kind": "wooden_packing", "quantity": 1}]}


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought from one supplier for an order."""

    supplier: str
    order: Json
    """The purchase order."""
    lines: Sequence[Json]
    due: str


def purchases(task: Task, number: str) -> Sequence[Purchase]:
    """One purchase order for each supplier of the order's parts (C18)."""
    by_supplier: dict[str, list[Article]] = {}
    for article in task.order.articles:
        by_supplier.setdefault(article.supplier, []).append(article)
    due = (task.order.delivery_date - BEFORE_DELIVERY).isoformat()
    bought = []
    for supplier, articles in by_supplier.items():
        lines = [{"order": number, "part": one.item, "quantity": one.quantity} for one in articles]
        order = {
            "supplier": supplier,
            "supplier_name": articles[0].supplier_name,
            "product_company": task.order.company,
            "lines": lines,
            "due": due,
        }
        bought.append(Purchase(supplier, order, lines, due))
    return bought


_OF_LINE = frozenset({"quantity", "specification"})


def _line(article: Article) -> Json:
    return {
        "item": article.item,
        "model": article.model,
        "specification": article.specification,
        "quantity": article.quantity,
        "discontinued": article.discontinued,
    }


def _without(whole: Json, gaps: Sequence[str]) -> Json:
    first, *others = whole["lines"]
    known: Mapping[str, Any] = {name: value for name, value in first.items() if name not in gaps}
    kept = {name: value for name, value in whole.items() if name not in gaps}
    return {**kept, "lines": [known, *others]}
