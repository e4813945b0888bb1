"""Reading a log in the order of its positions, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from events.recorded import Recorded

COLUMNS = "position, stream, version, name, key, id, time, data, metadata, hash"


async def read_page(connection: Any, after: int, limit: int) -> list[Recorded[Any]]:  # a connection or a pool
    """Events of a log after a position, oldest first, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM log.event WHERE position > $1 ORDER BY position LIMIT $2",
        after,
        limit,
    )
    return [Recorded.stored(row) for row in rows]


async def pages(
    connection: Any, after: int, until: int, size: int = 1000
) -> AsyncGenerator[list[Recorded[Any]], None]:
    """All events after a position up to another that is there, page by page.

    While one page is worked on, the next is on its way; nobody else may use the connection.
    """
    coming = asyncio.create_task(read_page(connection, after, min(size, until - after)))
    try:
        while facts := await coming:
            after = facts[-1].position
            coming = asyncio.create_task(read_page(connection, after, min(size, until - after)))
            await asyncio.sleep(0)  # lets it ask
            yield facts
    finally:
        coming.cancel()
        await asyncio.wait([coming])
