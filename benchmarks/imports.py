"""A file of orders over HTTP into the log, each with its outcome, beside a COPY of the rows it leads to."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.order_life import CUSTOMERS, life
from benchmarks.services import connected, serving, settled
from benchmarks.size import Size
from benchmarks.stage import Stage
from events.contracts.orders import OrderCompleted, OrderReceived
from launch.databases import Database
from order_intake.order.intake import ReceiveOrder
from servicekit.testing import token_issuer

ORDERS = 10_000
"""In a file, for each second that a round is meant to take."""
AT_ONCE = 64 * 1024
PLACE = b"PO-0000000000"
_NEEDED = ("order-intake", "review", "procurement")


async def imports(stage: Stage, size: Size) -> list[Comparison]:
    """Files of new orders of two articles, one after another, each over a connection of its own."""
    count = int(size.seconds * ORDERS)
    followed = await _beside_copy(stage, "benchmarks.log_only", count, size.rounds)
    whole = await _beside_copy(stage, None, count, size.long_rounds)
    against = "COPY of the same rows"
    return [
        Comparison(
            f"import of {count:,} orders, NDJSON over HTTP, durable", "orders/s", followed[0], against,
            followed[1], [Aim("value", at_least=10_000), Aim("ratio", at_least=0.1)],
        ),
        Comparison(
            f"import of {count:,} orders, lists and reactions following", "orders/s", whole[0], against,
            whole[1],
        ),
    ]  # fmt: skip


async def _beside_copy(stage: Stage, module: str | None, count: int, rounds: int) -> Any:  # of alternate
    files = (_file(number, count) for number in itertools.count(1))
    with token_issuer() as issuer:
        token = issuer.token("lin.yue", "sales")
        databases = await stage.migrated(*_NEEDED)
        database = databases["order-intake"]
        url, service = serving(stage, "order-intake", databases, issuer, module=module)
        async with stage.running(service):

            async def quiet() -> None:
                if module is None:  # another follows nothing
                    await settled(database, "order-intake")

            async def imported() -> float:
                file = next(files)
                await quiet()
                started = time.perf_counter()
                last = await _send(url, token, file)
                taken = time.perf_counter() - started
                if last["received"] != count:
                    raise RuntimeError(f"the import ended with {last}; the service's log says why")
                return count / taken

            async def copied() -> float:
                events, commands = await _rows(database, count)
                await quiet()
                async with stage.empty_log() as other, connected(other) as connection:
                    await stage.settle()
                    started = time.perf_counter()
                    async with connection.transaction():
                        await connection.copy_records_to_table("event", schema_name="log", records=events)
                        await connection.copy_records_to_table("command", schema_name="log", records=commands)
                    return count / (time.perf_counter() - started)

            return await alternate(rounds, imported, copied)


def _file(number: int, count: int) -> bytes:
    """Orders that nobody sent before."""
    lines = []
    for customer in range(CUSTOMERS):
        received, _, _, completed = life(customer)[:4]
        assert isinstance(received, OrderReceived)
        assert isinstance(completed, OrderCompleted)
        asked = ReceiveOrder(
            customer=received.customer, product_company=received.product_company, channel="erp",
            reference=PLACE.decode(), content=completed.content,
        )  # fmt: skip
        lines.append(asked.model_dump_json(exclude_defaults=True).encode() + b"\n")
    place = f"PO-{number:03}%07d".encode()
    return b"".join([lines[at % CUSTOMERS].replace(PLACE, place % at) for at in range(count)])


async def _send(url: str, token: str, file: bytes) -> dict[str, Any]:
    """The last line of the answer, which is read while the file is sent."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)

    async def send() -> None:
        head = (
            f"POST /orders/imports HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/x-ndjson\r\nContent-Length: {len(file)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode())
        for at in range(0, len(file), AT_ONCE):
            writer.write(file[at : at + AT_ONCE])
            await writer.drain()

    sending = asyncio.create_task(send())
    end = b""
    try:
        while piece := await reader.read(AT_ONCE):
            end = (end + piece)[-1000:]
        await sending
    finally:
        sending.cancel()
        writer.close()
    last: dict[str, Any] = json.loads(next(one for one in reversed(end.splitlines()) if one.startswith(b"{")))
    return last


async def _rows(database: Database, count: int) -> tuple[Sequence[Any], Sequence[Any]]:  # Any: as columns are
    """What the first `count` orders of the log led to."""
    async with connected(database) as connection:
        events = await connection.fetch("SELECT * FROM log.event ORDER BY position LIMIT $1", 2 * count)
        commands = await connection.fetch("SELECT * FROM log.command ORDER BY position LIMIT $1", count)
    return events, commands
