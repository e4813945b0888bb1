"""What goes wrong in a run: some of it at any time, some at the worst moments."""

from __future__ import annotations

from collections import Counter
from functools import partial

from simulation.broker import SESSION, Broker
from simulation.business import COPIES, PAGES
from simulation.database import Database
from simulation.system import System

MOMENTS = {
    PAGES: ("BEGIN", "COMMIT", "append", "checkpoint on", "lock", "page", "relay on", "stored", "try lock"),
    COPIES: (
        "BEGIN",
        "COMMIT",
        "append",
        "checkpoint on",
        "lock",
        "page",
        "parked among",
        "polled",
        "streams",
    ),
}
"""What a process may just have done when a fault strikes it."""


def plan(system: System, until: float) -> None:
    """Draw this run's faults: one to five at times before `until`, and one to four ambushes."""
    random, loop = system.chance.random, system.chance.loop
    for _ in range(random.randint(1, 5)):
        name, database = random.choice(system.names), random.choice(list(system.databases))
        lasts = random.uniform(0.1, until)
        fault = random.choice([
            partial(_kill, system, name, lasts / 5), partial(_stop, system, name, lasts), partial(_cut, system, name),
            partial(_database_away, system, database, lasts), partial(_broker_away, system, lasts),
        ])  # fmt: skip
        loop.call_at(random.uniform(0, until), fault)
    ambushes = set()
    for _ in range(random.randint(1, 4)):
        name = random.choice(system.names)
        ambushes.add((name, random.choice(MOMENTS[name.partition("-")[0]]), random.randint(1, 12)))
    times = Counter[tuple[str, str]]()

    def noted(who: str, what: str) -> None:
        times[who, what] += 1
        if (who, what, times[who, what]) in ambushes:
            loop.server(0, partial(_strike, system, who))

    system.chance.noted = noted


def _strike(system: System, name: str) -> None:
    random = system.chance.random
    if random.random() < 0.5:
        _kill(system, name, random.uniform(0.1, 3))
    else:
        _stop(system, name, random.uniform(0.1, 3) if system.chance.even() else random.uniform(SESSION, 25))


def _kill(system: System, name: str, away: float) -> None:
    if system.processes[name].alive:
        system.kill(name)
        system.chance.loop.call_later(away, system.start_again, name)


def _stop(system: System, name: str, lasts: float) -> None:
    process = system.processes[name]
    if process.alive and not process.stopped:
        system.stop(name)
        system.chance.loop.call_later(lasts, system.resume, name)
        if system.chance.even():
            _cut(system, name)


def _cut(system: System, name: str) -> None:
    system.chance.note(name, "world", "loses its connections")
    for database in system.databases.values():
        for session in [session for session in database.sessions if session.who == name]:
            session.end()


def _database_away(system: System, name: str, lasts: float) -> None:
    system.chance.note(name, "world", "is away")
    database = system.databases[name]
    database.away = True
    database.cut()
    system.chance.loop.call_later(lasts, _back, system, name, database)


def _broker_away(system: System, lasts: float) -> None:
    system.chance.note("broker", "world", "is away")
    system.broker.away = True
    system.chance.loop.call_later(lasts, _back, system, "broker", system.broker)


def _back(system: System, name: str, what: Broker | Database) -> None:
    system.chance.note(name, "world", "is back")
    what.away = False
