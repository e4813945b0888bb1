"""aiokafka's clients as the library uses them, with the simulated broker behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError

from events import envelope as encoded
from simulation.broker import Broker, Group, Record
from simulation.loop import here

BATCH = 3
"""Records that fit a batch: few, so that a page takes several."""


class Builder:
    """What `create_batch` gives."""

    def __init__(self) -> None:
        self.records: list[encoded.Record] = []

    def append(self, *, timestamp: int, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> bool:
        if len(self.records) == BATCH:
            return False
        self.records.append(encoded.Record(key, value, headers, timestamp))
        return True

    def record_count(self) -> int:
        return len(self.records)

    def size(self) -> int:
        return sum(len(record.value) for record in self.records)


class Producer:
    """`AIOKafkaProducer`."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._sender = SimpleNamespace(sender_task=None)  # what the publisher's end looks at

    async def start(self) -> None:
        await _round_trip(self._broker)

    async def stop(self) -> None:
        here()

    def create_batch(self) -> Builder:
        return Builder()

    async def send_batch(self, batch: Builder, topic: str, *, partition: int) -> asyncio.Future[None]:
        return self._broker.send(here().name, TopicPartition(topic, partition), batch.records)


class Admin:
    """`AIOKafkaAdminClient`."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def start(self) -> None:
        await _round_trip(self._broker)

    async def close(self) -> None:
        here()

    async def describe_topics(self, topics: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        known = self._broker.topics
        return [{"topic": t, "partitions": [{"partition": n} for n in range(len(known[t]))]} for t in topics]


class Consumer:
    """`AIOKafkaConsumer`."""

    def __init__(self, broker: Broker, group_id: str | None, max_poll_records: int) -> None:
        self.process = here()
        self._broker = broker
        self._most = max_poll_records
        self._group: Group | None = None
        if group_id is not None:
            self._group = broker.groups.setdefault(group_id, Group(broker, group_id))
        self._positions: dict[TopicPartition, int] = {}
        self._told = asyncio.Event()
        self._coordination: asyncio.Task[None] | None = None
        self._coordinator = self._fetcher = None
        self._client = self  # what is closed when it cannot be stopped

    async def start(self) -> None:
        await _round_trip(self._broker)

    def subscribe(self, topics: Collection[str], listener: ConsumerRebalanceListener) -> None:
        known = self._broker.topics
        places = [TopicPartition(topic, n) for topic in topics for n in range(len(known[topic]))]
        self._coordination = asyncio.create_task(self._coordinate(places, listener))

    async def stop(self) -> None:
        await self.close()
        if self._group is not None and not self._broker.away:
            self._group.leave(self)

    async def close(self) -> None:
        here()
        if self._coordination is not None:
            self._coordination.cancel()
            await asyncio.wait([self._coordination])

    def rejoin(self) -> None:
        """Told by the group."""
        self._broker.chance.loop.server(self._broker.chance.delay(), self._told.set)

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(self._positions)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self._ours(place)
        self._positions[place] = offset

    def highwater(self, place: TopicPartition) -> int:
        return len(self._broker.at(place))

    async def position(self, place: TopicPartition) -> int:
        return self._ours(place)

    async def end_offsets(self, places: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        await _round_trip(self._broker)
        return {place: len(self._broker.at(place)) for place in places}

    async def beginning_offsets(self, places: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        await _round_trip(self._broker)
        return dict.fromkeys(places, 0)

    def assign(self, places: Collection[TopicPartition]) -> None:
        self._positions = dict.fromkeys(places, 0)

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        await _round_trip(self._broker)
        assert self._group is not None
        self._group.committed.update(offsets)

    async def getmany(
        self, *places: TopicPartition, timeout_ms: int
    ) -> Mapping[TopicPartition, Sequence[Record]]:
        here()
        arrival = self._broker.arrival()
        if not self._ready(places):
            await asyncio.wait([arrival], timeout=timeout_ms / 1000)
        await asyncio.sleep(self._broker.chance.delay())
        here()
        polled = {} if self._broker.away else self._ready(places)
        for place, records in polled.items():
            self._positions[place] = records[-1].offset + 1
            self._broker.chance.note(self.process.name, f"{place.topic}/{place.partition}", "polled")
        return polled

    def _ours(self, place: TopicPartition) -> int:
        if place not in self._positions:
            raise IllegalStateError(f"{place} is not assigned to this client")
        return self._positions[place]

    def _ready(self, places: Collection[TopicPartition]) -> dict[TopicPartition, Sequence[Record]]:
        most = self._broker.chance.random.randint(1, self._most)
        wanted = {place: at for place, at in self._positions.items() if not places or place in places}
        ready = {place: self._broker.at(place)[at : at + most] for place, at in wanted.items()}
        return {place: records for place, records in ready.items() if records}

    async def _coordinate(
        self, places: Sequence[TopicPartition], listener: ConsumerRebalanceListener
    ) -> None:
        assert self._group is not None
        while True:
            await listener.on_partitions_revoked(self.assignment())
            share = await self._join(places)
            self._positions = {place: self._group.committed.get(place, 0) for place in share}
            listener.on_partitions_assigned(frozenset(share))
            await self._told.wait()

    async def _join(self, places: Sequence[TopicPartition]) -> Sequence[TopicPartition]:
        assert self._group is not None
        while self._broker.away:
            await asyncio.sleep(0.25)
        await asyncio.sleep(self._broker.chance.delay())
        here()
        self._told.clear()
        answer: asyncio.Future[Sequence[TopicPartition]] = asyncio.get_running_loop().create_future()

        def give(_: int, share: Sequence[TopicPartition]) -> None:
            if not answer.done():
                answer.set_result(share)

        self._group.join(self, places, give)
        return await answer


async def _round_trip(broker: Broker) -> None:
    here()
    await asyncio.sleep(broker.chance.delay())
    here()
    broker.reach()
