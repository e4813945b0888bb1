"""The relay to Kafka, from the log to the acknowledged record, beside a bare producer."""

from __future__ import annotations

import asyncio
import secrets
import time

from aiokafka import AIOKafkaProducer

from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.size import Size
from benchmarks.stage import Stage
from events import Log
from events.envelope import Record, encode
from events.relay import Relay
from events.topic import ensure_topic
from launch.databases import Database

SOURCE = "order-intake"


async def relay(stage: Stage, size: Size) -> list[Comparison]:
    """The same records: read, encoded and sent by the relay; only sent, by a loop of `send()`."""
    bootstrap = await stage.kafka()
    database = await stage.filled_log(size.stream)
    records = await encoded(database, size.stream)

    async def relayed() -> float:
        return await _relayed(bootstrap, database, size.stream)

    async def sent() -> float:
        return await send(bootstrap, await _new_topic(bootstrap), records)

    subject, reference = await alternate(size.long_rounds + 1, relayed, sent)
    return [
        Comparison(
            "relay from the log to Kafka", "events/s", subject, "a loop of send(), the same bytes", reference,
            [Aim("ratio", at_least=2)],
        )
    ]  # fmt: skip


async def encoded(database: Database, events: int, source: str = SOURCE) -> list[Record]:
    """The first events of a log as the records that the relay of a service makes of them."""
    records: list[Record] = []
    async with Log.open(database.service_url) as log:
        while len(records) < events:
            records += [
                encode(fact, source)
                for fact in await log.page(len(records), min(5000, events - len(records)))
            ]
    return records


async def _relayed(bootstrap: str, database: Database, events: int) -> float:
    """Until so many events are acknowledged; the log may go on after them."""
    topic = await _new_topic(bootstrap)
    running = Relay(dsn=database.service_url, topic=topic, bootstrap=bootstrap)
    task = asyncio.create_task(running.run())
    try:
        while running.status.published == 0:  # noqa: ASYNC110  # its status is all there is to look at
            await asyncio.sleep(0.001)
        started, first = time.perf_counter(), running.status.published
        while running.status.published < events:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)
        return (running.status.published - first) / (time.perf_counter() - started)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def send(bootstrap: str, topic: str, records: list[Record]) -> float:
    """Send them one after another, as fast as aiokafka takes them; how many a second were acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        await producer.partitions_for(topic)
        started = time.perf_counter()
        waiting = [
            await producer.send(topic, value, key=key, headers=headers, timestamp_ms=timestamp)
            for key, value, headers, timestamp in records
        ]
        await asyncio.gather(*waiting)
        return len(records) / (time.perf_counter() - started)


async def _new_topic(bootstrap: str) -> str:
    topic = f"bench-{secrets.token_hex(4)}"
    await ensure_topic(bootstrap, topic)
    return topic
