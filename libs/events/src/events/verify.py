"""Verifying a log: its hash chains, its dense positions and its versions, read by read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.chain import link
from events.checkpoint import Connection
from events.paging import COLUMNS

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, and every fault found (at most 100 are kept)."""

    events: int
    streams: int
    faults: Sequence[str]

    @property
    def sound(self) -> bool:
        return not self.faults


async def verify(connection: Connection, progress: Progress = lambda done, total: None) -> Verdict:
    """Read the whole log stream by stream and recompute every hash.

    Finds edited, deleted, inserted and reordered events. A tail cut from a stream leaves a gap
    in the positions and is found by it; a whole log rewritten by its owner is not.
    """
    faults: list[str] = []
    events = streams = 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchval("SELECT position FROM log.head")
        stream, version, hash, last = "", 0, b"", 0
        async for row in connection.cursor(
            f"SELECT {COLUMNS} FROM log.event ORDER BY stream, version",
            prefetch=2000,
        ):
            if row["stream"] != stream:
                stream, version, hash, last = row["stream"], 0, b"", 0
                streams += 1
            events += 1
            place = f"{stream}@{row['version']} (position {row['position']})"
            if row["version"] != version + 1:
                faults.append(f"{place}: version {version + 1} is missing before it")
            if row["position"] <= last:
                faults.append(f"{place}: stands before its predecessor at {last}")
            version, last = row["version"], row["position"]
            parts = {k: row[k] for k in ("name", "key", "id", "time", "data", "metadata")}
            if link(hash, stream=stream, version=version, **parts) != row["hash"]:
                faults.append(f"{place}: its content or what came before it was changed")
            hash = row["hash"]
            if events % 2000 == 0:
                progress(events, head)
            if len(faults) >= 100:
                break
        else:
            faults += await _gaps(connection, head)
    progress(events, head)
    return Verdict(events, streams, faults)


async def _gaps(connection: Connection, head: int) -> Sequence[str]:
    gaps = await connection.fetch(
        """
        SELECT before + 1 AS first, position - 1 AS last
        FROM (SELECT position, lag(position, 1, 0::bigint) OVER (ORDER BY position) AS before FROM log.event) AS p
        WHERE position <> before + 1 LIMIT 20"""
    )
    found = [f"positions {first} to {last} are missing" for first, last in gaps]
    end = await connection.fetchval("SELECT coalesce(max(position), 0) FROM log.event")
    if end != head:
        found.append(f"the log ends at position {end}, but {head} were recorded")
    return found
