"""Reactions (5): every fact that a service reacts to led to each of its commands once.

A reaction is a pure function, so what ought to be in `log.command` follows from the logs of the
sources. It is written to a temporary table of the service's database, page by page, and compared there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from events import Recorded
from events.paging import read_page
from events.parking import list_parked
from events.projection import stem
from events.topic import partition_for, partitions_of
from faults.checkers.looking import PAGE, Found, connected, head_of, services_of
from faults.world import Finding, World
from servicekit import Service

_MISSING = """
    SELECT w.key, w.source, w.position FROM wanted w
    WHERE NOT EXISTS (SELECT FROM log.command k WHERE k.key = w.key) ORDER BY w.source, w.position LIMIT 1000"""
_SURPLUS = """
    SELECT k.key, k.stream, k.version FROM log.command k
    WHERE k.key ~ '^[0-9a-f-]{36}/' AND NOT EXISTS (SELECT FROM wanted w WHERE w.key = k.key) ORDER BY k.key
    LIMIT 1000"""
_NOT_ONCE = """
    SELECT e.stream, e.version, e.name, f.fact, count(k.key) AS commands
    FROM (SELECT DISTINCT fact FROM wanted) f JOIN log.event e ON e.metadata ->> 'causation' = f.fact
    LEFT JOIN wanted w ON w.fact = f.fact
    LEFT JOIN log.command k
         ON k.key = w.key AND k.stream = e.stream AND e.version > k.version - k.size AND e.version <= k.version
    GROUP BY e.stream, e.version, e.name, f.fact HAVING count(k.key) <> 1 ORDER BY e.stream, e.version
    LIMIT 1000"""


async def each_effect_once(world: World) -> Finding:
    """5: what a service did by itself is what its sources' logs lead to, each once."""
    found, commands, parked = Found(), 0, 0
    for service in services_of(world):
        async with wanted(world, service) as database:
            commands += await database.fetchval("SELECT count(*) FROM wanted")
            parked += await database.fetchval("SELECT count(*) FROM feed.parked")
            for key, source, position in await database.fetch(_MISSING):
                found.add(f"{service.name}: {key} is missing, due to {source} {position}")
            for key, stream, version in await database.fetch(_SURPLUS):
                found.add(f"{service.name}: {key} led to {stream}@{version}, and no fact leads to it")
            for row in await database.fetch(_NOT_ONCE):
                effect = f"{row['stream']}@{row['version']} {row['name']}"
                found.add(
                    f"{service.name}: {effect}, due to {row['fact']}, is the effect of {row['commands']} commands"
                )
    return found.finding(f"{commands:,} commands of reactions, {parked} events parked", anything=commands > 0)


@asynccontextmanager
async def wanted(
    world: World, service: Service
) -> AsyncIterator[Any]:  # an asyncpg connection, which has no types
    """The service's database, as its owner, with a table `wanted` of all its reactions' commands.

    What is parked is not wanted yet. `partition` is the one of the fact on its topic.
    """
    async with connected(world.databases[service.name].owner_url) as database:
        await database.execute(
            "CREATE TEMP TABLE wanted (key text, fact text, source text, partition int, position bigint)"
        )
        parked = await _parked(database, f"{service.name}.reactions")
        sources = [source for source in service.sources if source in world.databases]
        partitions = await partitions_of(world.kafka, sources) if sources else {}
        for source in sources:
            async with connected(world.databases[source].service_url) as log:
                await _fill(database, service, source, log, len(partitions[source]), parked)
        await database.execute("CREATE INDEX ON wanted (key)")
        await database.execute("CREATE INDEX ON wanted (fact)")
        await database.execute("ANALYZE wanted")
        yield database


async def _fill(
    database: Any, service: Service, source: str, log: Any, partitions: int, parked: frozenset[str]
) -> None:
    stems = {stem(name) for name in service.reactions.names}
    after, head = 0, await head_of(log)
    while after < head:
        facts = await read_page(log, after, min(PAGE, head - after))
        if not facts:
            return  # what the log itself lacks is not for this checker to tell
        rows = [
            (key, str(fact.id), source, partition_for(fact.key.encode(), partitions), fact.position)
            for fact in facts
            if stem(fact.name) in stems and str(fact.id) not in parked
            for key in commands_of(service, fact)
        ]
        await database.copy_records_to_table("wanted", records=rows)
        after = facts[-1].position


def commands_of(service: Service, fact: Recorded[Any]) -> Iterator[str]:
    """The idempotency keys of all commands that the service's reactions give because of a fact."""
    for function in service.reactions.of(fact.event):
        answer = function(fact)
        sends = answer if isinstance(answer, list | tuple) else [answer] * (answer is not None)
        yield from (f"{fact.id}/{function.__name__}/{number}" for number, _ in enumerate(sends))


async def _parked(database: Any, consumer: str) -> frozenset[str]:
    waiting = await list_parked(database, consumer=consumer, limit=100_000)
    return frozenset(str(one.fact.id) for one in waiting if isinstance(one.fact, Recorded))
