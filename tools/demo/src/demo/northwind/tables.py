"""The CSV files beside this module, read as they are: one type for each table that is used.

An empty field is NULL and becomes None. Amounts of money were 32-bit floats and are rounded to
cents, and nothing else is changed here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer; the city is always known, a region or fax often not."""

    id: str
    name: str
    contact: str
    fax: str | None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product, its category, and who supplies it."""

    id: str
    name: str
    category: int
    category_name: str
    supplier: str
    supplier_name: str
    package: str
    """`12 - 500 g pkgs.`"""
    discontinued: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of an order, with the price of the day and the discount as a fraction."""

    product: ProductRow
    price: Decimal
    quantity: int
    discount: Decimal


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its lines."""

    id: str
    customer: CustomerRow
    ordered: date
    required: date
    ship_name: str
    ship_place: str
    """City, region where there is one, country."""
    lines: tuple[LineRow, ...]


def order_rows() -> tuple[OrderRow, ...]:
    """All orders, oldest first."""
    customers = {row["customer_id"]: _customer(row) for row in _rows("customers")}
    products = _products()
    lines: dict[str, list[LineRow]] = {}
    for row in _rows("order_details"):
        lines.setdefault(_known(row["order_id"]), []).append(_line(row, products))
    return tuple(
        OrderRow(
            id=(id := _known(row["order_id"])),
            customer=customers[row["customer_id"]],
            ordered=date.fromisoformat(_known(row["order_date"])),
            required=date.fromisoformat(_known(row["required_date"])),
            ship_name=_known(row["ship_name"]),
            ship_place=", ".join(
                part for part in (row["ship_city"], row["ship_region"], row["ship_country"]) if part
            ),
            lines=tuple(lines[id]),
        )
        for row in _rows("orders")
    )


Row = Mapping[str, str | None]


def _customer(row: Row) -> CustomerRow:
    return CustomerRow(
        id=_known(row["customer_id"]),
        name=_known(row["company_name"]),
        contact=_known(row["contact_name"]),
        fax=row["fax"],
    )


def _products() -> Mapping[str, ProductRow]:
    categories = {row["category_id"]: _known(row["category_name"]) for row in _rows("categories")}
    suppliers = {row["supplier_id"]: _known(row["company_name"]) for row in _rows("suppliers")}
    return {
        (id := _known(row["product_id"])): ProductRow(
            id=id,
            name=_known(row["product_name"]),
            category=int(_known(row["category_id"])),
            category_name=categories[row["category_id"]],
            supplier=_known(row["supplier_id"]),
            supplier_name=suppliers[row["supplier_id"]],
            package=_known(row["quantity_per_unit"]),
            discontinued=row["discontinued"] == "1",
        )
        for row in _rows("products")
    }


def _line(row: Row, products: Mapping[str, ProductRow]) -> LineRow:
    return LineRow(
        product=products[_known(row["product_id"])],
        price=Decimal(_known(row["unit_price"])).quantize(CENT),
        quantity=int(_known(row["quantity"])),
        discount=Decimal(_known(row["discount"])).quantize(CENT),
    )


def _rows(table: str) -> Iterator[Row]:
    text = (files("demo.northwind") / f"{table}.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {name: value or None for name, value in row.items()}


def _known(value: str | None) -> str:
    """A field that no row may lack."""
    if value is None:
        raise ValueError("the order book has an empty field where none can be; copy its files anew")
    return value
