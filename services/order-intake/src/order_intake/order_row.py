"""The row of an order in the order book, and what facts note in it beside where the order stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from events import Event, Recorded
from events.contracts import orders
from events.contracts.common import Content
from order_intake.order.standing import StateName, waiting_for


class OrderRow(NamedTuple):
    """One order. `waiting_for` are roles, `customer`, or the service that goes on; nobody at its end."""

    number: str
    customer_id: str
    customer_name: str
    company: str
    """The product company that makes it."""
    channel: str
    reference: str | None
    state: StateName
    waiting_for: tuple[str, ...]
    content_version: int
    complete_set: bool
    delivery_date: date | None
    """Promised once accepted, wished before."""
    total: Decimal | None
    """Of the last quotation on the present content, in `currency`."""
    currency: str | None
    received_at: datetime
    since: datetime
    """When it came into its state."""
    updated_at: datetime
    doubted: bool
    """Somebody has to look before any step follows (S3); never at its end."""
    signed: tuple[str, ...]
    """Which sides have signed the present draft of the contract: `company`, `customer`."""
    parts_ready: bool
    """All its purchased parts are in stock, also while its cancellation is decided."""
    articles: tuple[str, ...]
    """Numbers and models of what is wanted, for whoever looks for them."""


def received(fact: Recorded[orders.OrderReceived]) -> OrderRow:
    """The row of an order that has just come."""
    event = fact.event
    return OrderRow(
        number=fact.key,
        customer_id=event.customer.id,
        customer_name=event.customer.name,
        company=event.product_company,
        channel=event.channel,
        reference=event.reference,
        state="incomplete",
        waiting_for=waiting_for("incomplete"),
        content_version=1,
        complete_set=event.content.complete_set,
        delivery_date=event.content.delivery_date,
        total=None,
        currency=None,
        received_at=fact.time,
        since=fact.time,
        updated_at=fact.time,
        doubted=False,
        signed=(),
        parts_ready=False,
        articles=_articles(event.content),
    )


def _articles(content: Content) -> tuple[str, ...]:
    named = (name for line in content.lines for name in (line.item, line.model) if name)
    return tuple(dict.fromkeys(named))


Changes = Mapping[str, Any]
"""New values by the row's field."""


def _supplemented(row: OrderRow, fact: Recorded[Any]) -> Changes:  # or amended
    content = fact.event.content
    return {
        "complete_set": content.complete_set,
        "delivery_date": content.delivery_date,
        "articles": _articles(content),
    }


def _amended(row: OrderRow, fact: Recorded[orders.OrderAmended]) -> Changes:
    version = fact.event.content_version
    anew = {"content_version": version, "total": None, "currency": None, "signed": ()}
    return {**_supplemented(row, fact), **anew}


def _agreed(row: OrderRow, fact: Recorded[orders.ExtensionAgreed | orders.ConditionsAgreed]) -> Changes:
    return {"delivery_date": fact.event.delivery_date or row.delivery_date}


def _quoted(row: OrderRow, fact: Recorded[orders.OrderQuoted]) -> Changes:
    return {"total": fact.event.total, "currency": fact.event.currency}


def _drafted(row: OrderRow, _: Recorded[orders.ContractDrafted]) -> Changes:
    return {"signed": ()}


def _signed(row: OrderRow, fact: Recorded[orders.ContractSigned]) -> Changes:
    return {"signed": (*row.signed, fact.event.side)}


def _ready(row: OrderRow, _: Recorded[orders.PartsReported]) -> Changes:
    return {"parts_ready": True, "state": "parts_ready" if row.state == "instructed" else row.state}


def _goes_on(row: OrderRow, _: Recorded[orders.CancellationRejected]) -> Changes:
    return {"state": "parts_ready" if row.parts_ready else "instructed"}


def _doubted(row: OrderRow, _: Recorded[orders.OrderDoubted]) -> Changes:
    return {"doubted": True}


def _cleared(row: OrderRow, _: Recorded[orders.DoubtsCleared]) -> Changes:
    return {"doubted": False}


NOTED: Mapping[type[Event], Callable[[OrderRow, Recorded[Any]], Changes]] = {  # Any: of what it stands beside
    orders.OrderSupplemented: _supplemented,
    orders.OrderAmended: _amended,
    orders.ExtensionAgreed: _agreed,
    orders.ConditionsAgreed: _agreed,
    orders.OrderQuoted: _quoted,
    orders.ContractDrafted: _drafted,
    orders.ContractSigned: _signed,
    orders.PartsReported: _ready,
    orders.CancellationRejected: _goes_on,
    orders.OrderDoubted: _doubted,
    orders.DoubtsCleared: _cleared,
}
"""What facts say beside where the order stands; where that depends on the row, that as well."""
