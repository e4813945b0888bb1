"""What people write into the system about an order: the commands they give.

Pure, and the same for the same order, journey and run: a request that is repeated after a
crash is the same request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from demo.journeys import Gap, Task
from demo.northwind import Article
from demo.northwind.orders import CURRENCY
from fulfilment_client.order_intake import (
    BillItem,
    Content,
    Customer,
    DraftContract,
    InstructProduction,
    Line,
    PricedLine,
    QuoteOrder,
    ReceiveOrder,
)
from fulfilment_client.procurement import PlacePurchaseOrder, PurchaseLine

LATER = timedelta(days=21)
"""How much later than asked an infeasible order could be delivered."""
VALID = timedelta(days=30)
"""How long a quotation is good for."""
BEFORE_DELIVERY = timedelta(days=7)
"""When production needs the parts."""
_REBATE = Decimal("0.03")
_CENT = Decimal("0.01")


def request(task: Task, run: str) -> ReceiveOrder:
    """The request as the ERP sends it, with the journey's gaps (C2, S1).

    Every run has customers of its own: a book that is played twice is no duplicate (S3).
    """
    order = task.order
    return ReceiveOrder(
        customer=Customer(
            id=f"{order.customer.id}-{run.rpartition('.')[2]}",
            name=order.customer.name,
            contact=order.customer.contact,
            email=order.customer.email,
            language="en",
        ),
        product_company=order.company,
        channel="erp",
        reference=order.reference,
        content=_without(content(task), task.journey.gaps),
    )


def content(task: Task) -> Content:
    """All that the customer wants (C3)."""
    mark = task.journey.mark
    first, *others = (_line(article) for article in task.order.articles)
    return Content(
        lines=[first.model_copy(update={"non_standard": True}) if mark == "non_standard" else first, *others],
        technical_requirements="As in the catalogue",
        quality_requirements="Routine tests, a certificate with the delivery",
        delivery_date=task.order.delivery_date,
        complete_set=mark == "complete_set",
        above_quality_standard=mark == "above_quality_standard",
        penalty_clause=mark == "penalty_clause",
    )


def amended(task: Task) -> Content:
    """What the customer wants after a change of mind."""
    return content(task).model_copy(update={"technical_requirements": "As in the catalogue, for 2,000 m"})


def again(task: Task, run: str) -> ReceiveOrder:
    """The same wishes a second time, by another channel (S3)."""
    return request(task, run).model_copy(update={"channel": "portal", "reference": None})


def missing(task: Task) -> list[str]:
    """What the answer to the request must name, all at once (S1)."""
    return [f"lines[0].{gap}" if gap in _OF_LINE else gap for gap in task.journey.gaps]


def quotation(task: Task, round: int, day: date) -> QuoteOrder:
    """Every line with its price; the second round is three per cent cheaper (C15)."""
    share = 1 - _REBATE * (round - 1)
    amounts = [(article.amount * share).quantize(_CENT, ROUND_HALF_UP) for article in task.order.articles]
    return QuoteOrder(
        lines=[
            PricedLine(item=article.item, quantity=article.quantity, amount=amount)
            for article, amount in zip(task.order.articles, amounts, strict=True)
        ],
        total=sum(amounts, Decimal(0)),
        currency=CURRENCY,
        valid_until=day + VALID,
    )


def contract(task: Task, number: str, draft: int) -> DraftContract:
    """The contract's number and the digest of its text, which is another one in each draft (C16)."""
    text = (
        f"Contract on order {number} of {task.order.customer.name}, reference {task.order.reference}, "
        f"draft {draft}"
    )
    return DraftContract(contract=f"HT-{number}", digest=sha256(text.encode()).hexdigest())


def bill(task: Task) -> InstructProduction:
    """The bill of parts (C17): what each article is bought as, and a wooden box, which never is (C18)."""
    order = task.order
    needed = order.delivery_date - BEFORE_DELIVERY
    parts = [
        BillItem(
            part=article.item,
            name=article.model,
            kind="casting" if task.journey.supply == "nothing_bought" else "component",
            quantity=article.quantity,
            needed_by=needed,
        )
        for article in order.articles
    ]
    return InstructProduction(
        parts=[*parts, BillItem(part="BOX", name="Wooden box", kind="wooden_packing", quantity=1)]
    )


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought from one supplier for an order."""

    supplier: str
    lines: Sequence[PurchaseLine]
    due: date

    selection: str | None = None
    """Why this supplier, when another's offer is better (S18)."""

    def order(self, task: Task) -> PlacePurchaseOrder:
        """The purchase order, at the prices of the supplier's offers."""
        return PlacePurchaseOrder(
            supplier=self.supplier,
            product_company=task.order.company,
            lines=list(self.lines),
            due=self.due,
            selection=self.selection,
        )


def purchases(task: Task, number: str) -> Sequence[Purchase]:
    """One purchase order for each supplier of the order's parts (C18)."""
    by_supplier: dict[str, list[Article]] = {}
    for article in task.order.articles:
        by_supplier.setdefault(article.supplier, []).append(article)
    due = task.order.delivery_date - BEFORE_DELIVERY
    return [
        Purchase(
            supplier,
            [PurchaseLine(order=number, part=one.item, quantity=one.quantity) for one in articles],
            due,
        )
        for supplier, articles in by_supplier.items()
    ]


_OF_LINE: frozenset[Gap] = frozenset({"quantity", "specification"})


def _line(article: Article) -> Line:
    return Line(
        item=article.item,
        model=article.model,
        specification=article.specification,
        quantity=article.quantity,
        discontinued=article.discontinued,
    )


def _without(whole: Content, gaps: Sequence[Gap]) -> Content:
    first, *others = whole.lines
    known = first.model_copy(update={gap: None for gap in gaps if gap in _OF_LINE})
    rest = whole.model_copy(update={gap: None for gap in gaps if gap not in _OF_LINE})
    return rest.model_copy(update={"lines": [known, *others]})
