"""Read models (6): the live rows are those of a fresh replay, and batches make no difference.

Each read model is built anew in a table of its own. In front of up to 20 positions its last events are
folded in batches of 1, of 7 and of 500, each time from the same rows: the hashes must agree.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from events import Projection, Recorded, replay
from events.paging import COLUMNS
from events.table import Table
from faults.checkers.looking import Found, services_of
from faults.world import Finding, World
from servicekit import Service

POSITIONS = 20
BATCHES = (1, 7, 500)
"""The last is also how the events between are folded."""
WINDOW = 250
"""Events in front of a position that are folded in each of the batches. All of them together would take
longer than the storm: an event alone costs two round trips."""


@dataclass(slots=True)
class Looked:
    """What one service's read models were held to."""

    models: int = 0
    positions: int = 0
    folded: int = 0
    """Events folded in batches of each size."""
    found: Found = field(default_factory=Found)


async def equals_replay(world: World) -> Finding:
    """6: read models equal a fresh replay, at their end and, in any batches, at 20 positions."""
    each = await asyncio.gather(*[_of_service(world, service) for service in services_of(world)])
    found = Found()
    for one in each:
        found.join(one.found)
    positions, folded = sum(one.positions for one in each), sum(one.folded for one in each)
    looked_at = (
        f"{sum(one.models for one in each)} read models; {positions} positions, {folded:,} events "
        f"in batches of {', '.join(map(str, BATCHES))}"
    )
    return found.finding(looked_at, anything=folded > 0)


async def _of_service(world: World, service: Service) -> Looked:
    looked = Looked()
    async with asyncpg.create_pool(world.databases[service.name].service_url, min_size=0, max_size=3) as pool:
        for projection in service.projections:
            looked.models += 1
            difference = await replay(projection, pool)
            if not difference.none:
                looked.found.add(f"{service.name}: {projection.name} differs from its replay: {difference}")
            async with pool.acquire() as connection:
                await _rebuild(projection, connection, looked)
    return looked


async def _rebuild(
    projection: Projection[Any], connection: Any, looked: Looked
) -> None:  # asyncpg has no types
    """Build it in a transaction that is rolled back: nobody sees the table, and nothing is left of it."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        # Not analysed yet, PostgreSQL would scan the growing table once for each batch.
        await connection.execute("SET LOCAL enable_seqscan = off")
        table = Table(projection, f"{projection.consumer}_check")
        await table.create(connection)
        names = [
            row[0]
            for row in await connection.fetch("SELECT DISTINCT name FROM log.event")
            if projection.concerns(row[0])
        ]
        after = 0
        for start, position in await _windows(connection, names):
            await _fold(table, connection, names, after, start, BATCHES[-1], looked.found)
            hashes = {}
            for size in BATCHES:
                attempt = connection.transaction()
                await attempt.start()
                folded = await _fold(table, connection, names, start, position, size, looked.found)
                hashes[size] = await hash_of(table, connection)
                await (attempt.commit() if size == BATCHES[-1] else attempt.rollback())
            if len(set(hashes.values())) > 1:
                differing = ", ".join(f"{size}: {hash}" for size, hash in hashes.items())
                looked.found.add(
                    f"{projection.name} at {position} depends on the size of batches: {differing}"
                )
            looked.positions += 1
            looked.folded += folded
            after = position
    finally:
        await transaction.rollback()


async def _windows(connection: Any, names: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Up to 20 positions with as many concerned events between them, and where the window of each begins."""
    rows = await connection.fetch(
        """
        SELECT coalesce(start, 0) AS start, position FROM (
            SELECT position, n, count(*) OVER () AS total, lag(position, $2) OVER (ORDER BY position) AS start
            FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM log.event
                  WHERE name = ANY($1::text[])) AS concerned) AS numbered
        WHERE n = total OR n % ((total + $3 - 1) / $3) = 0 ORDER BY position""",
        names,
        WINDOW,
        POSITIONS,
    )
    windows: list[tuple[int, int]] = []
    for start, position in rows:
        windows.append((max(start, windows[-1][1] if windows else 0), position))
    return windows


async def _fold(
    table: Table[Any], connection: Any, names: Sequence[str], after: int, until: int, size: int, found: Found
) -> int:
    """Fold the concerned events after a position up to another; how many there were."""
    count = 0
    async for facts in _pages(connection, names, after, until, BATCHES[-1]):
        for begin in range(0, len(facts), size):
            some = facts[begin : begin + size]
            failed = await table.fold(connection, some)
            found.extend(f"{table.projection.name} cannot show {some[place]}: {why}" for place, why in failed)
        count += len(facts)
    return count


async def _pages(
    connection: Any, names: Sequence[str], after: int, until: int, size: int
) -> AsyncIterator[Sequence[Recorded[Any]]]:
    while rows := await connection.fetch(
        f"""
        SELECT {COLUMNS} FROM log.event WHERE position > $1 AND position <= $2 AND name = ANY($3::text[])
        ORDER BY position LIMIT $4""",  # noqa: S608  # its own column names
        after,
        until,
        names,
        size,
    ):
        yield [Recorded.stored(row) for row in rows]
        after = rows[-1]["position"]


async def hash_of(table: Table[Any], connection: Any) -> str:
    """Of a table's rows, sorted by their key."""
    primary = table.projection.primary
    statement = f"SELECT md5(string_agg(md5(t::text), '' ORDER BY t.\"{primary}\")) FROM {table.relation} t"  # noqa: S608  # our own names
    return str(await connection.fetchval(statement))
