"""What is broken for which alert. Each cause is a block: broken within it, mended after it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from aiokafka import AIOKafkaProducer

from events.parking import list_parked
from faults import bodies
from faults.alarms.stage import Stage
from review.case_book import case_book

BURST = 300
"""Orders that come at once, several events each."""
RACERS = 32
HELD = 1.6
"""Seconds that somebody's transaction holds the log's head."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an alert is to fire, in the words of the report, and with which labels at least."""

    text: str
    broken: Callable[[Stage], AbstractAsyncContextManager[None]]
    labels: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def _stopped(stage: Stage) -> AsyncIterator[None]:
    pid = stage.system.processes["review"].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def _cut(stage: Stage, proxy: str) -> AsyncIterator[None]:
    await stage.system.proxies[proxy].cut()
    try:
        yield
    finally:
        await stage.system.proxies[proxy].mend()


@asynccontextmanager
async def _meanwhile(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """`work` over and over for the length of the block."""

    async def forever() -> None:
        while True:
            await work()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(forever())
        try:
            yield
        finally:
            task.cancel()


@asynccontextmanager
async def _slow(stage: Stage) -> AsyncIterator[None]:
    async with stage.session("order-intake") as somebody:

        async def hold() -> None:
            async with somebody.transaction():
                await somebody.execute("SELECT FROM log.head FOR UPDATE")
                await asyncio.sleep(HELD)
            await asyncio.sleep(HELD / 20)

        async with _meanwhile(hold):
            yield


@asynccontextmanager
async def _held(stage: Stage, consumer: str) -> AsyncIterator[None]:
    """A session that holds what a consumer needs to go on, as one that hangs would."""
    async with stage.session("review") as somebody:
        await somebody.execute("SELECT pg_advisory_lock(hashtextextended($1, 1))", consumer)
        yield


@asynccontextmanager
async def _behind(stage: Stage) -> AsyncIterator[None]:
    async with _held(stage, "review.reactions"), asyncio.TaskGroup() as group:
        turns = asyncio.Semaphore(16)

        async def one() -> None:
            async with turns:
                await stage.order()

        for _ in range(BURST):
            group.create_task(one())
        yield


@asynccontextmanager
async def _garbage(stage: Stage) -> AsyncIterator[None]:
    async with AIOKafkaProducer(bootstrap_servers=stage.system.running.kafka) as producer:
        await producer.send_and_wait("order-intake", b"not an event", b"no-order")
    yield
    async with asyncio.TaskGroup() as group:
        for service in stage.system.running.services:
            async with stage.session(service) as session:
                parked = await list_parked(session)
            for number in (str(one.number) for one in parked):
                group.create_task(_operator(stage, service, "parked", "discard", number))


async def _operator(stage: Stage, service: str, *command: str) -> None:
    """A service's own command line, as the runbook has it. Raises `RuntimeError` when it fails."""
    url = stage.system.running.databases[service].service_url
    module = service.replace("-", "_")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *command, env={**os.environ, "DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{module} {' '.join(command)}: {output.decode()}")


@asynccontextmanager
async def _without_right(stage: Stage) -> AsyncIterator[None]:
    role = urlsplit(stage.system.running.databases["review"].service_url).username
    await stage.execute("review", f'REVOKE UPDATE ON feed.relay FROM "{role}"', owner=True)
    try:
        yield
    finally:
        await stage.execute("review", f'GRANT UPDATE ON feed.relay TO "{role}"', owner=True)


@asynccontextmanager
async def _refusing(stage: Stage) -> AsyncIterator[None]:
    url = f"{stage.system.running.mail}/faults"
    (await stage.http.put(url, json={"down": True})).raise_for_status()
    try:
        yield
    finally:
        (await stage.http.put(url, json={})).raise_for_status()


@asynccontextmanager
async def _racing(stage: Stage) -> AsyncIterator[None]:
    order = await stage.order()
    path, altitudes = f"/orders/{order}/amendments", iter(range(1000, 10**9))

    async def amend() -> None:
        with suppress(httpx.TransportError):
            await stage.post("sales", path, bodies.amend(stage.day, next(altitudes)))

    async def race() -> None:
        await asyncio.gather(*(amend() for _ in range(RACERS)))

    async with _meanwhile(race):
        yield


CAUSES: Mapping[str, Cause] = {
    "ServiceDown": Cause("review's process is stopped (SIGSTOP)", _stopped, {"service": "review"}),
    "RequestsFail": Cause(
        "review's connections to PostgreSQL are cut", lambda stage: _cut(stage, "postgres review"),
        {"service": "review"},
    ),
    "RequestsSlow": Cause(
        f"a transaction of somebody else holds order-intake's log for {HELD} s, again and again", _slow,
        {"service": "order-intake"},
    ),
    "EventsNotPublished": Cause(
        "Kafka cannot be reached", lambda stage: _cut(stage, "kafka"), {"service": "order-intake"}
    ),
    "ReadModelStale": Cause(
        "a session that hangs holds the lock of the read model case_book",
        lambda stage: _held(stage, case_book.consumer), {"projection": "case_book"},
    ),
    "ReactionsBehind": Cause(
        f"review's reactions hang while {BURST} orders come at once", _behind,
        {"service": "review", "messaging_destination_name": "order-intake"},
    ),
    "OrdersParked": Cause(
        "a record that is no event on the topic order-intake; mended by `parked discard`", _garbage,
        {"consumer": "review.reactions"},
    ),
    "LoopFailing": Cause(
        "review's role lost its right to update feed.relay", _without_right,
        {"service": "review", "loop": "relay"},
    ),
    "DeliveriesFail": Cause("the mail server refuses every letter (451)", _refusing),
    "ConflictsRise": Cause(
        f"{RACERS} clients amend the same order at once, again and again", _racing, {"category": "order"}
    ),
}  # fmt: skip
"""By alert, in the order of the rules."""
