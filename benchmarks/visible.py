"""From a command's answer to its effect in another service, over Kafka, beside Kafka's own share of it.

An order is confirmed in order-intake; its relay publishes that, and review opens a case. The
case can be read as soon as review's log holds it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from statistics import quantiles

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.commands import BODY, STEPS, expect
from benchmarks.measure import Aim, Comparison, Series
from benchmarks.order_life import fill, stream_of
from benchmarks.relay import encoded
from benchmarks.services import serving
from benchmarks.size import Size
from benchmarks.stage import Stage
from events.envelope import Record
from events.topic import ensure_topic
from launch.client import Client, clients
from launch.databases import Database
from servicekit.testing import token_issuer

RATE = 200
"""Commands a second."""
CONNECTIONS = 16
LOOK = 0.002
"""Seconds between two looks at the other service's log."""
PATIENCE = 30.0
_LATER = "SELECT position, key FROM log.event WHERE position > $1 ORDER BY position"
_READ = "SELECT coalesce(sum(next_offset), 0) FROM feed.checkpoint WHERE source = 'order-intake'"


async def visible(stage: Stage, size: Size) -> list[Comparison]:
    """At a steady pace, whether or not the last command was answered."""
    count = int(RATE * size.seconds * 2)
    bootstrap = await stage.kafka()
    with token_issuer() as issuer:
        databases = await stage.migrated("order-intake", "review", "procurement")
        intake, review = databases["order-intake"], databases["review"]
        for name in databases:
            await ensure_topic(bootstrap, name)
        orders = count * size.rounds
        await fill(intake.owner_url, STEPS * orders, steps=STEPS)
        sample = (await encoded(intake, 1))[0]
        served = [
            serving(stage, name, databases, issuer, kafka=bootstrap) for name in ("order-intake", "review")
        ]
        token = issuer.token("lin.yue", "sales")
        async with stage.running(*(program for _, program in served)):
            await _read_up_to(review, STEPS * orders)
            ours, kafkas = [], []
            for number in range(size.rounds):
                first = number * count + 1
                # Anew for each round: a connection that is silent for long is ended by the service.
                async with clients(served[0][0], token, CONNECTIONS) as people:
                    ours.append(await _confirmed(people, review, range(first, first + count)))
                kafkas.append(await _produced(bootstrap, sample, count))
    what = f"accepted to visible in another service, {RATE} commands/s"
    return [
        Comparison(
            f"{what}, {name}", "ms", Series([one[place] for one in ours]),
            f"Kafka's own produce to consume, {name}", Series([one[place] for one in kafkas]),
            [Aim("value", at_most=limit)],
        )
        for name, place, limit in (("p50", 0, 10), ("p99", 1, 50))
    ]  # fmt: skip


async def _confirmed(people: list[Client], review: Database, orders: Iterable[int]) -> tuple[float, float]:
    """Confirm orders; percentiles of the time until review has them."""
    numbers = [stream_of(order).partition("-")[2] for order in orders]
    accepted: dict[str, float] = {}
    free: asyncio.LifoQueue[Client] = asyncio.LifoQueue()
    for person in people:
        free.put_nowait(person)

    async def confirm(number: str) -> None:
        person = await free.get()
        expect(200, await person.post(f"/orders/{number}/requirements-confirmation", BODY))
        accepted[number] = time.perf_counter()
        free.put_nowait(person)

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(review, set(numbers)))
        await asyncio.sleep(0.1)
        await _paced(numbers, confirm)
    seen = watching.result()
    return _percentiles([seen[number] - accepted[number] for number in numbers])


async def _watch(review: Database, waited_for: set[str]) -> dict[str, float]:
    """When each key was first seen in the log of review."""
    seen: dict[str, float] = {}
    connection = await asyncpg.connect(review.service_url)
    try:
        position = await connection.fetchval("SELECT position FROM log.head")
        last = time.perf_counter()
        while missing := waited_for - seen.keys():
            rows = await connection.fetch(_LATER, position)
            now = time.perf_counter()
            for row in rows:
                position = row["position"]
                seen.setdefault(row["key"], now)
            if rows:
                last = now
            elif now - last > PATIENCE:
                raise RuntimeError(
                    f"review never heard of {len(missing)} of {len(waited_for)} confirmed orders"
                )
            await asyncio.sleep(LOOK)
    finally:
        await connection.close()
    return seen


async def _produced(bootstrap: str, sample: Record, count: int) -> tuple[float, float]:
    """Produce records; percentiles of the time until a consumer has them."""
    topic = f"bench-{secrets.token_hex(4)}"
    await ensure_topic(bootstrap, topic)
    sent: dict[bytes, float] = {}
    taken: list[float] = []
    async with (
        AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer,
        AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer,
    ):  # fmt: skip

        async def consume() -> None:
            async for record in consumer:
                taken.append(time.perf_counter() - sent[record.key])
                if len(taken) == count:
                    return

        async def produce(number: str) -> None:
            key = number.encode()
            sent[key] = time.perf_counter()
            await producer.send_and_wait(topic, sample.value, key=key, headers=sample.headers)

        async with asyncio.timeout(count / RATE + PATIENCE), asyncio.TaskGroup() as group:
            group.create_task(consume())
            await asyncio.sleep(0.5)
            await _paced([f"{number:08d}" for number in range(count)], produce)
    return _percentiles(taken)


async def _paced(numbers: Sequence[str], do: Callable[[str], Coroutine[None, None, None]]) -> None:
    """Begin one every so often, however long each takes."""
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for place, number in enumerate(numbers):
            await asyncio.sleep(max(0.0, started + place / RATE - time.perf_counter()))
            group.create_task(do(number))


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 99th, in milliseconds. What was seen before its answer was took no time."""
    cuts = quantiles([max(one, 0.0) * 1000 for one in seconds], n=100)
    return cuts[49], cuts[98]


async def _read_up_to(review: Database, events: int) -> None:
    """Wait until review's reactions have gone past so many events of order-intake."""
    connection = await asyncpg.connect(review.service_url)
    try:
        async with asyncio.timeout(PATIENCE * 4):
            while await connection.fetchval(_READ) < events:  # noqa: ASYNC110  # another process moves it
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
