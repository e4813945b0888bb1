"""Connections to one database that outlive its outages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import asyncpg
import structlog

from events.cancelling import asked_to_end

logger = structlog.get_logger(__name__)
T = TypeVar("T")


class Unavailable(Exception):
    """The database could not be reached for a while.

    Whether the command took effect is unknown: send it again with the same idempotency key.
    """


OUTAGES = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
           asyncpg.InsufficientResourcesError, asyncpg.InternalClientError, TimeoutError)  # fmt: skip
"""What asyncpg raises when the database is away, starting, stopping or full; worth trying again."""


class Connections:
    """Connections that are opened when needed and again after an outage."""

    def __init__(self, dsn: str, patience: float, count: int = 1) -> None:
        self._dsn = dsn
        self._patience = patience
        self._free: asyncio.LifoQueue[asyncpg.Connection[asyncpg.Record] | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._free.put_nowait(None)

    async def use(self, work: Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[T]]) -> T:
        """Do `work`, again on a new connection after an outage: it must bear being done twice."""
        connection = await self._free.get()
        try:
            until = asyncio.get_running_loop().time() + self._patience
            pause = 0.05
            while True:
                try:
                    if connection is None or connection.is_closed():
                        connection = await asyncpg.connect(
                            self._dsn, timeout=self._patience, command_timeout=self._patience
                        )
                    return await work(connection)
                except (*OUTAGES, asyncio.CancelledError) as error:
                    # Also when cancelled: an answer on its way must not be taken for another's.
                    _terminate(connection)
                    if isinstance(error, asyncio.CancelledError) and asked_to_end():
                        raise
                    if asyncio.get_running_loop().time() + pause > until:
                        raise Unavailable(
                            f"the database did not answer for {self._patience:g} s: {error!r}"
                        ) from error
                    logger.warning("database away, trying again", error=repr(error), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
        finally:
            self._free.put_nowait(connection)

    async def close(self) -> None:
        while not self._free.empty():
            connection = self._free.get_nowait()
            if connection is not None:
                with suppress(*OUTAGES):
                    await connection.close(timeout=2)


def _terminate(connection: asyncpg.Connection[asyncpg.Record] | None) -> None:
    if connection is not None:
        connection.terminate()
