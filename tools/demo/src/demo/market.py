"""Where the buyers buy: every supplier of the book is registered, and offers its parts (C12, S18)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from demo.house import Person
from demo.journeys import Task
from demo.northwind import Article, orders
from demo.northwind.orders import CURRENCY
from fulfilment_client.procurement import ListOffer, RegisterSupplier

ELSEWHERE = "S-0"
"""Has everything, a little dearer and later than those who make it."""
_NAMES = {ELSEWHERE: "Northern Trading House"}
_SHARE, _DEARER, _CENT = Decimal("0.5"), Decimal("1.2"), Decimal("0.01")
_DAYS, _LATER = 5, 6


async def open_market(buyer: Person, run: str, day: date, tasks: Sequence[Task]) -> None:
    """Register who is needed for these orders, with what they offer. Done before, it changes nothing."""
    prices = _prices(day)
    articles = {article.item: article for task in tasks for article in task.order.articles}
    offers: dict[str, dict[str, ListOffer]] = {}
    for item, article in articles.items():
        offers.setdefault(article.supplier, {})[item] = _offer(item, prices[item], elsewhere=False)
        offers.setdefault(ELSEWHERE, {})[item] = _offer(item, prices[item], elsewhere=True)
    names = _NAMES | {article.supplier: article.supplier_name for article in articles.values()}
    async with asyncio.TaskGroup() as group:
        for supplier, offered in offers.items():
            group.create_task(
                _register(buyer, f"{run}/market/{supplier}", supplier, names[supplier], offered)
            )


async def _register(
    buyer: Person, key: str, supplier: str, name: str, offered: Mapping[str, ListOffer]
) -> None:
    known = RegisterSupplier(supplier_name=name, note="Audited in spring")
    await buyer.procurement.register_supplier(supplier, known, key=key)
    for part, offer in offered.items():
        await buyer.procurement.list_offer(supplier, offer, key=f"{key}/{part}")


def _prices(day: date) -> Mapping[str, Decimal]:
    """What each article costs in buying: half of the least it was ever sold for."""
    sold: dict[str, Decimal] = {}
    for article in _all(day):
        sold[article.item] = min(article.price, sold.get(article.item, article.price))
    return {item: price * _SHARE for item, price in sold.items()}


def _all(day: date) -> Sequence[Article]:
    return [article for order in orders(day) for article in order.articles]


def _offer(item: str, price: Decimal, *, elsewhere: bool) -> ListOffer:
    return ListOffer(
        part=item,
        channel="distributor" if elsewhere else "manufacturer",
        lead_time_days=_LATER if elsewhere else _DAYS,
        unit_price=(price * (_DEARER if elsewhere else 1)).quantize(_CENT, ROUND_HALF_UP),
        currency=CURRENCY,
    )
