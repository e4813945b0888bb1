"""Whether a log grows slower with what is in it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from benchmarks.append import WRITERS, append_new, rate
from benchmarks.measure import Aim, Comparison, alternate
from benchmarks.order_life import IN_PROGRESS, STEPS, fill, stream_of
from benchmarks.size import Size
from benchmarks.stage import Stage
from events import Log


async def big_log(stage: Stage, size: Size) -> list[Comparison]:
    """Append single events, and read single orders, with a big log and with a nearly empty one.

    The nearly empty one holds the few orders that are read.
    """
    big = await stage.filled_log(size.big_log)
    async with stage.empty_log() as small:
        few = IN_PROGRESS
        await fill(small.owner_url, few * STEPS)
        await stage.settle()
        many = size.big_log // (IN_PROGRESS * STEPS) * IN_PROGRESS
        async with Log.open(big.service_url) as full, Log.open(small.service_url) as empty:
            appending = await alternate(size.rounds, _appends(full, size), _appends(empty, size))
            await stage.settle()  # reading would have to write first what appending left in the cache
            reading = await alternate(size.rounds, _reads(full, many, size), _reads(empty, few, size))
    of = f"{size.big_log:,} events in the log"
    aims = [Aim("ratio", at_least=0.9)]
    return [
        Comparison(
            f"append with {of}", "events/s", appending[0], f"with {few * STEPS:,}", appending[1], aims
        ),
        Comparison(
            f"read one order with {of}", "orders/s", reading[0], f"with {few * STEPS:,}", reading[1], aims
        ),
    ]


def _appends(log: Log, size: Size) -> Callable[[], Awaitable[float]]:
    return lambda: rate(size.seconds, WRITERS, lambda: append_new(log))


def _reads(log: Log, orders: int, size: Size) -> Callable[[], Awaitable[float]]:
    choose = random.Random(7)  # noqa: S311  # which order is read is no secret

    async def read() -> None:
        facts = await log.read(stream_of(choose.randint(1, orders)))
        assert len(facts) == STEPS, "every order that is read is whole"

    return lambda: rate(size.seconds, WRITERS, read)
