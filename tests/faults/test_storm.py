"""A small storm over the real servers: every crash point, a fault of nearly every kind, and all checkers.

`make faults` is the large one. A run that fails prints the command that repeats its plan.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest
from rich.console import Console

from faults.outcome import Result, Wish
from faults.points import POINTS
from faults.report import show
from faults.storm import storm
from launch.jars import JarsMissing
from launch.java import JavaMissing

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def small() -> Result:
    seed = int(os.environ.get("STORM_SEED") or random.randrange(1_000_000))
    wish = Wish(seed, commands=1_000, faults=25, each_point=1, rounds=2, crowd=16)
    console = Console(highlight=False, width=150)
    console.print(f"again: {wish.again}")
    try:
        result = asyncio.run(storm(wish, console))
    except (JarsMissing, JavaMissing) as reason:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(f"REQUIRE_KAFKA=1, but there is no Kafka: {reason}", pytrace=False)
        pytest.skip(f"no Kafka: {reason}")
    show(result, console)
    return result


@pytest.mark.parametrize("number", range(1, 12))
def test_invariant(small: Result, number: int) -> None:
    found = small.findings[number]
    assert found.looked_at
    assert not found.violations, f"{found.looked_at}; again: {small.wish.again}"


def test_every_crash_point_was_reached(small: Result) -> None:
    reached = {fault.target.partition(".")[2] for fault in small.faults if fault.kind == "crash point"}
    assert reached == set(POINTS), f"{small.missed}; again: {small.wish.again}"


def test_many_things_went_wrong_and_nearly_everything_was_answered(small: Result) -> None:
    assert len(small.faults) + len(small.missed) == small.wish.faults + len(POINTS)
    assert len({fault.kind for fault in small.faults}) >= 6
    assert small.unclear > 0
    assert len(small.entries) >= small.wish.commands
    assert not small.parked
