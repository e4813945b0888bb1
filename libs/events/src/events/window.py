"""A stretch of a log, and of it what a reader wants: chosen in SQL, bounded in events and in bytes.

Positions are dense, so a stretch in which nothing was wanted is read as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from events.log import Log
from events.paging import COLUMNS
from events.recorded import Recorded

STRETCH = 5000
"""Positions that one query looks at, at most."""
MOST = 200
"""Events that one query gives, at most."""
SIZE = 1_000_000
"""Bytes of data after which it gives no further event."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are wanted. An empty part wants all."""

    types: tuple[str, ...] = ()
    """Stored names, or whole words they begin with: `order`, `order.accepted`, `parts.ready.v1`."""
    keys: tuple[str, ...] = ()
    """What events are ordered by on their way to consumers: the numbers of orders."""


class Seen(NamedTuple):
    """What was wanted, oldest first, and the position up to which nothing else was."""

    facts: Sequence[Recorded[Any]]
    until: int


async def read_window(log: Log, choice: Choice, after: int, head: int) -> Seen:
    """What is wanted of the log after a position. `head` must not be beyond its last event."""
    until = min(head, after + STRETCH)
    rows = await log.ask(
        lambda connection: connection.fetch(
            _WANTED, after, until, list(choice.types), list(choice.keys), MOST, SIZE
        )
    )
    cut = len(rows) == MOST or sum(len(row["data"].encode()) for row in rows) >= SIZE
    return Seen([Recorded.stored(row) for row in rows], rows[-1]["position"] if cut else until)


_WANTED = f"""
    SELECT {COLUMNS} FROM (
        SELECT {COLUMNS}, octet_length(data::text) AS size,
               sum(octet_length(data::text)) OVER (ORDER BY position) AS size_so_far
        FROM log.event
        WHERE position > $1 AND position <= $2
          AND (cardinality($3::text[]) = 0
               OR EXISTS (SELECT FROM unnest($3::text[]) word WHERE starts_with(name || '.', word || '.')))
          AND (cardinality($4::text[]) = 0 OR key = ANY($4::text[]))
        ORDER BY position LIMIT $5
    ) wanted
    WHERE size_so_far - size < $6
    ORDER BY position"""
"""The first is given whatever its size."""
