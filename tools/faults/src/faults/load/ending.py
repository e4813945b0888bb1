"""SIGTERM while clients that keep their connections send all the time: every request has its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from faults.load.crowd import Crowd, Person
from faults.load.house import House, Stopwatch
from faults.load.logs import orders_of
from faults.load.orders import PATH, Orders
from faults.load.replica import replicas
from faults.load.table import Row

PEOPLE = 16
LONGEST = 10.0
"""Seconds that a process may take to end."""


async def ending(house: House, times: int | None = None) -> Sequence[Row]:
    """Two workers of order-intake, one after the other told to end and started again, many times."""
    times = times or (3 if house.quick else 12)
    databases = await house.stage.migrated("order-intake", "review", "procurement")
    around = house.around(databases)
    served = [house.stage.serving("order-intake", around) for _ in range(2)]
    orders, crowd = Orders(), Crowd(house.token())

    async def talk(person: Person) -> None:
        await person.ask("POST", PATH, orders.next())

    async with replicas(house.stage.supervisor.leash, *served) as workers:
        sending = asyncio.create_task(crowd.run(PEOPLE, talk, [one.url for one in workers]))
        watch = Stopwatch(house.progress, times * 8.0)
        ends = []
        for number in range(times):
            watch.tell(f"SIGTERM {number + 1} of {times}")
            worker = workers[number % 2]
            await asyncio.sleep(1.0)
            ends.append(await worker.end())
            await worker.start()
        crowd.ending = True
        await sending
    there = await orders_of(databases["order-intake"])
    missing = set(crowd.created) - there.keys()
    codes, slowest = {code for code, _ in ends}, max(seconds for _, seconds in ends)
    return [
        Row(
            f"requests of {PEOPLE} keep-alive clients over {times} ends of a process",
            f"{crowd.sent:,} sent, {sum(crowd.answers.values()):,} answered, {len(crowd.failures)} failed"
            + "".join(f"; {text}" for text in crowd.failures[:3]),
            "every one answered, none failed", not crowd.failures and crowd.sent > 0,
        ),
        Row(
            "orders that were acknowledged", f"{len(crowd.created):,}, of them missing in the log {len(missing)}",
            "none missing", bool(crowd.created) and not missing,
        ),
        Row(
            "end of a process", f"exit codes {sorted(codes)}, slowest {slowest:.1f} s",
            f"exit code 0 within {LONGEST:.0f} s", codes == {0} and slowest <= LONGEST,
        ),
        Row("connections refused, and made elsewhere", f"{crowd.refused_connections:,}", ""),
    ]  # fmt: skip
