"""Northwind's rows as orders of a group that makes switchgear: who orders what, for how much, by when.

Pure: the same day gives the same orders. The goods stay what they are (the system does not mind
cheese); what Northwind does not know is derived by a fixed rule that its name tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from demo.northwind.tables import CENT, CustomerRow, LineRow, OrderRow, order_rows

COMPANIES = ("switchgear", "transformers", "automation")
"""The product companies of the group."""
CURRENCY = "USD"
"""Northwind's prices are dollars."""

_COMPANY_OF_CATEGORY = {
    1: "switchgear", 2: "switchgear",  # beverages, condiments
    3: "transformers", 4: "transformers", 5: "transformers",  # confections, dairy, grains
    6: "automation", 7: "automation", 8: "automation",  # meat, produce, seafood
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customer:
    """Who orders. Without a mail address the customer is telephoned."""

    id: str
    name: str
    contact: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """One line of an order, and where the part for it is bought."""

    item: str
    model: str
    specification: str
    quantity: int
    price: Decimal
    """Of one piece, before the discount."""
    amount: Decimal
    """For the whole line, exact to the cent, the discount taken off."""
    discontinued: bool
    supplier: str
    supplier_name: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order, before anything happened to it."""

    reference: str
    """Its number at Northwind."""
    customer: Customer
    company: str
    """The product company that makes it."""
    articles: tuple[Article, ...]
    delivery_date: date
    project: str
    """What a project would be called, if it were a complete set (C4)."""
    site: str

    @property
    def discontinued(self) -> bool:
        """Whether a line is no longer made, which makes an order non-conventional (C5)."""
        return any(article.discontinued for article in self.articles)


def orders(day: date) -> tuple[Order, ...]:
    """The whole book, oldest first, as if all had been ordered on `day` with the time to deliver they had."""
    return tuple(_order(row, day) for row in order_rows())


def _order(row: OrderRow, day: date) -> Order:
    return Order(
        reference=row.id,
        customer=_customer(row.customer),
        company=_company(row),
        articles=tuple(_article(line) for line in row.lines),
        delivery_date=day + (row.required - row.ordered),
        project=row.ship_name,
        site=row.ship_place,
    )


def _customer(row: CustomerRow) -> Customer:
    """Northwind knows no mail addresses; who had a fax in 1996 has one here, who had none has none."""
    email = f"{row.id.lower()}@northwind.example" if row.fax else None
    return Customer(row.id, row.name, row.contact, email)


def _company(row: OrderRow) -> str:
    """Of the category of the line that is worth most; the first of them."""
    dearest = max(row.lines, key=_amount)
    return _COMPANY_OF_CATEGORY[dearest.product.category]


def _article(line: LineRow) -> Article:
    product = line.product
    return Article(
        item=f"NW-{product.id}",
        model=product.name,
        specification=f"{product.category_name}, {product.package}",
        quantity=line.quantity,
        price=line.price,
        amount=_amount(line),
        discontinued=product.discontinued,
        supplier=f"S-{product.supplier}",
        supplier_name=product.supplier_name,
    )


def _amount(line: LineRow) -> Decimal:
    return (line.price * line.quantity * (1 - line.discount)).quantize(CENT, ROUND_HALF_UP)
