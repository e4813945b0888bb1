"""The stage: a real PostgreSQL and a real Kafka of our own, and databases to measure on.

PostgreSQL runs as everywhere here, with fsync on; all data lies on the disk that holds the
system's temporary directory.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.order_life import fill
from events import schema
from launch import aot, databases, kafka, postgres
from launch.databases import Database
from launch.leash import Leash
from launch.program import Program, Say
from launch.supervisor import Supervisor


@asynccontextmanager
async def stage(say: Say) -> AsyncIterator[Stage]:
    """Start PostgreSQL, and what is asked for later; end and remove all of it on leaving."""
    with tempfile.TemporaryDirectory(prefix="fulfilment-bench-") as directory, Leash() as leash:
        place = Path(os.path.realpath(directory))  # noqa: ASYNC240  # nothing else is on the loop yet
        async with Supervisor(leash, say) as supervisor:
            server = await postgres.start(supervisor, place / "postgres", place / "postgres.log")
            yield Stage(place, supervisor, server.admin_url, say)


class Stage:
    """What benchmarks run on. `stage` makes it."""

    def __init__(self, place: Path, supervisor: Supervisor, admin_url: str, say: Say) -> None:
        self.place = place
        self.supervisor = supervisor
        self.say = say
        self._admin_url = admin_url
        self._password = databases.passwords(secrets.token_bytes())
        self._filled: tuple[int, Database] | None = None
        self._bootstrap: str | None = None

    @asynccontextmanager
    async def empty_log(self) -> AsyncIterator[Database]:
        """A database with an empty log, dropped after the block."""
        database = await self._with_log()
        try:
            yield database
        finally:
            await databases.drop(self._admin_url, database.name)

    async def filled_log(self, events: int) -> Database:
        """A database whose log has at least so many events of whole orders; filled once and kept."""
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
        connection = await asyncpg.connect(self._admin_url)
        try:
            await connection.execute("CHECKPOINT", timeout=300)
        finally:
            await connection.close()

    async def kafka(self) -> str:
        """Bootstrap servers of a broker, started when first asked for."""
        if self._bootstrap is None:
            self.say("starting Apache Kafka")
            kit = await kafka.kit(lambda done, total: None)
            cache = await aot.options(kit, self.supervisor.leash, self.say)
            data, log = self.place / "kafka", self.place / "kafka.log"
            self._bootstrap = (await kafka.start(self.supervisor, kit, data, log, cache=cache)).bootstrap
        return self._bootstrap

    @asynccontextmanager
    async def running(self, *programs: Program) -> AsyncIterator[None]:
        """Run programs for the length of the block."""
        async with Supervisor(self.supervisor.leash, self.say) as supervisor:
            for program in programs:
                await supervisor.start(program)
            yield

    async def database(self) -> Database:
        """A new database with nothing in it."""
        return await databases.create(self._admin_url, f"bench_{secrets.token_hex(4)}", self._password)

    async def _with_log(self) -> Database:
        database = await self.database()
        owner = await asyncpg.connect(database.owner_url)
        try:
            for statement in [*schema.FIRST, *schema.grants(database.name, databases.READER)]:
                await owner.execute(statement)
        finally:
            await owner.close()
        return database
