"""What stands in the services' databases when a scenario is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from launch.databases import Database


async def asked(database: Database, query: str, *values: Any) -> list[Any]:  # Any: as columns are
    """The rows of a query, asked as the owner."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        rows: list[Any] = await connection.fetch(query, *values)
        return rows
    finally:
        await connection.close()


async def orders_of(database: Database) -> Mapping[str, int]:
    """How many events each order has, by its number."""
    query = "SELECT stream, count(*) FROM log.event WHERE stream LIKE 'order-%' GROUP BY stream"
    return {stream.partition("-")[2]: count for stream, count in await asked(database, query)}


async def unpublished(database: Database) -> int:
    """Events that the relay has not published yet."""
    query = "SELECT h.position - coalesce((SELECT max(position) FROM feed.relay), 0) FROM log.head h"
    return int((await asked(database, query))[0][0])


async def caught_up(database: Database) -> bool:
    """Whether the read models show all of the log."""
    query = (
        "SELECT NOT EXISTS (SELECT FROM feed.projection p JOIN feed.checkpoint c ON c.consumer = p.relation, "
        "log.head h WHERE c.position < h.position)"
    )
    return bool((await asked(database, query))[0][0])


async def within(seconds: float, true: Callable[[], Awaitable[bool]]) -> float | None:
    """Seconds until it is true; None when that takes too long."""
    began = time.monotonic()
    while not await true():
        if time.monotonic() - began > seconds:
            return None
        await asyncio.sleep(0.2)
    return time.monotonic() - began
