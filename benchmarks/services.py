"""Services as programs of their own, as in production: one process, one worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from benchmarks.stage import Stage
from launch.databases import Database
from launch.program import Program
from launch.services import Surroundings
from servicekit.testing import TokenIssuer


def serving(
    stage: Stage,
    name: str,
    databases: Mapping[str, Database],
    issuer: TokenIssuer,
    *,
    module: str | None = None,
    kafka: str | None = None,
) -> tuple[str, Program]:
    """A service's address, and the program that serves it: its own, or another `module`.

    All that it reacts to must be among `databases`; without `kafka` it reads their logs.
    """
    around = Surroundings(databases, issuer.url, "", kafka)
    return stage.serving(name, around, module=module)


async def settled(database: Database, source: str) -> None:
    """Until what follows from a service's own log has begun, and has followed all of it.

    Before that it takes a share of the processors that depends on how far behind it is.
    """
    async with connected(database) as connection:
        while not await connection.fetchval(_FOLLOWED, source):  # noqa: ASYNC110  # only the database knows
            await asyncio.sleep(0.2)


_FOLLOWED = """
    SELECT coalesce(bool_and(c.position >= h.position), h.position = 0)
    FROM log.head h LEFT JOIN feed.checkpoint c ON c.source = $1 AND c.partition = -1 GROUP BY h.position"""


@asynccontextmanager
async def connected(database: Database) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection as the database's owner."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        yield connection
    finally:
        await connection.close()
