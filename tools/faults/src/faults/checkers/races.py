"""Races (10): of those who wrote on the same version of a thing, one won, and the others were told so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from faults.checkers.acknowledged import sent_as, told
from faults.checkers.looking import SERVICES, Found, connected
from faults.world import Finding, Race, World

LOST = (409, 412)
"""Somebody was faster: the answers to a command on a version that is gone."""
_NEXT = """
    SELECT r.n, k.key FROM unnest($1::text[], $2::int[], $3::int[]) AS r (stream, version, n)
    JOIN log.event e ON e.stream = r.stream AND e.version = r.version + 1
    LEFT JOIN log.command k ON k.stream = e.stream AND e.version > k.version - k.size AND e.version <= k.version"""


async def one_winner(world: World) -> Finding:
    """10: at most one command wins a version, exactly one when nobody else took it; the others lose nothing."""
    found = Found()
    for service in world.databases:
        races = [race for race in world.races if race.entries and race.entries[0].service == service]
        async with connected(world.databases[service].service_url) as log:
            nexts = await _next(log, service, races)
        for number, race in enumerate(races):
            found.extend(f"{race.id}@{race.version}: {fault}" for fault in faults(race, nexts.get(number)))
    entries = sum(len(race.entries) for race in world.races)
    return found.finding(f"{len(world.races)} races of {entries} commands", anything=entries > 0)


async def _next(log: Any, service: str, races: Sequence[Race]) -> Mapping[int, str]:  # an asyncpg connection
    """By race, the client's key of the event after the version raced for; empty when no client's key is."""
    streams = [
        (f"{decider.category}-{race.id}", race.version, number)
        for number, race in enumerate(races)
        for decider in SERVICES[service].deciders
    ]
    if not streams:
        return {}
    rows = await log.fetch(_NEXT, *map(list, zip(*streams, strict=True)))
    return {row["n"]: sent_as(row["key"] or "") or "" for row in rows}


def faults(race: Race, next_key: str | None) -> Sequence[str]:
    """What is wrong with a race; `next_key` is whose the next event is, None when there is no event."""
    done = [entry for entry in race.entries if entry.outcome == "done"]
    winners = [entry for entry in done if entry.events]
    found = []
    if len(winners) > 1:
        found.append(f"{len(winners)} won: {', '.join(entry.key for entry in winners)}")
    found += [
        f"{told(entry)} was carried out on another version than it named"
        for entry in done
        if entry.version is None or entry.version - len(entry.events) != race.version
    ]
    found += [
        f"{told(entry)} won, and the next version is not its" for entry in winners if entry.key != next_key
    ]
    lost = [entry for entry in race.entries if entry.outcome == "failed"]
    for entry in lost:
        if entry.status is None or not 400 <= entry.status < 500 or entry.status == 429:
            found.append(f"{told(entry)} was answered with {entry.status}")
        if entry.key == next_key:
            found.append(f"{told(entry)} was told that it lost, and the next version is its")
    if next_key is None and any(entry.status in LOST for entry in lost):
        found.append("somebody was told that another was faster, and nobody was")
    return found
