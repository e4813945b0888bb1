"""The stage: a real PostgreSQL and a real Kafka of our own, and logs to measure on.

PostgreSQL runs as everywhere here, with fsync on; all data lies on the disk that holds the
system's temporary directory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from benchmarks.order_life import GROUP, fill
from events import schema
from launch import databases
from launch.databases import Database
from launch.program import Say
from launch.stage import Place, place
from launch.stage import Stage as Servers


@asynccontextmanager
async def stage(say: Say) -> AsyncIterator[Stage]:
    """Start PostgreSQL, and what is asked for later; end and remove all of it on leaving."""
    async with place(say) as started:
        yield Stage(started)


class Stage(Servers):
    """What benchmarks run on. `stage` makes it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._filled: tuple[int, Database] | None = None

    @asynccontextmanager
    async def empty_log(self) -> AsyncIterator[Database]:
        """A database with an empty log, dropped after the block."""
        database = await self._with_log()
        try:
            yield database
        finally:
            await databases.drop(self.admin_url, database.name)

    async def filled_log(self, events: int) -> Database:
        """A database whose log has at least so many events, of whole groups of orders; filled once and kept."""
        events = -(-events // GROUP) * GROUP
        if self._filled is None:
            self._filled = 0, await self._with_log()
        there, database = self._filled
        if there < events:
            self.say(f"filling a log up to {events:,} events")
            await fill(database.owner_url, events - there, after=there)
            await self.settle()
            self._filled = events, database
        return database

    async def settle(self) -> None:
        """Have everything written so far reach the disk, so that no later figure pays for it."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute("CHECKPOINT", timeout=300)
        finally:
            await connection.close()

    async def _with_log(self) -> Database:
        database = await self.database()
        owner = await asyncpg.connect(database.owner_url)
        try:
            for statement in [*schema.FIRST, *schema.grants(database.name, databases.READER)]:
                await owner.execute(statement)
        finally:
            await owner.close()
        return database
