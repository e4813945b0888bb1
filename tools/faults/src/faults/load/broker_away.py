"""Kafka goes away for minutes while orders come in, and comes back: nobody notices but those who wait for facts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from faults.checkers.topics import Comparison, compare
from faults.load.broker import broker
from faults.load.crowd import Crowd
from faults.load.house import House, Stopwatch, sampled
from faults.load.logs import asked, orders_of, unpublished, within
from faults.load.table import Row
from faults.load.talks import order_and_confirm
from launch.databases import Database

SERVICES = ("order-intake", "review", "procurement")
PEOPLE = 8
PAUSE = 0.4
"""Seconds between two orders of one of them."""
CAUGHT_UP = 60.0
"""Seconds that catching up may take."""
GROWTH = 100
"""MiB that a process may grow by."""


async def broker_away(house: House) -> Sequence[Row]:
    """With intake, review and procurement; the embedded feed is not used."""
    away = house.seconds(house.minutes * 60, 20.0)
    databases = await house.stage.migrated(*SERVICES)
    intake, review = databases["order-intake"], databases["review"]
    watch = Stopwatch(house.progress, away + 60)
    async with broker(house.stage) as kafka:
        around = house.around(databases, kafka.bootstrap)
        served = [house.stage.serving(name, around) for name in SERVICES]
        confirmed: list[str] = []
        crowd = Crowd(house.token(), PAUSE)
        async with house.stage.running(*(program for _, program in served)) as (worker, reviewer, _):
            sending = asyncio.create_task(crowd.run(PEOPLE, order_and_confirm(confirmed), [served[0][0]]))
            await asyncio.sleep(5)
            async with sampled(worker.pid) as sizes, sampled(reviewer.pid) as reviewer_sizes:
                before, slowest_before = sum(crowd.answers.values()), crowd.slowest
                await kafka.go()
                until = time.monotonic() + away
                while time.monotonic() < until:
                    watch.tell(f"Kafka is away; {sum(crowd.answers.values()):,} requests answered")
                    await asyncio.sleep(1)
                kept, meanwhile = await unpublished(intake), sum(crowd.answers.values()) - before
                watch.tell("Kafka comes back")
                await kafka.come()
                crowd.ending = True
                await sending
                published = await within(CAUGHT_UP * 3, lambda: _published(intake))
                reacted = await within(CAUGHT_UP * 3, lambda: _has_cases(review, confirmed))
        compared = [
            await compare(name, databases[name].service_url, kafka.bootstrap) for name in SERVICES[:2]
        ]
    missing = set(crowd.created) - (await orders_of(intake)).keys()
    took = None if published is None or reacted is None else published + reacted
    return [
        Row(
            f"requests while Kafka was away for {away:.0f} s",
            f"{meanwhile:,} answered, {len(crowd.failures)} failed; the slowest took {crowd.slowest * 1000:,.0f} ms "
            f"({slowest_before * 1000:,.0f} ms before)" + "".join(f"; {text}" for text in crowd.failures[:3]),
            "none failed", meanwhile > 0 and not crowd.failures,
        ),
        Row("events that the log kept meanwhile", f"{kept:,}", "all that came in", kept >= meanwhile),
        Row(
            "acknowledged orders", f"{len(crowd.created):,}, of them missing in the log {len(missing)}",
            "none missing", bool(crowd.created) and not missing,
        ),
        Row(
            "until all was published and reacted to, after Kafka answered again",
            "never" if took is None else f"{took:.1f} s", f"at most {CAUGHT_UP:.0f} s",
            took is not None and took <= CAUGHT_UP,
        ),
        _topics(compared),
        *(
            Row(
                f"memory of {name}", f"{found[0]:.0f} MiB before, {max(found):.0f} MiB at most",
                f"at most {GROWTH} MiB more", max(found) - found[0] <= GROWTH,
            )
            for name, found in (("order-intake", sizes), ("review", reviewer_sizes))
        ),
    ]  # fmt: skip


def _topics(compared: Sequence[Comparison]) -> Row:
    """Whether each topic holds what its log does."""
    wrong = [
        text
        for one in compared
        for found in (one.uncommitted, one.unpublished, one.disordered)
        for text in found.texts
    ]
    return Row(
        "topics against logs",
        f"{sum(one.events for one in compared):,} events, {sum(one.records for one in compared):,} records, "
        f"{len(wrong)} differences" + "".join(f"; {text}" for text in wrong[:3]),
        "none lost, none invented, in order", not wrong and all(one.events for one in compared),
    )  # fmt: skip


async def _published(intake: Database) -> bool:
    return await unpublished(intake) == 0


async def _has_cases(review: Database, confirmed: Sequence[str]) -> bool:
    rows = await asked(
        review, "SELECT DISTINCT key FROM log.event WHERE key = ANY($1::text[])", list(confirmed)
    )
    return len(rows) == len(set(confirmed))
