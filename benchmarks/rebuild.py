"""Rebuilding the order book from the first event, beside reading the same events and no more."""

from __future__ import annotations

import time

import asyncpg

from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.size import Size
from benchmarks.stage import Stage
from events.paging import COLUMNS
from events.replay import replay
from order_intake.order_book import order_book

PAGE = 5_000


async def rebuild(stage: Stage, size: Size) -> list[Comparison]:
    """What `python -m order_intake replay order_book` does: build, index, compare."""
    database = await stage.filled_log(size.big_log)
    async with asyncpg.create_pool(database.service_url, min_size=2, max_size=4) as pool:

        async def rebuilt() -> float:
            started = time.perf_counter()
            difference = await replay(order_book, pool, until=size.events)
            taken = time.perf_counter() - started
            if difference.failed:
                raise RuntimeError(f"events could not be shown: {difference.failed}")
            return size.events / taken

        async def read() -> float:
            started = time.perf_counter()
            position = 0
            async with pool.acquire() as connection:
                while position < size.events:
                    rows = await connection.fetch(
                        f"SELECT {COLUMNS} FROM log.event WHERE position > $1 ORDER BY position LIMIT {PAGE}",  # noqa: S608
                        position,
                    )
                    position = rows[-1]["position"]
            return size.events / (time.perf_counter() - started)

        subject, reference = await alternate(size.long_rounds + 1, rebuilt, read)
    return [
        Comparison(
            f"rebuild of the order book from {size.events:,} events", "events/s", subject,
            "reading their rows without projecting", reference,
            [Aim("ratio", at_least=0.4), Aim("value", at_least=100_000)],
        )
    ]  # fmt: skip
