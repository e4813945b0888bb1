"""Where the tables of the past stand: `read._past` has a row for each, until it is dropped.

All of it is unlogged: it costs no write-ahead log, and after a crash the tables and the knowledge
of them are gone together. Locks: a session that builds holds `past/<table>`; a table is copied or
dropped with its row locked.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from events.checkpoint import Connection
from events.table import Table

_REGISTER = """
    CREATE UNLOGGED TABLE IF NOT EXISTS read._past (
        name     text PRIMARY KEY,
        consumer text NOT NULL,
        position bigint NOT NULL,
        done     bigint NOT NULL DEFAULT 0,
        ready    boolean NOT NULL DEFAULT false,
        whole    boolean NOT NULL DEFAULT false,
        used_at  timestamptz NOT NULL DEFAULT now()
    )"""


def lock(name: str) -> str:
    """What the session that builds a table holds."""
    return f"past/{name}"


async def begin(pool: Connection) -> None:
    """See that the register is there, and drop all tables that nobody is building.

    Other replicas may have built them, and with other code: they build again what they need.
    """
    async with pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('read/_past', 0))")
            await connection.execute(_REGISTER)
        await _drop_all(connection, "SELECT name FROM read._past")
        unknown = await connection.fetch(
            """
            SELECT relname::text FROM pg_class c WHERE relnamespace = 'read'::regnamespace AND relkind = 'r'
            AND relpersistence = 'u' AND relname <> '_past'
            AND NOT EXISTS (SELECT FROM read._past p WHERE p.name = c.relname)"""
        )
        for (name,) in unknown:
            await connection.execute(f'DROP TABLE IF EXISTS read."{name}"')


async def used(connection: Connection, name: str) -> tuple[bool, int]:
    """Whether a table is ready, and how many events are folded into it; it counts as used now."""
    row = await connection.fetchrow(
        "UPDATE read._past SET used_at = clock_timestamp() WHERE name = $1 RETURNING ready, done", name
    )
    return (row["ready"], row["done"]) if row else (False, 0)


async def start(connection: Connection, table: Table[Any], consumer: str, position: int) -> int:
    """Make the table; the position up to which its rows are there, of the nearest earlier table or 0."""
    await drop(connection, table.name)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO read._past (name, consumer, position) VALUES ($1, $2, $3)",
            table.name, consumer, position,
        )  # fmt: skip
        await table.create(connection)
        await connection.execute(f"ALTER TABLE {table.relation} SET UNLOGGED")
        # With the row locked nobody drops the table that is copied.
        nearest = await connection.fetchrow(
            """
            SELECT name, position FROM read._past WHERE consumer = $1 AND position < $2 AND ready AND whole
            ORDER BY position DESC LIMIT 1 FOR KEY SHARE""",
            consumer, position,
        )  # fmt: skip
        if nearest is None:
            return 0
        await connection.execute(f'INSERT INTO {table.relation} SELECT * FROM read."{nearest["name"]}"')
        await connection.execute("UPDATE read._past SET done = $2 WHERE name = $1", table.name, nearest[1])
        return int(nearest["position"])


async def progress(connection: Connection, name: str, done: int) -> None:
    await connection.execute("UPDATE read._past SET done = $2 WHERE name = $1", name, done)


async def finish(connection: Connection, name: str, *, whole: bool) -> None:
    """It can be read; one that is not `whole` lacks what could not be shown, and is no start for another."""
    await connection.execute("UPDATE read._past SET ready = true, whole = $2 WHERE name = $1", name, whole)


async def make_room(connection: Connection, most: int) -> None:
    """Drop those used longest ago, so that at most so many are left."""
    await _drop_all(connection, "SELECT name FROM read._past ORDER BY used_at DESC OFFSET $1", most)


async def drop_old(pool: Connection, seconds: float) -> None:
    """Drop those that were not used for so long."""
    async with pool.acquire() as connection:
        await _drop_all(
            connection,
            "SELECT name FROM read._past WHERE used_at < now() - make_interval(secs => $1)",
            seconds,
        )


async def drop(connection: Connection, name: str) -> None:
    """Drop one, and forget it."""
    async with connection.transaction():
        await connection.execute(f'DROP TABLE IF EXISTS read."{name}"')
        await connection.execute("DELETE FROM read._past WHERE name = $1", name)


async def _drop_all(connection: Connection, which: str, *arguments: object) -> None:
    """Drop what a query names; what is being built, copied or read just now stays for another time."""
    for (name,) in await connection.fetch(which, *arguments):
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '1s'")
                free = await connection.fetchval(
                    """
                    SELECT ready OR pg_try_advisory_xact_lock(hashtextextended($2, 0)) FROM read._past
                    WHERE name = $1 FOR UPDATE SKIP LOCKED""",
                    name, lock(name),
                )  # fmt: skip
                if free:
                    await drop(connection, name)
        except asyncpg.LockNotAvailableError:
            continue  # somebody reads it: it is younger than it seemed
