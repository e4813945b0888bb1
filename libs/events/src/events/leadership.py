"""Leadership: one process at a time does a thing, by a lock in the database it works on.

The lock is a session-level advisory lock on a connection of its own, so it is free the moment
that session ends, however it ends. A leader writes through that very connection: once the
lock is lost, so is the way to write.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from events.checkpoint import Connection


class LeadershipLost(Exception):
    """The connection that held the lock is gone; another process may lead by now."""


@asynccontextmanager
async def leadership(dsn: str, name: str, *, retry: float = 1.0) -> AsyncIterator[Connection]:
    """Wait until this process leads in `name`, asking every `retry` seconds, then lead for the block.

    Gives the connection that holds the lock, for the leader's own work. When it is lost, the
    block is cancelled and `LeadershipLost` raised. `dsn` must reach PostgreSQL itself, or a
    pooler in session mode.
    """
    connection = await session(dsn)
    try:
        while not await try_lock(connection, name):  # noqa: ASYNC110  # what changes is in the database
            await asyncio.sleep(retry)
        async with _while_connected(connection, name):
            yield connection
    finally:
        connection.terminate()


async def session(dsn: str) -> Connection:
    """A connection to hold locks on.

    PostgreSQL looks after 5 s of silence whether we are still there, and gives up 6 s later:
    a machine that vanishes does not keep its locks for hours.
    """
    return await asyncpg.connect(
        dsn, timeout=10, command_timeout=10,
        server_settings={
            "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3",
        },
    )  # fmt: skip


async def try_lock(connection: Connection, name: str) -> bool:
    """Take the lock `name` until the session ends, unless somebody has it.

    Never waits in the database: a waiting session would hold back vacuum.
    """
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name))


@asynccontextmanager
async def _while_connected(connection: Connection, name: str) -> AsyncIterator[None]:
    clock = asyncio.get_running_loop().time
    try:
        # A timeout without a time: what it is wanted for is its way of cancelling the block.
        async with asyncio.timeout(None) as scope:
            inside = True

            def end(_: object) -> None:
                if inside:  # asyncpg calls a little later
                    scope.reschedule(clock())

            connection.add_termination_listener(end)
            try:
                yield
            finally:
                inside = False
    except Exception as error:
        if connection.is_closed():
            raise LeadershipLost(f"the connection that led in {name!r} is lost") from error
        raise
