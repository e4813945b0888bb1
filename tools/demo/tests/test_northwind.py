"""The order book as orders: what is in the files arrives, and what is not is not made up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from demo.northwind import COMPANIES, Order, orders

DAY = date(2026, 11, 22)
BOOK = {order.reference: order for order in orders(DAY)}


def test_the_whole_book_is_there() -> None:
    assert len(BOOK) == 830
    assert sum(len(order.articles) for order in BOOK.values()) == 2155
    assert len({order.customer.id for order in BOOK.values()}) == 89, "two of the 91 customers never ordered"


def test_names_keep_their_accents() -> None:
    names = {order.customer.name for order in BOOK.values()}
    assert {"Berglunds snabbköp", "Antonio Moreno Taquería", "La corne d'abondance"} <= names
    assert {"Côte de Blaye", "Tourtière", "Knäckebröd"} <= {
        word for order in BOOK.values() for article in order.articles for word in spelled(article.model)
    }


def spelled(name: str) -> set[str]:
    return {name, *name.split()}


def test_amounts_are_exact_to_the_cent_with_the_discount_taken_off() -> None:
    """Order 10250 has one line without and two with 15 % off: 7.70 x 10, 42.40 x 35, 16.80 x 15."""
    amounts = [article.amount for article in BOOK["10250"].articles]
    assert amounts == [Decimal("77.00"), Decimal("1261.40"), Decimal("214.20")]
    every = [article.amount for order in BOOK.values() for article in order.articles]
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in every)


def test_a_customer_without_a_fax_has_no_mail_address_either() -> None:
    assert BOOK["10248"].customer.email == "vinet@northwind.example"
    assert BOOK["10250"].customer.id == "HANAR"
    unreachable = {order.customer.id for order in BOOK.values() if order.customer.email is None}
    assert len(unreachable) == 22
    assert "GODOS" in unreachable


def test_a_place_without_a_region_shows_none() -> None:
    assert BOOK["10248"].site == "Reims, France"
    assert BOOK["10250"].site == "Rio de Janeiro, RJ, Brazil"


def test_each_order_keeps_the_time_to_deliver_it_had() -> None:
    assert BOOK["10248"].delivery_date == DAY + timedelta(days=28)
    assert {(order.delivery_date - DAY).days for order in BOOK.values()} == {14, 28, 42}


def test_every_product_company_has_work_and_the_dearest_line_says_which() -> None:
    assert {order.company for order in BOOK.values()} == set(COMPANIES)
    first: Order = BOOK["10248"]
    dearest = max(first.articles, key=lambda article: article.amount)
    assert dearest.model == "Mozzarella di Giovanni"
    assert first.company == "transformers", "who makes dairy"


def test_a_third_of_the_orders_has_a_discontinued_article() -> None:
    assert sum(order.discontinued for order in BOOK.values()) == 267
    assert BOOK["10248"].discontinued
    assert not BOOK["10250"].discontinued
