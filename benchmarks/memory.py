"""Memory of a process of order-intake while it rebuilds the order book: before, and at most.

`python -m benchmarks.memory EVENTS` is that process; its database comes in DATABASE_URL.
"""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg
import psutil  # type: ignore[import-untyped]  # has no types

from benchmarks.measure import Aim, Comparison, Series
from benchmarks.size import Size
from benchmarks.stage import Stage
from events import Log
from events.replay import replay
from order_intake.app import service
from order_intake.order_book import order_book

MEBIBYTE = 2**20
SAMPLE = 0.02
"""Seconds between two looks."""


async def memory(stage: Stage, size: Size) -> list[Comparison]:
    """Rebuild in a fresh process each time, and look at its resident memory from outside."""
    database = await stage.filled_log(size.big_log)
    before: list[float] = []
    most: list[float] = []
    for _ in range(size.long_rounds):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.memory", str(size.big_log),
            env=os.environ | {"DATABASE_URL": database.service_url},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            await child.stdout.readline()  # it is open, and has done nothing yet
            looked_at = psutil.Process(child.pid)
            before.append(looked_at.memory_info().rss / MEBIBYTE)
            child.stdin.write(b"begin\n")
            done = asyncio.create_task(child.stdout.readline())
            highest = 0.0
            while not done.done():
                highest = max(highest, looked_at.memory_info().rss / MEBIBYTE)
                await asyncio.wait([done], timeout=SAMPLE)
            if done.result() != b"done\n":
                raise RuntimeError("the rebuild failed; what it said is above")
            most.append(highest)
        finally:
            child.stdin.close()
            await child.wait()
    return [
        Comparison(
            f"memory during a rebuild from {size.big_log:,} events", "MiB", Series(most), "before it",
            Series(before), [Aim("more", at_most=100)],
        )
    ]  # fmt: skip


async def _rebuild(events: int) -> None:
    url = os.environ["DATABASE_URL"]
    async with (
        Log.open(url),
        asyncpg.create_pool(url, min_size=2, max_size=len(service.projections) + 4) as pool,
    ):
        print("open", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        difference = await replay(order_book, pool, until=events)
        print("failed" if difference.failed else "done", flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_rebuild(int(sys.argv[1])))
