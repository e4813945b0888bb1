"""Acknowledged commands against the log (1): what a client was told is so, and nothing else is.

A service keeps the first outcome of every idempotency key in `log.command`, under the key as
servicekit.preconditions stores it: `["http", company, subject, key]`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from faults.checkers.looking import PAGE, Found, connected
from faults.journal import Entry
from faults.world import Finding, World

Row = Any  # an asyncpg record, which has no types
_STORED = """
    SELECT key, stream, version, size, position FROM log.command
    WHERE key > $1 AND starts_with(key, '["http",') ORDER BY key LIMIT $2"""
_EVENTS = """
    SELECT count(e.version) AS versions, max(e.position) AS position,
           coalesce(array_agg(e.name ORDER BY e.version) FILTER (WHERE e.version > r.version - r.size), '{}') AS names
    FROM unnest($1::text[], $2::int[], $3::int[]) WITH ORDINALITY AS r (stream, version, size, n)
    LEFT JOIN log.event e ON e.stream = r.stream AND e.version <= r.version GROUP BY r.n ORDER BY r.n"""
_CLAIMED_TWICE = """
    SELECT key, stream, version FROM (
        SELECT key, stream, version, size, lag(version) OVER (PARTITION BY stream ORDER BY version) AS before
        FROM log.command WHERE size > 0) AS c
    WHERE version - size < before LIMIT 20"""


async def nothing_lost(world: World) -> Finding:
    """1: every command that was answered has exactly the effect that its client was told of."""
    found = Found()
    for name, database in world.databases.items():
        journal = {entry.key: entry for entry in world.journal if entry.service == name}
        async with connected(database.service_url) as log:
            await _look(log, name, journal, found)
    outcomes = Counter(entry.outcome for entry in world.journal)
    looked_at = ", ".join(f"{outcomes[o]:,} {o}" for o in ("done", "failed", "unknown"))
    return found.finding(f"commands: {looked_at}", anything=outcomes["done"] > 0)


async def _look(log: Any, service: str, journal: Mapping[str, Entry], found: Found) -> None:
    seen: set[str] = set()
    after = ""
    while rows := await log.fetch(_STORED, after, PAGE):
        after = rows[-1]["key"]
        pairs = [(entry, row) for row in rows if (entry := journal.get(sent_as(row["key"]) or ""))]
        for entry, _ in pairs:
            if entry.key in seen:
                found.add(f"{told(entry)} took effect twice")
            seen.add(entry.key)
        for (entry, row), there in zip(pairs, await _events(log, pairs), strict=True):
            found.extend(f"{told(entry)} {fault}" for fault in faults(entry, row, there))
    for entry in journal.values():
        if entry.outcome == "done" and entry.key not in seen:
            found.add(f"{told(entry)} is not in the log")
    for row in await log.fetch(_CLAIMED_TWICE):
        found.add(
            f"{service}: {row['stream']}@{row['version']} is the effect of {row['key']} and of another key"
        )


async def _events(log: Any, pairs: Sequence[tuple[Entry, Row]]) -> Sequence[Row]:
    columns = [[row[column] for _, row in pairs] for column in ("stream", "version", "size")]
    return await log.fetch(_EVENTS, *columns) if pairs else []


def faults(entry: Entry, row: Row, there: Row) -> Sequence[str]:
    """How what the log has under a command's key differs from what its client was told."""
    if entry.outcome == "failed":
        return [f"took effect: {row['stream']} up to version {row['version']}"] if row["size"] else []
    found = []
    if there["versions"] != row["version"] or len(there["names"]) != row["size"]:
        found.append(f"lacks events: {row['stream']} has {there['versions']} up to version {row['version']}")
    elif row["size"] and there["position"] != row["position"]:
        found.append(f"ends at position {there['position']}, not {row['position']}")
    if entry.outcome == "unknown":
        return found
    stands = row["stream"].partition("-")[2], row["version"], row["position"], tuple(there["names"])
    if stands != (entry.id, entry.version, entry.position, entry.events):
        found.append(f"is in the log as {stands}")
    return found


def sent_as(stored: str) -> str | None:
    """The key that a client sent, of a stored one; None when no client sent it so."""
    try:
        parts = from_json(stored)
    except ValueError:
        return None
    return parts[3] if isinstance(parts, list) and len(parts) == 4 and parts[0] == "http" else None


def told(entry: Entry) -> str:
    """An entry for people."""
    what = (
        f"{entry.id}@{entry.version} {list(entry.events)} at {entry.position}"
        if entry.outcome == "done"
        else ""
    )
    return f"{entry.service} {entry.path} (command {entry.number}, key {entry.key}), {entry.outcome} {what}".rstrip()
