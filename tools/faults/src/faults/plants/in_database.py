"""A bug in the database: positions that are taken before their turn to commit has come."""

from __future__ import annotations

from typing import Any

from events.schema import FIRST
from faults.program import Renamed

NUMBER, DATABASE = 9, "review"
_TAKES = "SELECT h.position INTO STRICT before FROM log.head h FOR UPDATE;"
_TOO_EARLY = """
        PERFORM pg_advisory_xact_lock(hashtext(s)) FROM (SELECT unnest(command_stream) AS s ORDER BY 1) AS streams;
        PERFORM pg_advisory_lock(9);
        before := nextval('log.place') - 1;
        PERFORM setval('log.place', before + greatest(cardinality(event_id), 1));
        PERFORM pg_advisory_unlock(9);
        PERFORM pg_sleep(random() * 0.2) WHERE random() < 0.5;"""
_COUNTS = "UPDATE log.head SET position = before + (SELECT count(*) FROM appended)"
_COUNTS_UP = "UPDATE log.head SET position = greatest(position, before + (SELECT count(*) FROM appended))"


def nothing_in_the_process() -> None:
    """Positions are taken without the counter's lock, so a later one can be seen before an earlier one."""


async def positions_are_taken_without_the_lock(connection: Any) -> None:  # asyncpg has no types
    """Replace `log.append` by one that gives its lock up before it commits."""
    original = next(statement for statement in FIRST if "CREATE FUNCTION log.append(" in statement)
    for place in (_TAKES, _COUNTS):
        if place not in original:
            raise Renamed(
                f"faults.plants changes log.append where it says {place!r}, which it does not any more"
            )
    mistaken = original.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    mistaken = mistaken.replace(_TAKES, _TOO_EARLY).replace(_COUNTS, _COUNTS_UP)
    head = await connection.fetchval("SELECT position FROM log.head")
    await connection.execute(f"CREATE SEQUENCE IF NOT EXISTS log.place START {head + 1}")
    await connection.execute(mistaken)
