"""The relay: from a service's log to its Kafka topic, in order, everything, for ever.

One relay of a service leads at a time. At the first failure it lets go of everything, waits,
and begins again from its checkpoint with a new producer; consumers may see events twice,
never out of order, and never a missing one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from events.agreement import agree
from events.backoff import pauses
from events.checkpoint import Connection
from events.leadership import leadership
from events.paging import read_page
from events.publisher import publisher
from events.recorded import Recorded
from events.signal import Signal, until
from events.topic import Security, last_of
from events.tracing import sending

logger = structlog.get_logger(__name__)
PACE = 0.02
"""Seconds between two looks at the log while one event follows another. Each costs the relay, the brokers and all
consumers about as much for one event as for a dozen; at 200 commands a second everybody hears sooner this way."""
STORE_EVERY = 0.1
"""Seconds between two checkpoints while one event follows another."""


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """How a relay is doing. Figures of the log are as fresh as its last look at it."""

    leading: bool = False
    """False while another process's relay leads: that one knows the figures."""
    published: int = 0
    """Position up to which everything is on the topic."""
    head: int = 0
    """Position of the log's last event; `head - published` are still to be published."""
    oldest: datetime | None = None
    """When the oldest event that is not published happened; None when all are."""
    error: str | None = None
    """Why it fails; None while it works."""
    failing_since: datetime | None = None


class Relay:
    """Publishes the log in the database `dsn` to `topic`, which is also the service's name.

    `appended` wakes it up at once; without it the log is asked every `poll` seconds. An event goes
    at once when none went within the last `pace` seconds; those that follow closer go together. The
    checkpoint is a row of `feed.relay`. Without that row, or when the topic has nothing on it
    (a new cluster), everything is published from the first event on. A topic that has what the log
    has not gets nothing more (events.agreement).
    """

    def __init__(
        self,
        *,
        dsn: str,
        topic: str,
        bootstrap: str,
        security: Security | None = None,
        appended: Signal | None = None,
        poll: float = 0.2,
        page: int = 1000,
        pace: float = PACE,
    ) -> None:
        self._dsn = dsn
        self._topic = topic
        self._bootstrap = bootstrap
        self._security: Security = security or {}
        self._appended = appended or Signal()
        self._poll = poll
        self._page = page
        self._pace = pace
        self.status = RelayStatus()

    async def run(self) -> None:
        """Relay until cancelled. Outages are waited out, however long they last."""
        waits = pauses()
        while True:
            before = self.status.published
            try:
                async with leadership(self._dsn, f"relay to {self._topic}") as connection:
                    await self._lead(connection)
            except Exception as error:  # noqa: BLE001  # told and tried again: an event is never skipped
                self._failed(error)
            if self.status.published > before:
                waits = pauses()
            await asyncio.sleep(next(waits))

    async def _lead(self, connection: Connection) -> None:
        published = await self._checkpoint(connection)
        await self._look(connection, published)
        last = await last_of(self._bootstrap, self._topic, security=self._security)
        await agree(connection, self._topic, last)
        if published and not last:
            logger.warning(
                "the topic is new: publishing everything again", topic=self._topic, published=published
            )
            await connection.execute("DELETE FROM feed.relay WHERE topic = $1", self._topic)
            published = 0
        logger.info("this relay leads", topic=self._topic, after=published)
        async with publisher(self._bootstrap, self._topic, self._security) as publish:
            clock = asyncio.get_running_loop().time
            stored, store_at = published, (go_on_at := clock())
            while True:
                change, looked = self._appended.next(), clock()
                facts = await read_page(connection, published, self._page)
                all_read = len(facts) < self._page
                await self._look(connection, published, facts if all_read else None)
                if facts:
                    go_on_at = looked + self._pace
                    with sending(self._topic, facts):
                        await publish(facts)
                    published = facts[-1].position
                # While there is more to do: what is not stored would be published again, no worse.
                idle = all_read and not change.is_set()
                if published > stored and (idle or clock() >= store_at):
                    await self._store(connection, published)
                    stored, store_at = published, clock() + STORE_EVERY
                self.status = replace(self.status, error=None, failing_since=None)
                if all_read:
                    await self._look(connection, published, ())
                    await until(change, self._poll)
                    await asyncio.sleep(go_on_at - clock())

    async def _checkpoint(self, connection: Connection) -> int:
        query = "SELECT coalesce(max(position), 0) FROM feed.relay WHERE topic = $1"
        return int(await connection.fetchval(query, self._topic))

    async def _store(self, connection: Connection, published: int) -> None:
        await connection.execute(
            """
            INSERT INTO feed.relay AS r (topic, position) VALUES ($1, $2)
            ON CONFLICT (topic) DO UPDATE SET position = $2, updated_at = now() WHERE r.position < $2""",
            self._topic, published,
        )  # fmt: skip

    async def _look(
        self, connection: Connection, published: int, following: Sequence[Recorded[Any]] | None = None
    ) -> None:
        """Note how far it is; the log is asked unless all that follows there is known."""
        if following is None:
            head, oldest = await connection.fetchrow(
                "SELECT position, (SELECT time FROM log.event WHERE position = $1 + 1) FROM log.head",
                published,
            )
        else:
            head, oldest = (following[-1].position, following[0].time) if following else (published, None)
        self.status = replace(self.status, leading=True, published=published, head=head, oldest=oldest)

    def _failed(self, error: Exception) -> None:
        since = self.status.failing_since or datetime.now(UTC)
        text = f"{type(error).__name__}: {error}"
        self.status = replace(self.status, leading=False, error=text, failing_since=since)
        logger.error("relay failed, trying again", topic=self._topic, error=text, since=since.isoformat())
