"""Appending single events: gathered by the log, beside a library and beside plain INSERTs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.order_life import life
from benchmarks.size import Size
from benchmarks.stage import Stage
from events import Actor, Context, Log, Tip
from events.chain import link
from events.contracts.orders import ContractDrafted
from launch.databases import Database

WRITERS = 64
CONNECTIONS = 16
FASTEST = 20_000
"""Saves a second that aggregates are made for beforehand."""
FACT = next(fact for fact in life(0) if isinstance(fact, ContractDrafted))
"""About 100 bytes of data: as most events have."""
CONTEXT = Context(
    Actor("lin.yue", frozenset({"sales"})), datetime(2026, 1, 5, 8, tzinfo=UTC), correlation="bench"
)
_numbers = count(1)


async def append(stage: Stage, size: Size) -> list[Comparison]:
    """64 tasks that append one event after another, each waiting until it is durable."""
    async with (
        stage.empty_log() as ours, stage.empty_log() as theirs, stage.empty_log() as plain,
        Log.open(ours.service_url) as log, _plain(plain.owner_url) as insert,
    ):  # fmt: skip
        with _library(theirs) as save:

            async def gathered() -> float:
                return await rate(size.seconds, WRITERS, lambda: append_new(log))

            async def saved() -> float:
                return await asyncio.to_thread(save, size.seconds)

            async def inserted() -> float:
                return await rate(size.seconds, CONNECTIONS, insert)

            beside_library = await alternate(size.rounds, gathered, saved)
            beside_inserts = await alternate(size.rounds, gathered, inserted)
    what = f"append, {WRITERS} writers, one process"
    return [
        Comparison(
            what, "events/s", beside_library[0], "eventsourcing saving one event", beside_library[1],
            [Aim("ratio", at_least=40)],
        ),
        Comparison(
            what, "events/s", beside_inserts[0], f"one INSERT a commit, {CONNECTIONS} connections",
            beside_inserts[1], [Aim("ratio", at_least=4)],
        ),
    ]  # fmt: skip


async def append_new(log: Log) -> None:
    """One event to a stream of its own."""
    number = next(_numbers)
    await log.append(f"order-new-{number}", Tip(), [FACT], CONTEXT, key=f"new-{number}")


async def rate(seconds: float, workers: int, work: Callable[[], Awaitable[object]]) -> float:
    """How often a second so many tasks, each for itself, get `work` done."""
    done = 0
    started = time.perf_counter()
    until = started + seconds

    async def repeat() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await work()
            done += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(repeat())
    return done / (time.perf_counter() - started)


@asynccontextmanager
async def _plain(owner_url: str) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """One INSERT of a whole row, prepared, its number from a sequence, committed by itself."""
    metadata = CONTEXT.to_metadata()
    data = FACT.model_dump_json()
    async with AsyncExitStack() as stack:
        free: asyncio.LifoQueue[asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]] = asyncio.LifoQueue()
        for number in range(CONNECTIONS):
            connection = await asyncpg.connect(owner_url)
            stack.callback(connection.terminate)
            if number == 0:
                await connection.execute("CREATE SEQUENCE log.place")
            statement = (
                "INSERT INTO log.event VALUES (nextval('log.place'), $1, $2, $3, $4, $5, $6, $7, $8, $9)"
            )
            free.put_nowait(await connection.prepare(statement))

        async def insert() -> object:
            statement = free.get_nowait()
            key, id = f"new-{next(_numbers)}", uuid4()
            hash = link(
                b"", stream=f"order-{key}", version=1, name=FACT.name, key=key, id=id, time=CONTEXT.at,
                data=data, metadata=metadata,
            )  # fmt: skip
            try:
                return await statement.fetch(
                    f"order-{key}", 1, FACT.name, key, id, CONTEXT.at, data, metadata, hash
                )
            finally:
                free.put_nowait(statement)

        yield insert


class _Order(Aggregate):
    @event("Drafted")
    def __init__(self, contract: str, digest: str) -> None:
        self.contract = contract
        self.digest = digest


@contextmanager
def _library(database: Database) -> Iterator[Callable[[float], float]]:
    """How many aggregates of one event the library saves a second, one after another as its application does."""
    url = urlsplit(database.owner_url)
    application = Application[UUID](
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": database.name,
            "POSTGRES_HOST": str(url.hostname),
            "POSTGRES_PORT": str(url.port),
            "POSTGRES_USER": str(url.username),
            "POSTGRES_PASSWORD": str(url.password),
        }
    )

    def save(seconds: float) -> float:
        orders = [_Order(FACT.contract, FACT.digest) for _ in range(int(seconds * FASTEST))]
        done = 0
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            application.save(orders[done])
            done += 1
        return done / (time.perf_counter() - started)

    try:
        yield save
    finally:
        application.close()
