"""Live readers (9): whoever follows a log sees what a later reader sees, in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from faults.checkers.looking import PAGE, Found, connected
from faults.world import Finding, World

Seen = tuple[int, UUID]


async def no_position_skipped(world: World) -> Finding:
    """9: what a live reader saw is the log as it is read later: dense, in order, nothing missing."""
    found = Found()
    for service, tailed in world.tailed.items():
        acknowledged = max((e.position or 0 for e in world.journal if e.service == service), default=0)
        async with connected(world.databases[service].service_url) as log:
            await _compare(log, service, tailed, acknowledged, found)
    events = sum(map(len, world.tailed.values()))
    return found.finding(f"{events:,} events, {len(world.tailed)} live readers", anything=events > 0)


async def _compare(
    log: Any, service: str, tailed: Sequence[Seen], least: int, found: Found
) -> None:  # asyncpg has no types
    """`least` is the position of an acknowledged command, which the reader must have reached."""
    if not tailed:
        if least:
            found.add(f"{service}: the reader saw nothing of {least} positions")
        return
    before = tailed[0][0] - 1
    for begin in range(0, len(tailed), PAGE):
        page = tailed[begin : begin + PAGE]
        for position, _ in page:
            if position != before + 1:
                found.add(f"{service}: the reader saw {position} after {before}")
            before = position
        until = max(position for position, _ in page)
        first = min(position for position, _ in page)
        rows = await log.fetch(
            "SELECT position, id FROM log.event WHERE position BETWEEN $1 AND $2 ORDER BY position",
            first,
            until,
        )
        there, seen = {row["position"]: row["id"] for row in rows}, dict(page)
        found.extend(f"{service}: the reader missed {n}" for n in there.keys() - seen.keys())
        found.extend(f"{service}: the log has nothing at {n}" for n in seen.keys() - there.keys())
        other = [n for n in there.keys() & seen.keys() if there[n] != seen[n]]
        found.extend(f"{service}: the reader saw {seen[n]} at {n}, the log has {there[n]}" for n in other)
    if before < least:
        found.add(f"{service}: the reader ended at {before}, an acknowledged command at {least}")
