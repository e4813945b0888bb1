"""Every service is restarted, one replica after the other, while people use all of them: nobody sees an error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from faults.load.balancer import Balancer, balanced
from faults.load.broker import broker
from faults.load.crowd import Crowd, Talk
from faults.load.house import NAMES, House, Stopwatch
from faults.load.logs import asked, caught_up, orders_of, unpublished, within
from faults.load.replica import Replica, replicas
from faults.load.table import Row
from faults.load.talks import order_and_confirm, reading
from launch.databases import Database

REPLICAS = 2
PATHS = {
    "review": "/cases?limit=5",
    "procurement": "/purchase-orders?limit=5",
    "notification": "/messages?limit=5",
}
PAUSE = 0.2
"""Seconds between two requests of one person."""
PEOPLE = {"order-intake": 8, "review": 4, "procurement": 4, "notification": 4}
SETTLED = 60.0
"""Seconds after the end in which everything has to be published, shown and reacted to."""


async def rolling(house: House) -> Sequence[Row]:
    """Two replicas of each of the four services, over Kafka, behind a balancer each."""
    rounds = 1 if house.quick else 2
    databases = await house.stage.migrated(*NAMES)
    confirmed: list[str] = []
    crowds = {name: Crowd(house.token("sales", "auditor"), PAUSE) for name in NAMES}
    ends: list[tuple[int, float]] = []
    watch = Stopwatch(house.progress, 30 + 15.0 * rounds * len(NAMES) * REPLICAS)
    async with broker(house.stage) as kafka, AsyncExitStack() as stack:
        around = house.around(databases, kafka.bootstrap)
        balancers: dict[str, tuple[Balancer, list[Replica]]] = {}
        for name in NAMES:
            watch.tell(f"starting {name}")
            served = [house.stage.serving(name, around) for _ in range(REPLICAS)]
            made = await stack.enter_async_context(replicas(house.stage.supervisor.leash, *served))
            balancers[name] = await stack.enter_async_context(balanced(made)), made
        async with asyncio.TaskGroup() as group:
            for name, crowd in crowds.items():
                talk: Talk = reading(PATHS[name]) if name in PATHS else order_and_confirm(confirmed)
                group.create_task(crowd.run(PEOPLE[name], talk, [balancers[name][0].url]))
            await asyncio.sleep(2)
            for _ in range(rounds):
                for name, (balancer, made) in balancers.items():
                    for number, replica in enumerate(made):
                        watch.tell(f"restarting replica {number + 1} of {name}")
                        ends.append(await replica.end())
                        await replica.start()
                        while not balancer.in_rotation(replica):  # noqa: ASYNC110  # it asks by the clock
                            await asyncio.sleep(0.05)
            await asyncio.sleep(2)
            for crowd in crowds.values():
                crowd.ending = True
        watch.tell("until all has settled")
        took = await within(SETTLED * 2, lambda: _settled(databases, confirmed))
    return _rows(
        crowds,
        ends,
        took,
        confirmed,
        set(crowds["order-intake"].created) - (await orders_of(databases["order-intake"])).keys(),
    )


def _rows(
    crowds: dict[str, Crowd], ends: Sequence[tuple[int, float]], took: float | None, confirmed: Sequence[str],
    missing: set[str],
) -> Sequence[Row]:  # fmt: skip
    failures = [f"{name}: {text}" for name, crowd in crowds.items() for text in crowd.failures]
    sent = {name: crowd.sent for name, crowd in crowds.items()}
    codes, slowest = {code for code, _ in ends}, max(seconds for _, seconds in ends)
    return [
        Row(
            f"requests while {len(ends)} replicas were restarted, one after the other",
            f"{sum(sent.values()):,} sent ({', '.join(f'{name} {count:,}' for name, count in sent.items())}), "
            f"{len(failures)} failed" + "".join(f"; {text}" for text in failures[:3]),
            "0 failed", all(sent.values()) and not failures,
        ),
        Row(
            "acknowledged orders",
            f"{len(crowds['order-intake'].created):,}, of them missing in the log {len(missing)}",
            "none missing", bool(confirmed) and not missing,
        ),
        Row(
            "end of a replica", f"exit codes {sorted(codes)}, slowest {slowest:.1f} s", "exit code 0 within 10 s",
            codes == {0} and slowest <= 10,
        ),
        Row(
            f"until all was published and shown, and review had a case for each of {len(confirmed):,} confirmed orders",
            "never" if took is None else f"{took:.1f} s after the last request", f"at most {SETTLED:.0f} s",
            took is not None and took <= SETTLED,
        ),
    ]  # fmt: skip


async def _settled(databases: Mapping[str, Database], confirmed: Sequence[str]) -> bool:
    for database in databases.values():
        if await unpublished(database) or not await caught_up(database):
            return False
    query = "SELECT count(DISTINCT key) FROM log.event WHERE key = ANY($1::text[])"
    return bool((await asked(databases["review"], query, list(confirmed)))[0][0] == len(set(confirmed)))
