"""A year of 1,000,000 orders a day over several databases, simulated: `python -m benchmarks.split`.

Each order goes its way through order-intake in ten commands over some weeks. Its Kafka
partition, which follows from its number, says in which database it lives. Minute by minute
commands come in as chance has it, on working days and within the hours people work; each
database takes as many as it can, in batches, and what it cannot take waits. What a batch and an
event cost is measured (docs/scale.md); one database after another is away for ten minutes, once a week.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

DAYS = 365
MINUTES = 24 * 60
PARTITIONS = 64
"""Of the topic: more than there will ever be databases, since each belongs to one."""
ORDERS = 1_000_000
AWAY = 10
"""Minutes that a database is away."""
COMMANDS = ((0, 2), (0, 2), (1, 1), (4, 1), (6, 1), (9, 1), (10, 1), (12, 1), (15, 2), (16, 1))
"""Days after the first one on which an order's commands come, and the events of each; 13 in all."""
EVENTS = sum(events for _, events in COMMANDS)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Costs:
    """What one database needs, with the process that writes to it: docs/scale.md has the measurements."""

    batch: float = 1.2e-3
    """Seconds of a batch, whatever is in it: the round trip, the plan, the commit."""
    event: float = 50e-6
    """Seconds of an event in it: 20,000 a second were appended."""
    row: float = 1_150
    """Bytes of an event with its share of both indexes."""
    record: float = 750
    """Bytes of its Kafka record with headers."""
    rebuild: float = 52_000
    """Events a second that a read model is rebuilt from."""
    most: int = 500
    """Commands of a batch."""

    def capacity(self, events: float) -> float:
        """Commands a second of `events` each, in full batches."""
        return self.most / (self.batch + self.most * events * self.event)


@dataclass(frozen=True, slots=True)
class Year:
    """How the year went, by database."""

    events: Floats
    """In the log at the end."""
    busiest: Floats
    """Of all minutes, the highest share of it that the database worked; 1 when it could not do more."""
    waiting: Floats
    """Most commands that waited at the end of a minute, outages included."""
    longest: Floats
    """Most minutes until the database was abreast again after it had been away."""


def simulate(databases: int, orders: int, costs: Costs, seed: int) -> Year:
    """One year with so many databases."""
    chance = np.random.default_rng(seed)
    home = np.arange(PARTITIONS) * databases // PARTITIONS
    came = np.zeros((DAYS, databases))
    for day in filter(_works, range(DAYS)):
        np.add.at(came[day], home, chance.multinomial(orders * 7 // 5, np.full(PARTITIONS, 1 / PARTITIONS)))
    per_minute = costs.capacity(EVENTS / len(COMMANDS)) * 60
    hours = _hours()
    events, waiting = np.zeros(databases), np.zeros(databases)
    busiest, most, longest = np.zeros(databases), np.zeros(databases), np.zeros(databases)
    behind_since = np.full(databases, -1.0)
    for day in range(DAYS):
        due, facts = _due(came, day)
        events += facts
        coming = chance.poisson(due * hours[:, None])
        outage = (day // 7 % databases, 10 * 60 + int(chance.integers(0, 60))) if day % 7 == 1 else None
        for minute in range(MINUTES):
            able = np.full(databases, per_minute)
            if outage and outage[1] <= minute < outage[1] + AWAY:
                able[outage[0]] = 0
                behind_since[outage[0]] = outage[1] + AWAY
            waiting += coming[minute]
            done = np.minimum(waiting, able)
            waiting -= done
            np.maximum(busiest, done / per_minute, out=busiest)
            np.maximum(most, waiting, out=most)
            abreast = (waiting == 0) & (behind_since >= 0)
            longest[abreast] = np.maximum(longest, minute + 1 - behind_since)[abreast]
            behind_since[abreast] = -1
    return Year(events, busiest, most, longest)


def _works(day: int) -> bool:
    return day % 7 < 5


def _hours() -> Floats:
    """The share of a day's commands that each minute brings: from 8 to 18, with peaks at 10 and 15."""
    minute = np.arange(MINUTES) / 60
    shape = np.exp(-((minute - 10) ** 2) / 2) + np.exp(-((minute - 15) ** 2) / 3) + 0.15
    shape[(minute < 8) | (minute >= 18)] = 0.005  # portals and machines never sleep
    return np.asarray(shape / shape.sum(), dtype=np.float64)


def _due(came: Floats, day: int) -> tuple[Floats, Floats]:
    """Commands and events of a day, by database; what would come on a weekend comes on Monday."""
    commands, events = np.zeros(came.shape[1]), np.zeros(came.shape[1])
    if not _works(day):
        return commands, events
    since_work = 3 if day % 7 == 0 else 1
    for after, facts in COMMANDS:
        for wished in range(day - since_work + 1, day + 1):
            if 0 <= wished - after < DAYS:
                commands += came[wished - after]
                events += facts * came[wished - after]
    return commands, events


def show(console: Console, years: Sequence[tuple[int, Year]], orders: int, costs: Costs) -> None:
    """A line for each number of databases; the worst of its databases in each column."""
    capacity = costs.capacity(EVENTS / len(COMMANDS))
    console.print(
        f"{orders:,} orders a day for {DAYS} days, {EVENTS} events each in {len(COMMANDS)} commands; "
        f"one database takes {capacity:,.0f} commands a second"
    )
    table = Table(
        "databases", "events in each", "disk", "busiest minute", "most waiting", "abreast after", "rebuild"
    )
    for databases, year in years:
        events = year.events.max()
        table.add_row(
            str(databases), f"{events / 1e6:,.0f} million", f"{events * costs.row / 1e12:.2f} TB",
            f"{year.busiest.max():.1%}", f"{year.waiting.max():,.0f}", f"{year.longest.max():.0f} min",
            f"{events / costs.rebuild / 3600:.1f} h",
        )  # fmt: skip
    console.print(table)
    total = years[0][1].events.sum()
    console.print(
        f"on Kafka: {total / 1e6:,.0f} million records, {total * costs.record / 1e12:.2f} TB a copy"
    )


def main() -> None:
    """Simulate, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.split", description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS, help="orders a day, on the average of all days")
    parser.add_argument("--databases", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    console, costs, started = Console(highlight=False), Costs(), time.perf_counter()
    years = [
        (n, simulate(n, asked.orders, costs, asked.seed)) for n in track(asked.databases, console=console)
    ]
    show(console, years, asked.orders, costs)
    console.print(f"[dim]seed {asked.seed}, {time.perf_counter() - started:.0f} s[/dim]")


if __name__ == "__main__":
    main()
