"""The planted bugs fit the product as it is."""

from __future__ import annotations

import asyncio
import sys

import pytest
from notebook import AT, MEI, Taken, owned

from events import Context, Log, schema
from events.appending import Tip
from faults.checkers import CHECKERS
from faults.plants import PLANTS, in_database, plant
from faults.program import Renamed, swap
from launch.databases import Database


async def test_there_is_a_bug_for_each_checker_and_what_it_wraps_is_there() -> None:
    assert PLANTS.keys() == CHECKERS.keys()
    # In a process of its own: what is wrapped stays so.
    program = "from faults.plants import PLANTS, plant; [plant(n, bug.service) for n, bug in PLANTS.items()]"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()


def test_a_bug_says_what_it_is() -> None:
    assert all(bug.what for bug in PLANTS.values())


def test_a_name_that_is_gone_is_told() -> None:
    with pytest.raises(Renamed, match=r"wraps events\.relay:Relay\.hurry, which is not there"):
        swap("events.relay:Relay", "hurry", lambda it: it)


def test_a_bug_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="no planted bug 12: take one from 1 to 11"):
        plant(12, "review")


async def test_positions_without_the_lock_are_seen_out_of_order(database: Database) -> None:
    """The bug of the database: a reader that goes by position misses what is committed later."""
    async with owned(database) as owner:
        for statement in [*schema.FIRST, *schema.grants(database.name)]:
            await owner.execute(statement)
        await in_database.positions_are_taken_without_the_lock(owner)
    async with Log.open(database.service_url) as one, Log.open(database.service_url) as other:
        for attempt in range(20):
            if await _missed(one, other, attempt):
                return
    pytest.fail("a reader beside 12 writers missed nothing in 20 attempts")


async def _missed(one: Log, other: Log, attempt: int) -> bool:
    """Whether a reader that goes by position misses something of what 12 writers append meanwhile."""
    at = before = await one.head()
    seen = 0
    async with asyncio.TaskGroup() as group:
        for number in range(12):
            write = (one, other)[number % 2].append
            text = [Taken(text=f"attempt {attempt}")]
            group.create_task(
                write(f"note-{attempt}.{number}", Tip(), text, Context(MEI, AT), key=str(number))
            )
        while at < before + 12:
            facts = await one.page(at)
            at, seen = facts[-1].position if facts else at, seen + len(facts)
    assert len(await one.page(before)) == 12
    return seen < 12
