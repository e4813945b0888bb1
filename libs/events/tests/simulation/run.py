"""One run: a seed's users, its faults, its healing, and what is found at the end."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

import structlog

from events.appending import Conflict
from events.connections import OUTAGES, Unavailable
from events.gather import Overloaded
from simulation.business import PAGES, Release, Write
from simulation.chance import Chance
from simulation.checks import Journal, Violation, Watch, examine, unsettled
from simulation.faults import plan
from simulation.loop import Process, Stalled, VirtualLoop
from simulation.system import System

HEALED = 12.0
"""Virtual seconds until everything works again."""
PATIENCE = 120.0
"""Virtual seconds from then until everybody must have caught up."""
USERS, COMMANDS = 3, 4
QUIET = 8
"""One of so many runs has no faults."""


@dataclass(frozen=True)
class Run:
    """What came of a seed."""

    seed: int
    violations: Sequence[Violation]
    trace: Sequence[tuple[float, str, str, str]]
    digest: str

    @property
    def found(self) -> Sequence[str]:
        """What is violated, and how to see it alone."""
        return [f"seed {self.seed}: {violation} ({again(self.seed)})" for violation in self.violations]


def again(seed: int) -> str:
    """The command that runs one seed and prints what happens."""
    return f"PYTHONPATH=libs/events/tests .venv/bin/python -m simulation {seed}"


def run(seed: int) -> Run:
    """Simulate what this seed says; the same seed gives the same run."""
    random = Random(seed)  # nothing secret about it
    loop = VirtualLoop(random)
    chance = Chance(seed, random, loop)
    system = System(chance, over_kafka=random.random() < 0.7)
    watch = Watch(system)
    with _undisturbed(), system.outside():
        try:
            violations = loop.run_until_complete(_run(system))
        except Stalled as stalled:
            violations = [Violation(11, str(stalled))]
        finally:
            _bury(system)
    violations = [*watch.violations, *violations, *(Violation(11, text) for text in loop.unhandled)]
    return Run(seed, violations, chance.trace, chance.digest)


async def _run(system: System) -> Sequence[Violation]:
    chance, journal = system.chance, Journal()
    quiet = chance.seed % QUIET == 0
    Release.mended = quiet
    chance.trouble = 0.0 if quiet else chance.random.choice([0.001, 0.01, 0.04])
    for name in system.names:
        system.start(name)
    users = [asyncio.create_task(_use(system, journal, f"user{n}")) for n in range(USERS)]
    if not quiet:
        plan(system, until=HEALED)
        chance.loop.call_at(chance.random.uniform(3, HEALED), _mend, system)
        await asyncio.sleep(HEALED)
        _heal(system)
    until = chance.loop.time() + PATIENCE
    await asyncio.wait(users, timeout=PATIENCE)
    while waiting := list(unsettled(system)):
        if chance.loop.time() > until:
            return [Violation(11, "; ".join(waiting)), *examine(system, journal, quiet=quiet)]
        await asyncio.sleep(0.5)
    return list(examine(system, journal, quiet=quiet))


async def _use(system: System, journal: Journal, user: str) -> None:
    """Write now and then; send again, under the same key, what may have been lost."""
    random = system.chance.random
    for number in range(COMMANDS):
        await asyncio.sleep(random.uniform(0, 3.5))
        key, id = f"{user}/{number}", random.choice("abcd")
        poison = "poison " if not Release.mended and random.random() < 0.1 else ""
        command = Write(texts=tuple(f"{poison}{key}/{n}" for n in range(random.randint(1, 3))))
        journal.asked[key] = (f"page-{id}", command)
        while key not in journal.done:
            try:
                outcome = await system.write(random.choice([f"{PAGES}-1", f"{PAGES}-2"]), id, command, key)
                journal.done[key] = (outcome.stream, outcome.version)
            except (*OUTAGES, Unavailable, Overloaded, Conflict):
                await asyncio.sleep(random.uniform(0.1, 1))


def _mend(system: System) -> None:
    system.chance.note("world", "world", "the mended version is deployed")
    Release.mended = True
    system.operate()


def _heal(system: System) -> None:
    """Everything works again, but for the processes that are still stopped: they go on in time."""
    system.chance.note("world", "world", "all is healed")
    system.chance.trouble = 0.0
    system.broker.away = False
    for database in system.databases.values():
        database.away = False
    for name in system.names:
        system.start_again(name)


def _bury(system: System) -> None:
    """Let every task come to its end, so that none is found by the garbage collector."""

    async def all_buried(processes: Sequence[Process]) -> None:
        async with asyncio.timeout(600):
            while not all(process.buried for process in processes):
                await asyncio.sleep(1)

    loop, system.over = system.chance.loop, True
    for process in loop.processes:
        process.kill()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(all_buried(loop.processes))
    loop.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without log lines, and without a garbage collector, whose moments nobody decides."""
    before, collecting = structlog.get_config(), gc.isenabled()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.disable()
    try:
        yield
    finally:
        structlog.configure(**before)
        if collecting:
            gc.enable()
