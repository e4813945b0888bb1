"""What is on the topics, against what is in the logs: nothing less, nothing more, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from events import Recorded
from events.envelope import decode
from events.paging import read_page
from events.topic import partitions_of
from launch import Running


@dataclass(frozen=True, slots=True)
class Published:
    """An event on a topic."""

    partition: int
    fact: Recorded[Any]  # of whatever event


def faults(running: Running) -> Sequence[str]:
    """How topics and logs differ, for all services."""
    return [fault for name in running.services for fault in asyncio.run(_faults(running, name))]


async def _faults(running: Running, name: str) -> Sequence[str]:
    assert running.kafka
    published = await _published(running.kafka, name)
    log = await _log(running.databases[name].service_url)
    first: dict[UUID, Published] = {}
    for one in published:
        first.setdefault(one.fact.id, one)
    found = [f"{name}: {log[id]} is not on the topic" for id in log.keys() - first.keys()]
    found += [f"{name}: {first[id].fact} was never committed" for id in first.keys() - log.keys()]
    found += [
        f"{name}: {one.fact} is not what was committed"
        for one in published
        if one.fact.id in log and _content(one.fact) != _content(log[one.fact.id])
    ]
    return [*found, *_out_of_order(name, list(first.values()))]


def _out_of_order(name: str, first: Sequence[Published]) -> Sequence[str]:
    """One order in one partition, each stream's versions 1, 2, 3... there."""
    found = []
    partitions: dict[str, int] = {}
    versions: dict[str, int] = {}
    for one in first:
        if partitions.setdefault(one.fact.key, one.partition) != one.partition:
            found.append(f"{name}: {one.fact.key} is in two partitions")
        wanted = versions.get(one.fact.stream, 0) + 1
        if one.fact.version != wanted:
            found.append(f"{name}: {one.fact} came where version {wanted} was due")
        versions[one.fact.stream] = one.fact.version
    return found


def _content(fact: Recorded[Any]) -> tuple[object, ...]:
    data = fact.data.decode() if isinstance(fact.data, bytes) else fact.data
    return fact.position, fact.stream, fact.version, fact.name, fact.key, data, fact.hash


async def _published(bootstrap: str, topic: str) -> Sequence[Published]:
    """Everything on a topic; each partition in its order."""
    numbers = (await partitions_of(bootstrap, [topic]))[topic]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in numbers]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
        found = []
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for partition, records in (await consumer.getmany(timeout_ms=1000)).items():
                for record in records:
                    fact = decode(topic, str(record.offset), record.key, record.value, record.headers)
                    assert isinstance(fact, Recorded), f"garbage on {topic}: {fact}"
                    found.append(Published(partition.partition, fact))
        return found
    finally:
        await consumer.stop()


async def _log(dsn: str) -> Mapping[UUID, Recorded[Any]]:
    connection = await asyncpg.connect(dsn)
    try:
        return {fact.id: fact for fact in await read_page(connection, after=0, limit=1_000_000)}
    finally:
        await connection.close()
