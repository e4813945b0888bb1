"""A read model kept over Kafka, beside a bare consumer that looks at nothing."""

from __future__ import annotations

import asyncio
import secrets
import time

import asyncpg
from aiokafka import AIOKafkaConsumer

from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.relay import encoded, send
from benchmarks.size import Size
from benchmarks.stage import Stage
from events import Projector
from events.kafka import KafkaFeed
from events.topic import ensure_topic
from order_intake.order_book import order_book

SOURCE = "bench-consumer"
"""A topic of its own: on a service's, what other benchmarks publish would look like repetitions of this."""


async def consumer(stage: Stage, size: Size) -> list[Comparison]:
    """The same topic from its first record to its last. The clock starts with the first batch: joining
    a group takes both the same time."""
    bootstrap = await stage.kafka()
    await ensure_topic(bootstrap, SOURCE)
    await send(bootstrap, SOURCE, await encoded(await stage.filled_log(size.stream), size.stream, SOURCE))

    async def projected() -> float:
        async with (
            stage.empty_log() as database,
            asyncpg.create_pool(database.service_url, min_size=1, max_size=4) as pool,
        ):
            projector = Projector(order_book, pool, KafkaFeed(bootstrap, [SOURCE]))
            running = asyncio.create_task(projector.run())
            try:
                return await _pace(pool, size.stream)
            finally:
                running.cancel()
                await asyncio.wait([running])

    async def got() -> float:
        client = AIOKafkaConsumer(
            SOURCE, bootstrap_servers=bootstrap, group_id=f"bench-{secrets.token_hex(4)}",
            auto_offset_reset="earliest", enable_auto_commit=False,
        )  # fmt: skip
        async with client:
            count = first = sum(map(len, (await client.getmany(timeout_ms=30_000)).values()))
            started = time.perf_counter()
            while count < size.stream:
                count += sum(map(len, (await client.getmany(timeout_ms=1_000)).values()))
            return (count - first) / (time.perf_counter() - started)

    subject, reference = await alternate(size.long_rounds + 1, projected, got)
    return [
        Comparison(
            "a read model kept over Kafka", "events/s", subject, "a bare getmany() loop", reference,
            [Aim("ratio", at_least=0.4)],
        )
    ]  # fmt: skip


async def _pace(pool: asyncpg.Pool[asyncpg.Record], events: int) -> float:
    """Events a second between the first checkpoint and the one at the end."""
    started, first = 0.0, 0
    while True:
        done = int(await pool.fetchval("SELECT coalesce(sum(next_offset), 0) FROM feed.checkpoint"))
        if done and not started:
            started, first = time.perf_counter(), done
        if done >= events:
            return (done - first) / (time.perf_counter() - started)
        await asyncio.sleep(0.005)
