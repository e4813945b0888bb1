"""The sender: finds the webhooks that are due and has them delivered, each receiver in a lane of its own.

One sender of a service works at a time. What it finds in the read model only says where to
look: what goes is decided by the line's own stream, so a lagging read model sends nothing twice.
A receiver that is away is asked by one webhook at a time, ever more seldom.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
import structlog

from events.backoff import pauses
from events.leadership import leadership
from events.signal import until
from notification.webhooks.attempt import Attempts
from notification.webhooks.receiver import open_receivers
from notification.webhooks.signing import WebhookSettings
from notification.webhooks.subscription_book import subscription_book
from notification.webhooks.waiting import waiting
from servicekit import Runtime

logger = structlog.get_logger(__name__)
AT_ONCE_EACH = 4
"""Webhooks on their way to one receiver."""
MOST = 200
"""Lines of one receiver looked at in one round."""
LONGEST = 300.0
"""Seconds, at most, until a receiver that is away is asked again."""
LOOK = 0.5
"""Seconds between two looks while nothing happens here."""
_BREATH = 0.05
"""Seconds, at least, between two looks while much happens."""


async def sender(runtime: Runtime) -> None:
    """Work for ever; without `WEBHOOKS_KEY` webhooks wait."""
    settings = WebhookSettings()
    if settings.webhooks_key is None:
        logger.warning("WEBHOOKS_KEY is not set: webhooks wait until it is")
        await asyncio.Event().wait()
        return
    async with (
        leadership(runtime.settings.database_url.get_secret_value(), "webhook sender"),
        open_receivers(allow_private=settings.webhooks_allow_private) as receivers,
    ):
        await Sender(runtime, Attempts(runtime, receivers, settings.webhooks_key)).run()


class Lane:
    """What is remembered of one receiver between two rounds."""

    def __init__(self) -> None:
        self.away = False
        self.rests_until = 0.0
        """On the event loop's clock."""
        self._waits = pauses(1.0, LONGEST)

    def noted(self, *, away: bool) -> None:
        """What an attempt said of the receiver."""
        if not away:
            self._waits = pauses(1.0, LONGEST)
        self.away = away

    def rest(self) -> None:
        """Leave it alone for a while."""
        self.rests_until = asyncio.get_running_loop().time() + next(self._waits)


class Sender:
    """`run` it in one process at a time."""

    def __init__(self, runtime: Runtime, attempts: Attempts) -> None:
        self._runtime = runtime
        self._attempts = attempts
        self._lanes: dict[str, Lane] = {}
        self._busy: set[str] = set()

    async def run(self) -> None:
        for projection in (waiting, subscription_book):
            relation = f"read.{projection.name}"
            while not await self._runtime.pool.fetchval("SELECT to_regclass($1)", relation):  # noqa: ASYNC110
                await asyncio.sleep(LOOK)  # its projector is about to make it, in the database
        clock = asyncio.get_running_loop().time
        async with asyncio.TaskGroup() as group:
            while True:
                change = self._runtime.log.appended.next()
                for id in await self._due():
                    lane = self._lanes.setdefault(id, Lane())
                    if id not in self._busy and lane.rests_until <= clock():
                        self._busy.add(id)
                        group.create_task(self._drive(id, lane))
                await asyncio.sleep(_BREATH)
                await until(change, LOOK)

    async def _due(self) -> Sequence[str]:
        """Subscriptions that may be sent to and have something due."""
        t, book = waiting.table, subscription_book.table
        held = t.alias()
        now = self._runtime.clock()
        asked = sa.select(held.c.line).where(held.c.subscription == t.c.subscription, held.c.hold_until > now)
        due = (
            sa.select(t.c.subscription)
            .distinct()
            .join(book, book.c.id == t.c.subscription)
            .where(book.c.state == "enabled", t.c.next_attempt_at <= now, ~asked.exists())
        )
        async with self._runtime.engine.connect() as connection:
            return (await connection.execute(due)).scalars().all()

    async def _drive(self, id: str, lane: Lane) -> None:
        """Deliver all that is due to one receiver, until there is no more or it is away."""
        try:
            while await self._round(id, lane):
                pass
            if lane.away:
                lane.rest()
        finally:
            self._busy.discard(id)

    async def _round(self, id: str, lane: Lane) -> bool:
        """Whether to go on at once. Afterwards the read model shows what came of it."""
        probing = lane.away
        lines = iter(await self._lines(id, 1 if probing else MOST))
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(self._work(lines, lane)) for _ in range(1 if probing else AT_ONCE_EACH)
            ]
        tried = sum(worker.result() for worker in workers)
        if tried:
            await self._runtime.shown(waiting, await self._runtime.log.head(), 5.0)
        return bool(tried) and not lane.away

    async def _lines(self, id: str, most: int) -> Sequence[str]:
        """Lines of a subscription whose next webhook is due, the longest waiting first."""
        t = waiting.table
        due = sa.select(t.c.line).where(t.c.subscription == id, t.c.next_attempt_at <= self._runtime.clock())
        async with self._runtime.engine.connect() as connection:
            return (await connection.execute(due.order_by(t.c.next_attempt_at).limit(most))).scalars().all()

    async def _work(self, lines: Iterator[str], lane: Lane) -> int:
        tried = 0
        for id in lines:
            while (outcome := await self._attempts.next(id)) is not None:
                tried += 1
                lane.noted(away=outcome == "away")
                if outcome != "taken":
                    break
            if lane.away:
                break
        return tried
