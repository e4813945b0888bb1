"""The mailer: finds the mail that is due and sends it, one order's letters in order.

One mailer of a service works at a time. What it finds in the read model `outbox` only says
where to look: whether a letter is still to go is decided by the order's own stream, so a
lagging read model never makes it go twice. When the server is away, one letter at a time
tries whether it is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
import structlog
from pydantic_settings import BaseSettings

from events.backoff import pauses
from events.leadership import leadership
from events.signal import until
from notification.correspondence import correspondence
from notification.mail_server import Connection, MailServer
from notification.outbox import outbox
from notification.posting import Posting
from servicekit import Runtime

logger = structlog.get_logger(__name__)
AT_ONCE = 8
"""Letters on their way at the same time, each over a connection that the next one uses again."""
MOST = 200
"""Orders looked at in one round."""
SOONEST, LONGEST = 1.0, 30.0
"""Seconds until a server that is away is tried again, at first and at most."""
LOOK = 0.5
"""Seconds between two looks at the outbox while nothing happens here."""


class MailSettings(BaseSettings):
    """Read from the environment."""

    mail_from: str = "Sales management centre <orders@fulfilment.example>"
    """The sender; its domain is also that of the Message-IDs, so it should not change."""


async def mailer(runtime: Runtime) -> None:
    """Work for ever; without `SMTP_URL` mail waits in the outbox."""
    url = runtime.settings.smtp_url
    if url is None:
        logger.warning("SMTP_URL is not set: mail stays in the outbox until it is")
        await asyncio.Event().wait()
        return
    server = MailServer(url)
    async with leadership(runtime.settings.database_url.get_secret_value(), "mailer"):
        await Mailer(runtime, server, MailSettings().mail_from).run()


class Mailer:
    """`run` it in one process at a time."""

    def __init__(self, runtime: Runtime, server: MailServer, sender: str) -> None:
        self._runtime = runtime
        self._server = server
        self._posting = Posting(runtime, sender)
        self._away = False

    async def run(self) -> None:
        while not await self._runtime.pool.fetchval("SELECT to_regclass('read.outbox')"):  # noqa: ASYNC110
            await asyncio.sleep(LOOK)  # its projector is about to make it, in the database
        waits = pauses(SOONEST, LONGEST)
        while True:
            change = self._runtime.log.appended.next()
            tried = await self._round()
            if self._away:
                await asyncio.sleep(next(waits))
                continue
            waits = pauses(SOONEST, LONGEST)
            if not tried:
                await until(change, LOOK)

    async def _round(self) -> int:
        """Send what is due; how many letters were tried. Afterwards the outbox shows what came of them."""
        waiting = iter(await self._due(1 if self._away else MOST))
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._work(waiting)) for _ in range(AT_ONCE)]
        tried = sum(worker.result() for worker in workers)
        if tried:
            await self._runtime.shown(outbox, await self._runtime.log.head(), 5.0)
        return tried

    async def _due(self, most: int) -> Sequence[str]:
        """Numbers of orders whose next letter is due, the longest waiting first."""
        t = outbox.table
        due = sa.select(t.c.number).where(t.c.next_attempt_at <= self._runtime.clock())
        async with self._runtime.engine.connect() as connection:
            return (await connection.execute(due.order_by(t.c.next_attempt_at).limit(most))).scalars().all()

    async def _work(self, waiting: Iterator[str]) -> int:
        tried = 0
        async with self._server.connection() as connection:
            for number in waiting:
                tried += await self._deliver(connection, number)
                if self._away:
                    break
        return tried

    async def _deliver(self, connection: Connection, number: str) -> int:
        """Send an order's letters until none is due or one fails; how many were tried."""
        tried = 0
        while True:
            facts = await self._runtime.log.read(correspondence.stream(number))
            message = correspondence.fold(fact.event for fact in facts).next_mail
            if message is None or (message.retry_at and message.retry_at > self._runtime.clock()):
                return tried
            addressed = next(fact for fact in facts if fact.event == message.addressed)
            failed = await self._posting.post(connection, number, addressed, message.attempts + 1)
            tried += 1
            self._away = failed is not None and failed.fault == "unreachable"
            if failed is not None:
                return tried
