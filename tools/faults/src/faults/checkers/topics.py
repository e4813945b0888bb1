"""Topics against logs (2, 3, 4): nothing more, nothing less, each order's events in order.

A topic is read partition by partition and page by page, and each page is held against the rows of
the log that it names. What is kept is one bit for each event: whether it was seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from events import Recorded
from events.envelope import decode
from events.feed import Garbled
from events.paging import COLUMNS
from events.topic import partition_for, partitions_of
from faults.checkers.bits import Bits
from faults.checkers.looking import PAGE, SHOWN, Found, connected, head_of
from faults.world import Finding, World

PATIENCE = 20
"""Seconds that a broker may take for the next records."""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands at a place of a topic."""

    partition: int
    offset: int
    fact: Recorded[Any] | Garbled


@dataclass(slots=True)
class Comparison:
    """A service's topic, held against its log."""

    service: str
    events: int = 0
    """In the log when the comparison began."""
    records: int = 0
    """On the topic, repetitions too."""
    uncommitted: Found = field(default_factory=Found)
    unpublished: Found = field(default_factory=Found)
    disordered: Found = field(default_factory=Found)


async def never_uncommitted(world: World) -> Finding:
    """2: nothing is on a topic that is not in the log, with the same content."""
    found, compared = await _compared(world, lambda one: one.uncommitted)
    return _of_records(found, compared)


async def all_published(world: World) -> Finding:
    """3: all that is in a log is on its topic."""
    found, compared = await _compared(world, lambda one: one.unpublished)
    events = sum(one.events for one in compared)
    return found.finding(f"{events:,} events of {len(compared)} logs", anything=events > 0)


async def in_order(world: World) -> Finding:
    """4: an order's events come on the topic in one partition, first as versions 1 to n."""
    found, compared = await _compared(world, lambda one: one.disordered)
    return _of_records(found, compared)


def _of_records(found: Found, compared: Sequence[Comparison]) -> Finding:
    records = sum(one.records for one in compared)
    return found.finding(f"{records:,} records of {len(compared)} topics", anything=records > 0)


async def _compared(world: World, part: Callable[[Comparison], Found]) -> tuple[Found, Sequence[Comparison]]:
    """All services' comparisons, and what they found of one kind."""
    each = [compare(name, one.service_url, world.kafka) for name, one in world.databases.items()]
    compared = await asyncio.gather(*each)
    found = Found()
    for one in compared:
        found.join(part(one))
    return found, compared


async def compare(service: str, log_url: str, bootstrap: str) -> Comparison:
    """Hold a service's topic against its log."""
    result = Comparison(service)
    seen = Bits()
    async with connected(log_url) as log, aclosing(records_of(bootstrap, service)) as pages:
        result.events = await head_of(log)
        partitions = len((await partitions_of(bootstrap, [service]))[service])
        latest = [0] * partitions
        async for page in pages:
            result.records += len(page)
            rows = await _rows(log, page)
            for one in page:
                fact = _committed(one, rows, result)
                if fact is not None and not seen[fact.position]:
                    _first(fact, one.partition, rows[fact.position][1], seen, latest, result)
        for position in seen.missing(result.events):
            told = result.unpublished.count < SHOWN
            name = await _name(log, position) if told else str(position)
            result.unpublished.add(f"{service}: {name} is not on the topic")
    return result


async def records_of(bootstrap: str, topic: str) -> AsyncGenerator[Sequence[Record], None]:
    """All that is on a topic at this moment, one partition after the other, each in its order."""
    numbers = (await partitions_of(bootstrap, [topic]))[topic]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(topic, number) for number in numbers])
        for place, end in ends.items():
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            while await consumer.position(place) < end:
                async with asyncio.timeout(PATIENCE):
                    polled = await consumer.getmany(timeout_ms=PATIENCE * 1000, max_records=PAGE)
                yield [_record(topic, one) for records in polled.values() for one in records]
    finally:
        await consumer.stop()


def _record(topic: str, one: Any) -> Record:  # Any: aiokafka's record
    place = f"{topic}/{one.partition}/{one.offset}"
    return Record(one.partition, one.offset, decode(topic, place, one.key, one.value, one.headers))


_Rows = dict[int, tuple[Recorded[Any], int | None]]
"""By position: the event, and the position of its stream's version before it."""


async def _rows(log: Any, page: Sequence[Record]) -> _Rows:  # an asyncpg connection
    positions = [one.fact.position for one in page if isinstance(one.fact, Recorded)]
    columns = ", ".join(f"e.{column}" for column in COLUMNS.split(", "))
    rows = await log.fetch(
        f"""
        SELECT {columns}, p.position AS before FROM log.event e
        LEFT JOIN log.event p ON p.stream = e.stream AND p.version = e.version - 1
        WHERE e.position = ANY($1::bigint[])""",  # noqa: S608  # its own column names
        positions,
    )
    return {row["position"]: (Recorded.stored(tuple(row)[:-1]), row["before"]) for row in rows}


def _committed(one: Record, rows: _Rows, result: Comparison) -> Recorded[Any] | None:
    """The event, where the log has it; what else is wrong with the record is told."""
    fact, place = one.fact, f"{result.service}/{one.partition}/{one.offset}"
    if isinstance(fact, Garbled):
        result.uncommitted.add(f"{place} is no event: {fact.reason}")
        return None
    committed = rows.get(fact.position, (None, None))[0]
    if committed is None or committed.id != fact.id:
        result.uncommitted.add(f"{place}: {fact}, id {fact.id}, was never committed")
        return None
    if _content(committed) != _content(fact):
        result.uncommitted.add(f"{place}: {fact} is not what was committed")
    return committed


def _first(
    fact: Recorded[Any],
    partition: int,
    before: int | None,
    seen: Bits,
    latest: list[int],
    result: Comparison,
) -> None:
    """The first time that an event is met: is it where and when it has to be?"""
    text = f"{result.service}: {fact}"
    if (home := partition_for(fact.key.encode(), len(latest))) != partition:
        result.disordered.add(f"{text} is in partition {partition}, where {fact.key} belongs is {home}")
    elif before is not None and not seen[before]:
        result.disordered.add(f"{text} came before version {fact.version - 1}")
    elif fact.position < latest[partition]:
        later = latest[partition]
        result.disordered.add(f"{text} came first after position {later}: readers take it for a repetition")
    latest[partition] = max(latest[partition], fact.position)
    seen.add(fact.position)


def _content(fact: Recorded[Any]) -> tuple[object, ...]:
    data = fact.data.decode() if isinstance(fact.data, bytes) else fact.data
    return fact.stream, fact.version, fact.name, fact.key, data, fact.hash, fact.time, fact.context


async def _name(log: Any, position: int) -> str:  # an asyncpg connection
    row = await log.fetchrow(f"SELECT {COLUMNS} FROM log.event WHERE position = $1", position)  # noqa: S608  # as above
    return repr(Recorded.stored(row)) if row else f"position {position}, which the log lacks too,"
