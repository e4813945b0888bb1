"""Replaying: a read model built anew from the first event, and compared row by row.

The live table is locked only while the last events are folded and the rows compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.checkpoint import Connection, hold
from events.paging import pages
from events.projection import Projection
from events.projector import prepare
from events.rebuild import AT_HAND, Rebuild, collecting_seldom
from events.table import Table

Progress = Callable[[int, int], None]
"""Told (events done, events in all)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How the live table (up to its own position) differs from a replay of the log."""

    until: int
    """The position replayed to."""
    rows: int
    missing: Sequence[str]
    """Keys (at most 20 of each kind) that only the replay has."""
    surplus: Sequence[str]
    """Keys that only the live table has."""
    changed: Sequence[str]
    """Keys whose rows differ."""
    failed: Sequence[str]
    """Events that could not be shown, with the reason."""

    @property
    def none(self) -> bool:
        return not (self.missing or self.surplus or self.changed or self.failed)


async def replay(
    projection: Projection[Any],
    pool: Connection,
    *,
    until: int | datetime | None = None,
    swap: bool = False,
    at_hand: int = AT_HAND,
    progress: Progress = lambda done, total: None,
) -> Difference:
    """Build the read model beside the live one, up to a position or time (default: where that stands).

    `swap` puts the new table in the live one's place, in the transaction that compared them.
    At most `at_hand` rows are kept in memory meanwhile.
    """
    if swap and until is not None:
        raise ValueError("a table of the past cannot take the live one's place")
    await prepare(projection, pool)
    building = Table(projection, f"{projection.consumer}_replay")
    async with pool.acquire() as reader, pool.acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", building.name)
        try:
            await connection.execute(f"DROP TABLE IF EXISTS {building.relation}")
            await building.create(connection)
            rebuild = Rebuild(building, connection, at_hand=at_hand)
            target = await _target(projection, connection, until)
            failed = await _fold(rebuild, reader, 0, target, progress)
            await building.index(connection)
            async with connection.transaction():
                await hold(connection, projection.consumer)
                if until is None:
                    live = await _live(projection, connection)
                    failed += await _fold(rebuild, reader, target, live, progress)
                    target = live
                difference = await _compare(building, connection, target, failed)
                if swap:
                    await _swap(building, connection)
            return difference
        finally:
            await connection.execute(f"DROP TABLE IF EXISTS {building.relation}")
            await connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", building.name)


async def _target(projection: Projection[Any], connection: Connection, until: int | datetime | None) -> int:
    if until is None:
        return await _live(projection, connection)
    if isinstance(until, int):
        return min(until, int(await connection.fetchval("SELECT position FROM log.head")))
    return int(
        await connection.fetchval("SELECT coalesce(max(position), 0) FROM log.event WHERE time <= $1", until)
    )


async def _live(projection: Projection[Any], connection: Connection) -> int:
    """Where the live table stands; 0 before its first batch."""
    position = await connection.fetchval(
        "SELECT max(position) FROM feed.checkpoint WHERE consumer = $1", projection.consumer
    )
    return int(position or 0)


async def _fold(
    rebuild: Rebuild[Any], reader: Connection, after: int, until: int, progress: Progress
) -> list[str]:
    """Fold what comes after a position, up to another; at most 20 of what failed."""
    failed: list[str] = []
    with collecting_seldom():
        async with aclosing(pages(reader, after, until)) as stream:
            async for facts in stream:
                failed += (await rebuild.fold(facts))[: 20 - len(failed)]
                progress(facts[-1].position, until)
    await rebuild.put_back()
    return failed


async def _compare(
    table: Table[Any], connection: Connection, until: int, failed: Sequence[str]
) -> Difference:
    primary = f'"{table.projection.primary}"'
    live = f'read."{table.projection.consumer}"'
    rows = await connection.fetch(
        f"""
        SELECT coalesce(r.{primary}, l.{primary}) AS key,
               CASE WHEN l.{primary} IS NULL THEN 'missing' WHEN r.{primary} IS NULL THEN 'surplus' ELSE 'changed' END
        FROM {table.relation} r FULL JOIN {live} l ON r.{primary} = l.{primary}
        WHERE r IS DISTINCT FROM l ORDER BY 1"""
    )
    of = {kind: [row[0] for row in rows if row[1] == kind][:20] for kind in ("missing", "surplus", "changed")}
    count = await connection.fetchval(f"SELECT count(*) FROM {table.relation}")
    return Difference(until, count, of["missing"], of["surplus"], of["changed"], failed)


async def _swap(table: Table[Any], connection: Connection) -> None:
    live, view = table.projection.consumer, table.projection.name
    shown = await connection.fetchval("SELECT relation FROM feed.projection WHERE name = $1", view)
    if shown == live:
        await connection.execute(f'CREATE OR REPLACE VIEW read."{view}" AS SELECT * FROM {table.relation}')
    await connection.execute(f'DROP TABLE read."{live}"')
    indexes = await connection.fetch(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'read' AND tablename = $1", table.name
    )
    for (index,) in indexes:
        await connection.execute(f'ALTER INDEX read."{index}" RENAME TO "{index.replace(table.name, live)}"')
    await connection.execute(f'ALTER TABLE {table.relation} RENAME TO "{live}"')
