"""Read models as they stood: a projection's table up to a past position, built when it is asked for.

A read model is a function of the log, so the code that builds the present builds the past. What
lies here is a cache that may be dropped at any moment, by any replica: whoever needs it builds it
again, and it is the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from events import past_tables
from events.checkpoint import Connection
from events.leadership import try_lock
from events.paging import pages
from events.past_tables import drop
from events.projection import Projection
from events.rebuild import Rebuild, collecting_seldom
from events.signal import Signal, until
from events.table import Table

logger = structlog.get_logger(__name__)
TIDY = 30.0
"""Seconds after which, at the latest, a table that was not used for too long is dropped."""
SLICE = 500
"""Events folded in one go; requests are answered in between."""


class StillBuilding(Exception):
    """It takes longer than the caller would wait; it goes on, and `done` of `total` events are folded."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"{done:,} of {total:,} events are read")
        self.done, self.total = done, total


class Crowded(Exception):
    """Too many pasts are waiting to be built; nothing was done."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    projection: Projection[Any]
    position: int

    @property
    def table(self) -> Table[Any]:
        return Table(self.projection, f"{self.projection.consumer}_at_{self.position}")


class Past:
    """The tables of the past of one service, shared by its replicas.

    `pool` is for questions, `building` for what may take minutes: two connections without a timeout.
    At most `most` are kept, for `keep` seconds after they were used last. A process builds one at
    a time, so that it goes on answering, and takes at most `waiting` more.
    """

    def __init__(
        self, pool: Connection, building: Connection, *, most: int = 12, keep: float = 900.0, waiting: int = 8
    ) -> None:
        self._pool, self._building = pool, building
        self._most, self._keep = most, keep
        self._asked: asyncio.Queue[_Wanted] = asyncio.Queue(maxsize=waiting)
        self._wanted: set[str] = set()
        self._built = Signal()
        self._begun = False

    async def table(self, projection: Projection[Any], position: int, seconds: float) -> str:
        """The name of a table that holds the read model as it stood at a position the log has.

        It may be dropped as soon as this returns: ask again when it is not there. Raises
        `StillBuilding` after `seconds`, and `Crowded`.
        """
        wanted = _Wanted(projection, position)
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while True:
            change = self._built.next()
            ready, done = await past_tables.used(self._pool, wanted.table.name) if self._begun else (False, 0)
            if ready:
                return wanted.table.name
            self._ask(wanted)
            if (left := deadline - clock()) <= 0:
                raise StillBuilding(done, position)
            await until(change, min(left, 0.2))  # another replica may be the one that builds

    async def run(self) -> None:
        """Build what is asked for and drop what is old, for ever. Raises on an outage; run it again."""
        await past_tables.begin(self._pool)
        self._begun = True
        while True:
            await past_tables.drop_old(self._pool, self._keep)
            try:
                async with asyncio.timeout(TIDY):
                    wanted = await self._asked.get()
            except TimeoutError:
                continue
            try:
                await self._build(wanted)
            finally:
                self._wanted.discard(wanted.table.name)

    def _ask(self, wanted: _Wanted) -> None:
        if wanted.table.name in self._wanted:
            return
        try:
            self._asked.put_nowait(wanted)
        except asyncio.QueueFull as full:
            raise Crowded from full
        self._wanted.add(wanted.table.name)

    async def _build(self, wanted: _Wanted) -> None:
        table = wanted.table
        async with self._building.acquire() as reader, self._building.acquire() as connection:
            if not await try_lock(connection, past_tables.lock(table.name)):
                return  # another replica is at it
            if (await past_tables.used(connection, table.name))[0]:
                return
            await past_tables.make_room(connection, self._most - 1)
            clock = asyncio.get_running_loop().time
            started = clock()
            async with _unfinished(table, connection):
                failed = await _fill(table, reader, connection, wanted.position)
                await past_tables.finish(connection, table.name, whole=not failed)
        self._built.set()
        logger.info("past read model built", table=table.name, seconds=round(clock() - started, 2))


@asynccontextmanager
async def _unfinished(table: Table[Any], connection: Connection) -> AsyncIterator[None]:
    """Drop the table again when the block does not end well."""
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await drop(connection, table.name)
        raise


async def _fill(
    table: Table[Any], reader: Connection, connection: Connection, position: int
) -> Sequence[str]:
    """Make the table and its rows, from the nearest earlier table where there is one; what could not be shown."""
    consumer = table.projection.consumer
    after = await past_tables.start(connection, table, consumer, position)
    rebuild = Rebuild(table, connection, empty=not after)
    failed: list[str] = []
    clock = asyncio.get_running_loop().time
    told = clock()
    with collecting_seldom():
        async with aclosing(pages(reader, after, position, SLICE)) as stream:
            async for facts in stream:
                failed += (await rebuild.fold(facts))[: 20 - len(failed)]
                if clock() - told > 0.5:
                    await past_tables.progress(connection, table.name, facts[-1].position)
                    told = clock()
    await rebuild.put_back()
    await table.index(connection)
    if failed:
        logger.warning("past read model is not whole", table=table.name, failed=failed)
    return failed
