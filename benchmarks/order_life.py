"""The facts of one order from its information to parts in stock, and a log filled with such orders.

Filling goes past the append function, by COPY, with the same rows and hash chains that it
would have written: millions of events are there in a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg

from events import Actor, Context, Event
from events.chain import link
from events.contracts import orders
from events.contracts.common import BillItem, Content, Customer, Line

CUSTOMERS = 64
IN_PROGRESS = 5_000
"""Orders under way side by side: commands that follow each other are about different ones, as in life."""
CHUNK = 10_000
"""Rows of a COPY."""
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def life(number: int) -> Sequence[Event]:
    """Thirteen facts of a conventional order; `number` varies who orders what."""
    customer = Customer(
        id=f"C-{number}", name=f"Hengshan Power Supply {number}", contact="Lin Yue",
        email=f"orders-{number}@hengshan.example", language="en",
    )  # fmt: skip
    content = Content(
        lines=tuple(
            Line(item=item, model=f"{item}/1250", specification="12 kV, 1250 A, 31.5 kA", quantity=2 + number)
            for item in ("KYN28A-12", "LZZBJ9-10")
        ),
        technical_requirements="GB/T 3906, altitude below 1000 m",
        quality_requirements="Routine tests witnessed, a certificate for each panel",
        delivery_date=date(2027, 6, 30),
    )
    parts = (
        BillItem(part="VS1-12", name="Vacuum circuit breaker", kind="component", quantity=2 + number),
        BillItem(part="BOX-W", name="Wooden case", kind="wooden_packing", quantity=2 + number),
    )
    priced = tuple(
        orders.PricedLine(item=line.item, quantity=line.quantity or 1, amount=Decimal("174000.00"))
        for line in content.lines
    )
    return (
        orders.OrderReceived(
            customer=customer, product_company="switchgear", channel="mail", reference=f"PO-{number}",
            content=content.model_copy(update={"quality_requirements": None}), received_by="lin.yue",
        ),
        orders.OrderFoundIncomplete(missing=("quality_requirements",)),
        orders.OrderSupplemented(content=content, supplemented_by="lin.yue"),
        orders.OrderCompleted(content=content),
        orders.RequirementsConfirmed(
            customer=customer, product_company="switchgear", content=content, content_version=1,
            confirmed_by="lin.yue", prepared_by=("lin.yue",),
        ),
        orders.OrderAccepted(content_version=1),
        orders.OrderQuoted(
            round=1, lines=priced, total=Decimal("348000.00"), currency="CNY", valid_until=date(2027, 1, 31)
        ),
        orders.QuotationAccepted(round=1),
        orders.ContractDrafted(contract="HT-2027-0117", digest=_DIGEST),
        orders.ContractSigned(contract="HT-2027-0117", digest=_DIGEST, side="company", signatory="Gao Wen"),
        orders.ContractSigned(contract="HT-2027-0117", digest=_DIGEST, side="customer", signatory="Lin Yue"),
        orders.ContractConcluded(contract="HT-2027-0117", digest=_DIGEST),
        orders.ProductionInstructed(
            product_company="switchgear", content=content, delivery_date=date(2027, 6, 30), parts=parts
        ),
    )  # fmt: skip


STEPS = len(life(0))
"""Events of a whole order."""
GROUP = IN_PROGRESS * STEPS
"""Events after which no order is in progress."""


def stream_of(number: int) -> str:
    """The stream of an order of a filled log."""
    return f"order-{number:08d}"


async def fill(owner_url: str, events: int, *, after: int = 0, steps: int = STEPS) -> None:
    """Put `events` events behind position `after`, the log's head, as the database's owner.

    They are of orders number 1, 2, 3..., the first `steps` facts of each; only the very last may have
    fewer. `after` must end a group of whole orders.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        rows = _rows(after, events, steps)
        while chunk := list(islice(rows, CHUNK)):
            await connection.copy_records_to_table("event", schema_name="log", records=chunk)
        await connection.execute("UPDATE log.head SET position = $1", after + events)
        await connection.execute("VACUUM (ANALYZE, FREEZE) log.event")
    finally:
        await connection.close()


def _rows(after: int, events: int, steps: int) -> Iterator[Sequence[Any]]:  # Any: as the columns are
    lives = [[(fact.name, fact.model_dump_json()) for fact in life(n)[:steps]] for n in range(CUSTOMERS)]
    commands = [range(at, min(at + size, steps)) for at, size in _COMMANDS if at < steps]
    position, last = after, after + events
    while position < last:
        first = position // steps + 1
        beside = min(IN_PROGRESS, -(-(last - position) // steps))
        orders = [_Order(number, lives[number % CUSTOMERS]) for number in range(first, first + beside)]
        for facts in commands:
            for order in orders:
                for step in facts:
                    if position == last:
                        return
                    position += 1
                    yield order.row(position, step)


class _Order:
    """An order whose events are written one after another."""

    def __init__(self, number: int, facts: Sequence[tuple[str, str]]) -> None:
        self._stream = stream_of(number)
        self._key = self._stream.partition("-")[2]
        self._facts = facts
        self._hash = b""

    def row(self, position: int, step: int) -> Sequence[Any]:
        name, data = self._facts[step]
        time = _START + position * _BETWEEN
        metadata = _METADATA % position
        id = UUID(int=_VERSION_4 | position)
        self._hash = link(
            self._hash, stream=self._stream, version=step + 1, name=name, key=self._key, id=id, time=time,
            data=data, metadata=metadata,
        )  # fmt: skip
        return position, self._stream, step + 1, name, self._key, id, time, data, metadata, self._hash


_COMMANDS = ((0, 2), (2, 2), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1), (10, 2), (12, 1))
"""Where in an order's life the facts of one command begin, and how many they are."""
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)
_BETWEEN = timedelta(milliseconds=100)
_VERSION_4 = 4 << 76 | 2 << 62
_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_METADATA = Context(Actor("lin.yue", frozenset({"sales"})), _START, "%032x", None, _TRACE).to_metadata()
