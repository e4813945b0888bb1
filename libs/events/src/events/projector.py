"""Keeping a read model: live, built beside an older version, waited for by its readers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import structlog

from events import metrics
from events.checkpoint import Connection, Marks, hold
from events.feed import Batch, Feed
from events.parking import Failed, park_all, parked_among, tell
from events.projection import Projection
from events.recorded import Recorded
from events.signal import Signal
from events.table import Table

logger = structlog.get_logger(__name__)
R = TypeVar("R")


class Projector(Generic[R]):
    """Feeds one projection's table for ever. Replicas may run it side by side; one works."""

    def __init__(
        self, projection: Projection[R], pool: Connection, feed: Feed, hurry: Signal | None = None
    ) -> None:
        self.projection = projection
        self._pool = pool
        self._feed = feed
        self._table = Table(projection, projection.consumer)
        self._marks = Marks(projection.consumer, pool)
        self._moved = Signal()
        self._hurry = hurry or Signal()
        """Set when somebody waits for the table to move."""
        self.behind: int | None = None
        """Events still to be shown; None before the first batch."""
        self.prepared = False
        """Whether its table is there, or was when this process began."""
        self._published = False
        """Whether readers are known to see this version, or a newer one."""

    async def run(self) -> None:
        """Follow the feed. Raises on an outage; run it again after a pause."""
        await prepare(self.projection, self._pool)
        self.prepared = True
        async with self._feed.batches(self.projection.consumer, self._marks.load) as batches:
            async for some in batches:
                await self._apply(some)

    async def wait(self, position: int, timeout: float) -> bool:
        """Until the live table has seen the log up to `position`; False when `timeout` seconds were not enough."""
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            change = self._moved.next()
            if await seen(self.projection, self._pool) >= position:
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            self._hurry.set()
            try:
                # Another replica may be the one that works: look again now and then.
                await asyncio.wait_for(change.wait(), min(left, 0.1))
            except TimeoutError:
                continue

    async def replay(self, connection: Connection, fact: Recorded[Any]) -> None:
        """Apply one parked event; raises what it raises."""
        failed = await self._table.fold(connection, [fact])
        if failed:
            raise ValueError(failed[0][1])

    async def _apply(self, batches: Sequence[Batch]) -> None:
        consumer = self.projection.consumer
        fresh = [(batch.partition, one) for batch in batches for one in self._marks.fresh(batch)]
        facts = [one.fact for _, one in fresh]
        behind = sum(batch.end_offset - batch.next_offset for batch in batches)
        async with self._pool.acquire() as connection, connection.transaction():
            await hold(connection, consumer)
            parked = await parked_among(connection, consumer, {fact.key for fact in facts})
            failed = [
                Failed(*fresh[place], reason)
                for place, reason in await self._table.fold(connection, facts, parked)
            ]
            await park_all(connection, consumer, failed)
            marks = await self._marks.store(connection, batches)
            if not behind and not self._published:
                await publish(self.projection, connection)
        self._marks.moved(marks)
        self.behind, self._published = behind, self._published or not behind
        tell(consumer, failed)
        times = [fact.time for fact in facts if isinstance(fact, Recorded)]
        metrics.shown(self.projection.name, *times[:1], *times[1:][-1:])  # the oldest and the newest
        self._moved.set()


class VersionNotRaised(Exception):
    """The table of a projection's version is there, with other columns than its row type has."""


async def prepare(projection: Projection[Any], pool: Connection) -> None:
    """Make the table of this version when it is not there; show it when nothing is shown yet.

    Raises `VersionNotRaised` when the row type was changed and the version was not.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"read/{projection.name}"
        )
        if await connection.fetchval("SELECT to_regclass($1)", f'read."{projection.consumer}"') is None:
            table = Table(projection, projection.consumer)
            await table.create(connection)
            await table.index(connection)
        else:
            await _check_columns(projection, connection)
        if (
            await connection.fetchval("SELECT version FROM feed.projection WHERE name = $1", projection.name)
            is None
        ):
            await publish(projection, connection)


async def _check_columns(projection: Projection[Any], connection: Connection) -> None:
    rows = await connection.fetch(
        """
        SELECT attname::text, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
        FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped""",
        f'read."{projection.consumer}"',
    )  # fmt: skip
    there, wanted = {tuple(row) for row in rows}, set(projection.shape)
    if there != wanted:
        names = ", ".join(sorted({name for name, _ in there ^ wanted}))
        raise VersionNotRaised(
            f"{projection.row.__name__} and the table read.{projection.consumer} differ in {names}: raise the "
            f"version of the projection {projection.name} to {projection.version + 1}, and its table is built "
            "anew beside the old one"
        )


async def publish(projection: Projection[Any], connection: Connection) -> None:
    """Put this version under the readers' eyes, unless it is there already or a newer one is."""
    live = await connection.fetchval("SELECT version FROM feed.projection WHERE name = $1", projection.name)
    if live is not None and live >= projection.version:
        return
    if live is not None:
        await _report(projection, connection)
    await connection.execute(f'DROP VIEW IF EXISTS read."{projection.name}"')
    await connection.execute(
        f'CREATE VIEW read."{projection.name}" AS SELECT * FROM read."{projection.consumer}"'
    )
    await connection.execute(
        """
        INSERT INTO feed.projection (name, version, relation) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET version = $2, relation = $3, built_at = now()""",
        projection.name, projection.version, projection.consumer,
    )  # fmt: skip


async def _report(projection: Projection[Any], connection: Connection) -> None:
    """Compare the new version's rows with the live one's, in the columns that both have."""
    columns = await connection.fetch(
        """
        SELECT column_name FROM information_schema.columns WHERE table_schema = 'read' AND table_name = ANY($1::text[])
        GROUP BY column_name HAVING count(*) = 2 ORDER BY 1""",
        [projection.name, projection.consumer],
    )  # fmt: skip
    primary = f'"{projection.primary}"'
    new, old = (", ".join(f'{t}."{c[0]}"' for c in columns) for t in "nl")
    counts = await connection.fetchrow(
        f"""
        SELECT count(*) FILTER (WHERE l.{primary} IS NULL) AS added,
               count(*) FILTER (WHERE n.{primary} IS NULL) AS gone,
               count(*) FILTER (WHERE ({new}) IS DISTINCT FROM ({old})) AS different, count(*) AS rows
        FROM read."{projection.consumer}" n FULL JOIN read."{projection.name}" l ON n.{primary} = l.{primary}"""
    )
    logger.info("read model swapped", projection=projection.name, new=projection.version, **dict(counts))


async def seen(projection: Projection[Any], connection: Connection) -> int:
    """The log position up to which the live table shows everything; -1 while there is none.

    While a new version is built beside it, the live one is the older and stands still unless
    an older replica keeps it.
    """
    return int(
        await connection.fetchval(
            """
            SELECT coalesce(max(coalesce(c.position, 0)), -1) FROM feed.projection p
            LEFT JOIN feed.checkpoint c ON c.consumer = p.relation WHERE p.name = $1""",
            projection.name,
        )
    )
