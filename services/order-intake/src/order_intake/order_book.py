"""Read model `order_book`: every order, where it stands, and who is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from events import Event, Projection, Recorded
from events.contracts import orders


class OrderRow(NamedTuple):
    """One order. `waiting_for` are roles, `customer`, or the service that goes on; nobody at its end."""

    number: str
    customer_id: str
    customer_name: str
    company: str
    """The product company that makes it."""
    channel: str
    reference: str | None
    state: str
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


def show(row: OrderRow | None, fact: Recorded[Any]) -> OrderRow | None:
    """The row after a fact. Most facts only say where the order stands now, so they are not even decoded."""
    kind = fact.kind
    if kind is orders.OrderReceived:
        return _received(fact)
    if row is None:
        return None
    if kind in _NOTED:
        row = _NOTED[kind](row, fact.event)
    state, waiting_for = AFTER.get(kind, (row.state, row.waiting_for))
    since = row.since if state == row.state else fact.time
    return row._replace(state=state, waiting_for=waiting_for, since=since, updated_at=fact.time)


_SIGNERS = {"company": "contract_desk", "customer": "customer"}
_SALES, _CUSTOMER, _DESK = ("sales",), ("customer",), ("contract_desk",)
AFTER: Mapping[type[Event], tuple[str, tuple[str, ...]]] = {
    orders.OrderReceived: ("incomplete", _SALES),
    orders.OrderFoundIncomplete: ("incomplete", _SALES),
    orders.OrderSupplemented: ("incomplete", _SALES),
    orders.OrderCompleted: ("complete", _SALES),
    orders.OrderAmended: ("incomplete", _SALES),
    orders.RequirementsConfirmed: ("in_review", ("review",)),
    orders.OrderFoundInfeasible: ("infeasible", _SALES),
    orders.ExtensionAsked: ("extension_asked", _CUSTOMER),
    orders.ExtensionAgreed: ("accepted", _SALES),
    orders.ExtensionDeclined: ("refusal_proposed", ("general_manager",)),
    orders.ConditionsProposed: ("conditions_proposed", _CUSTOMER),
    orders.ConditionsAgreed: ("accepted", _SALES),
    orders.ConditionsDeclined: ("declined", ()),
    orders.OrderAccepted: ("accepted", _SALES),
    orders.OrderRefused: ("refused", ()),
    orders.OrderQuoted: ("quoted", _CUSTOMER),
    orders.QuotationDeclined: ("accepted", _SALES),
    orders.QuotationAccepted: ("price_agreed", _DESK),
    orders.ContractDrafted: ("contract_drafted", tuple(_SIGNERS.values())),
    orders.ContractConcluded: ("contract_concluded", _DESK),
    orders.ProductionInstructed: ("instructed", ("procurement",)),
    orders.PartsReported: ("parts_ready", ("production",)),
    orders.OrderWithdrawn: ("withdrawn", ()),
}
"""Where an order stands after a fact, and who is waited for; as `standing` says it of its state.

After any other fact it stands where it stood.
"""


def _received(fact: Recorded[orders.OrderReceived]) -> OrderRow:
    event = fact.event
    state, waiting_for = AFTER[orders.OrderReceived]
    return OrderRow(
        number=fact.key,
        customer_id=event.customer.id,
        customer_name=event.customer.name,
        company=event.product_company,
        channel=event.channel,
        reference=event.reference,
        state=state,
        waiting_for=waiting_for,
        content_version=1,
        complete_set=event.content.complete_set,
        delivery_date=event.content.delivery_date,
        total=None,
        currency=None,
        received_at=fact.time,
        since=fact.time,
        updated_at=fact.time,
    )


def _supplemented(row: OrderRow, event: orders.OrderSupplemented | orders.OrderAmended) -> OrderRow:
    return row._replace(complete_set=event.content.complete_set, delivery_date=event.content.delivery_date)


def _amended(row: OrderRow, event: orders.OrderAmended) -> OrderRow:
    return _supplemented(row, event)._replace(
        content_version=event.content_version, total=None, currency=None
    )


def _agreed(row: OrderRow, event: orders.ExtensionAgreed | orders.ConditionsAgreed) -> OrderRow:
    return row._replace(delivery_date=event.delivery_date or row.delivery_date)


def _quoted(row: OrderRow, event: orders.OrderQuoted) -> OrderRow:
    return row._replace(total=event.total, currency=event.currency)


def _signed(row: OrderRow, event: orders.ContractSigned) -> OrderRow:
    return row._replace(waiting_for=tuple(who for who in row.waiting_for if who != _SIGNERS[event.side]))


_NOTED: Mapping[type[Event], Callable[[OrderRow, Any], OrderRow]] = {  # Any: the fact it stands beside
    orders.OrderSupplemented: _supplemented,
    orders.OrderAmended: _amended,
    orders.ExtensionAgreed: _agreed,
    orders.ConditionsAgreed: _agreed,
    orders.OrderQuoted: _quoted,
    orders.ContractSigned: _signed,
}
"""What facts say beside where the order stands."""


order_book = Projection(
    name="order_book",
    version=1,
    row=OrderRow,
    show=show,
    key=attrgetter("key"),
    handles=(*AFTER, orders.ContractSigned, orders.ProjectRegistered),
    indexes=(("state", "company"), ("customer_id",), ("company",), ("received_at",), ("delivery_date",)),
)
