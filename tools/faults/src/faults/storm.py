"""The storm: a system is started, weathered, and looked at by the checkers."""

from __future__ import annotations

import logging
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from faults.assembly import assembled
from faults.outcome import Result, Wish
from faults.points import all_times
from faults.screen import Screen
from faults.weather import weather
from faults.world import World


async def storm(wish: Wish, console: Console, *, keep: Path | None = None) -> Result:
    """Run one. Raises what `assembled` raises when the system cannot be started.

    `keep` is a directory that stays, for looking into logs afterwards.
    """
    began = time.monotonic()
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # it tells of every call to a broker that is away
    async with AsyncExitStack() as stack:
        place = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fulfilment-faults-")))
        screen = stack.enter_context(Screen(console, wish.commands, wish.faults + all_times(wish.each_point)))
        system = await stack.enter_async_context(
            assembled(place.resolve(), screen.say, lambda _done, _all: None, plant=wish.plant)
        )
        result = Result(wish, system.disk.why_not or system.disk.kind)
        result.seconds["start"] = time.monotonic() - began
        under = await stack.enter_async_context(weather(system, wish, screen, result, place))
        await under.blow()
        result.seconds["storm"] = time.monotonic() - began - result.seconds["start"]
        world = await under.world()
        checking = time.monotonic()
        await _check(world, result, screen)
        result.seconds["checkers"] = time.monotonic() - checking
    result.seconds["whole"] = time.monotonic() - began
    return result


async def _check(world: World, result: Result, screen: Screen) -> None:
    from faults.checkers import CHECKERS  # what they need is slow to import

    for number, checker in CHECKERS.items():
        screen.doing(f"checker {number}")
        result.findings[number] = await checker(world)
        found = result.findings[number]
        screen.say(f"checker {number}: {found.looked_at}; {len(found.violations)} violations")
