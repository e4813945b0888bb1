"""Checkpoints (8): none is ahead of its effect, whoever was killed in between.

Of a relay the effect is the topic, of reactions their commands, of a read model its rows.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import asyncpg

from events import Recorded, replay
from events.feed import WHOLE_LOG
from events.parking import list_parked
from faults.checkers.bits import Bits
from faults.checkers.looking import Found, connected, head_of, services_of
from faults.checkers.reactions import wanted
from faults.checkers.topics import records_of
from faults.world import Finding, World
from servicekit import Service

_PASSED_BY = """
    SELECT w.key, w.source, w.position FROM wanted w JOIN feed.checkpoint c
    ON c.consumer = $1 AND c.source = w.source AND c.partition IN (w.partition, -1) AND w.position <= c.position
    WHERE NOT EXISTS (SELECT FROM log.command k WHERE k.key = w.key) ORDER BY w.source, w.position LIMIT 1000"""


async def never_ahead(world: World) -> Finding:
    """8: everything up to a checkpoint has its effect; what is parked waits for its own."""
    found, looked = Found(), 0
    for service in services_of(world):
        async with connected(world.databases[service.name].service_url) as database:
            looked += await database.fetchval(
                "SELECT (SELECT count(*) FROM feed.checkpoint) + (SELECT count(*) FROM feed.relay)"
            )
            await _in_bounds(service.name, database, found)
        await _on_topic(world, service.name, found)
        if service.sources:
            async with wanted(world, service) as database:
                for key, source, position in await database.fetch(_PASSED_BY, f"{service.name}.reactions"):
                    found.add(f"{service.name}'s reactions are past {source} {position}, without {key}")
        await _shown(world, service, found)
    return found.finding(f"{looked} checkpoints", anything=looked > 0)


async def _in_bounds(service: str, database: Any, found: Found) -> None:
    """No checkpoint of the own log is past its end."""
    head = await head_of(database)
    own = await database.fetch(
        "SELECT consumer, position FROM feed.checkpoint WHERE source = $1 AND partition = $2 "
        "UNION ALL SELECT 'the relay', position FROM feed.relay",
        service,
        WHOLE_LOG,
    )
    found.extend(f"{service}: {who} is at {at}, the log ends at {head}" for who, at in own if at > head)


async def _on_topic(world: World, source: str, found: Found) -> None:
    """The relay's checkpoint, and the readers' offsets: what is before them is published, and was taken in."""
    async with connected(world.databases[source].service_url) as database:
        relayed = await database.fetchval("SELECT max(position) FROM feed.relay") or 0
    marks = await _marks(world, source)
    published = Bits()
    async with aclosing(records_of(world.kafka, source)) as pages:
        async for page in pages:
            for one in page:
                if not isinstance(one.fact, Recorded):
                    continue
                published.add(one.fact.position)
                for consumer, next_offset, position in marks.get(one.partition, ()):
                    if one.offset < next_offset and one.fact.position > position:
                        found.add(
                            f"{consumer} goes on at {source}/{one.partition}/{next_offset}, past {one.fact}"
                        )
    for position in published.missing(relayed):
        found.add(f"{source}: the relay is at {relayed}, and {position} is not on the topic")


async def _marks(world: World, source: str) -> dict[int, list[tuple[str, int, int]]]:
    """By partition of a topic: its consumers, where each goes on, and the highest position it took in."""
    marks: dict[int, list[tuple[str, int, int]]] = {}
    for url in {one.service_url for one in world.databases.values()}:
        async with connected(url) as database:
            for row in await database.fetch("SELECT * FROM feed.checkpoint WHERE source = $1", source):
                mark = row["consumer"], row["next_offset"], row["position"]
                marks.setdefault(row["partition"], []).append(mark)
    return marks


async def _shown(world: World, service: Service, found: Found) -> None:
    """Each read model has the rows that the log up to its checkpoint leads to; whether they are right is 6."""
    async with asyncpg.create_pool(world.databases[service.name].service_url, min_size=0, max_size=3) as pool:
        for projection in service.projections:
            parked = {one.key for one in await list_parked(pool, consumer=projection.consumer, limit=100_000)}
            difference = await replay(projection, pool)
            for key in difference.missing:
                if key not in parked:
                    found.add(
                        f"{service.name}: {projection.name} is at {difference.until}, without the row {key}"
                    )
