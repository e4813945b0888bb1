"""Bursts of faults under load, healing between them, and what was seen meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx

from faults import lives, people, tailing
from faults.assembly import System
from faults.bodies import Body
from faults.hooks import EVENTS, receiving
from faults.injecting import Injector
from faults.lives import Ended, Life, Stage
from faults.outcome import Result, Wish
from faults.plan import SPACING, Fault, Plan, plan
from faults.screen import Screen
from faults.sending import TIMEOUT, Journal, Sender
from faults.settling import Settling, settling
from faults.tailing import Tails
from faults.world import World

CLIENTS = 64
"""Lives at the same time."""
_MORE_BURSTS = 4
"""Bursts beyond the planned ones, for faults whose victim was down when it was their turn."""
_LONGER = 6.0
"""Seconds beyond its length that a planned burst waits for a process to come by its crash point."""
_SHORTEST, _LONGEST = 3.0, 45.0
"""Seconds of a burst with what was left over; it ends when all of it happened."""
_SLOW = 20.0
"""Commands a second in such a burst."""
_CALM = 80.0
"""Commands a second at most when there are no faults."""
_TICK = 0.2


class Weather:
    """Clients at work, and bursts of faults. `weather` makes it."""

    def __init__(
        self,
        system: System,
        wish: Wish,
        screen: Screen,
        result: Result,
        stage: Stage,
        settled: Settling,
        hooks: Path,
    ) -> None:
        self._system = system
        self._wish = wish
        self._screen = screen
        self._result = result
        self._stage = stage
        self._settling = settled
        self._hooks = hooks
        self._injector = Injector(system, self._happened)

    async def blow(self) -> None:
        """All bursts, with clients at work."""
        wish = self._wish
        planned = plan(
            wish.seed, wish.faults, wish.each_point, wish.rounds, disk=self._system.disk.why_not is None
        )
        choosing = Random(f"lives {wish.seed}")  # noqa: S311  # nothing secret about it
        async with asyncio.TaskGroup() as group:
            clients = [group.create_task(self._live(choosing)) for _ in range(CLIENTS)]
            showing = group.create_task(self._show())
            await self._bursts(planned)
            for task in (*clients, showing):
                task.cancel()

    async def world(self) -> World:
        """All that the checkers look at."""
        heads = await self._settling.heads()
        with suppress(TimeoutError):  # a reader that is behind for so long is checker 9's to tell
            async with asyncio.timeout(60):
                await tailing.caught_up(self._stage.tails, heads)
        journal = self._stage.sender.journal
        result = self._result
        result.events, result.entries = heads, tuple(journal.entries)
        result.unclear, result.parked = journal.unclear, await self._settling.parked()
        return World(
            databases=self._system.running.databases,
            kafka=str(self._system.running.kafka),
            mails=self._system.mails,
            journal=result.entries,
            recoveries=tuple(result.recoveries),
            tailed=tailing.seen(self._stage.tails),
            races=tuple(self._stage.races),
            disturbed=bool(result.faults),
            webhooks=self._hooks,
        )

    async def _bursts(self, planned: Plan) -> None:
        sender, share = self._stage.sender, -(-self._wish.commands // len(planned.bursts))
        left: Sequence[Fault] = ()
        for number, faults in enumerate(planned.bursts, 1):
            what = f"burst {number} of {len(planned.bursts)}"
            wanted = min(self._wish.commands, number * share)
            length = max(planned.length, share / _CALM)
            left = await self._burst(what, [*left, *faults], length, length + _LONGER, wanted)
        for number in range(1, _MORE_BURSTS + 1):
            if not left:
                break
            wanted = sender.journal.started + min(share, round(_SLOW * _LONGEST))
            faults = [replace(fault, at=i * SPACING) for i, fault in enumerate(left)]
            left = await self._burst(f"what was left over, {number}", faults, _SHORTEST, _LONGEST, wanted)
        self._result.missed = left
        if (rest := self._wish.commands - sender.journal.started) > 0:
            self._result.calm = rest
            self._screen.say(f"{rest:,} commands are left, without faults")
            await _pace(sender, self._wish.commands, rest / _CALM)
            sender.hold()
            await self._settling.recovery("the rest", self._screen.doing, sender.under_way)

    async def _burst(
        self, what: str, faults: Sequence[Fault], shortest: float, longest: float, commands: int
    ) -> Sequence[Fault]:
        """Commands at an even pace up to so many in all, faults, healing, and until all is settled.

        Commands that were not begun when all heals are left to the next burst.
        """
        sender, screen = self._stage.sender, self._screen
        screen.doing(f"{what}: under load")
        async with asyncio.TaskGroup() as group:
            pacing = group.create_task(_pace(sender, commands, longest))
            racing = group.create_task(self._alive(lives.raced))
            left = await self._injector.burst(faults, shortest, longest)
            pacing.cancel()
            sender.hold()
            screen.doing(f"{what}: healed")
            recovery = await self._settling.recovery(what, screen.doing, sender.under_way)
            await racing
        await sender.idle()
        self._result.recoveries.append(recovery)
        ready, settled = (
            f"{s:.1f} s" if s is not None else "never" for s in (recovery.ready, recovery.settled)
        )
        screen.say(f"{what}: {len(faults) - len(left)} faults; ready after {ready}, settled after {settled}")
        return left

    async def _live(self, choosing: Random) -> None:
        """One life after the other."""
        while True:
            await self._alive(lives.choose(choosing))

    async def _alive(self, life: Life) -> None:
        try:
            await life(self._stage)
        except Ended:
            return  # a command of it was refused, which is in the journal

    async def _show(self) -> None:
        while True:
            happened = self._result.faults
            last = happened[-1].what if happened else ""
            self._screen.counted(len(self._stage.sender.journal.entries), len(happened), last)
            await asyncio.sleep(_TICK)

    def _happened(self, fault: Fault) -> None:
        self._result.faults.append(fault)


async def _pace(sender: Sender, commands: int, length: float) -> None:
    """Let commands begin evenly over `length` seconds, up to so many in all; returns when all have begun."""
    clock = asyncio.get_running_loop().time
    began, first = clock(), sender.journal.started
    while sender.journal.started < commands:
        done = min(1.0, (clock() - began) / length) if length else 1.0
        sender.allow(first + round((commands - first) * done))
        await asyncio.sleep(_TICK)


@asynccontextmanager
async def weather(
    system: System, wish: Wish, screen: Screen, result: Result, place: Path
) -> AsyncIterator[Weather]:
    """Clients and readers, ready to begin."""
    async with AsyncExitStack() as stack:
        limits = httpx.Limits(max_connections=CLIENTS + 2 * wish.crowd, max_keepalive_connections=2 * CLIENTS)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=TIMEOUT, limits=limits))
        tokens = await people.tokens(system.running.issuer)
        sender = Sender(http, system.doors, tokens, Journal(), wish.seed)
        tails: Tails = await stack.enter_async_context(tailing.tails(system.running.databases))
        settled = await stack.enter_async_context(settling(system))
        hooks = place / "hooks.jsonl"
        url = await stack.enter_async_context(receiving(hooks))
        body: Body = {"url": url, "events": list(EVENTS)}
        opened = await sender.send("notification", "sales", "/subscriptions", body, at_once=True)
        assert opened.outcome == "done", f"no subscription: {opened}"
        stage = Stage(
            sender, tails, Random(f"choices {wish.seed}"),  # noqa: S311  # nothing secret about it
            run=str(wish.seed), day=datetime.now(UTC).date(), crowd=wish.crowd,
        )  # fmt: skip
        yield Weather(system, wish, screen, result, stage, settled, hooks)
