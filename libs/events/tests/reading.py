"""A consumer for the tests of the feeds: it remembers what it saw and how far it got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psutil

from events import Recorded
from events.feed import Batch, Delivery, Feed, Garbled, Partition

PARTS = (
    "position", "stream", "version", "name", "data", "key", "id", "time", "actor", "correlation", "causation",
    "traceparent", "hash",
)  # fmt: skip
"""All that an event as recorded consists of."""


class Group:
    """A consumer group. Its checkpoints move together with what it saw, as in one transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.checkpoints: dict[Partition, int] = {}
        self.seen: list[tuple[Partition, Delivery]] = []
        self.outages: list[Exception] = []
        self.readers: dict[Partition, str] = {}
        """Which member has a batch of the partition in hand."""

    async def load(self, partitions: Collection[Partition]) -> Mapping[Partition, int]:
        return {p: self.checkpoints[p] for p in partitions if p in self.checkpoints}

    async def read(self, feed: Feed, *, batches: int | None = None, member: str = "one") -> None:
        """Follow the feed until it raises, or so many times."""
        async with feed.batches(self.name, self.load) as stream:
            async for some in stream:
                places = [batch.partition for batch in some]
                assert len(set(places)) == len(places) > 0
                for batch in some:
                    self._take(batch)
                    assert self.readers.setdefault(batch.partition, member) == member, (
                        "two read one partition"
                    )
                try:
                    await asyncio.sleep(0.005)  # as an effect would take a moment
                finally:
                    for place in places:
                        del self.readers[place]
                if batches is not None and (batches := batches - 1) <= 0:
                    return

    async def follow(self, feed: Feed, *, member: str = "one") -> None:
        """Follow the feed for ever, opening it again after an outage."""
        while True:
            try:
                await self.read(feed, member=member)
            except Exception as error:  # noqa: BLE001  # kept for the test to look at
                self.outages.append(error)
                await asyncio.sleep(0.1)

    def _take(self, batch: Batch) -> None:
        offsets = [delivery.offset for delivery in batch.deliveries]
        assert offsets == sorted(set(offsets))
        assert offsets[-1] <= batch.next_offset <= batch.end_offset
        if batch.next_offset > self.checkpoints.get(batch.partition, 0):
            self.seen += [(batch.partition, delivery) for delivery in batch.deliveries]
            self.checkpoints[batch.partition] = batch.next_offset

    @property
    def facts(self) -> list[Recorded[Any]]:
        """What it saw for the first time, in the order it saw it."""
        facts = [d.fact for _, d in self.seen if isinstance(d.fact, Recorded)]
        return list({fact.position: fact for fact in reversed(facts)}.values())[::-1]

    @property
    def garbled(self) -> list[Garbled]:
        return [d.fact for _, d in self.seen if isinstance(d.fact, Garbled)]

    def in_order(self) -> None:
        """Each partition's positions only rise, and each stream's versions are 1, 2, 3... in one partition."""
        home: dict[str, Partition] = {}
        versions: dict[str, int] = {}
        highest: dict[Partition, int] = {}
        for partition, delivery in self.seen:
            fact = delivery.fact
            if isinstance(fact, Garbled) or fact.position <= highest.get(partition, 0):
                continue  # no event, or a repetition: a consumer drops it
            highest[partition] = fact.position
            assert home.setdefault(fact.stream, partition) == partition
            assert fact.version == versions.get(fact.stream, 0) + 1, f"{fact} came too early"
            versions[fact.stream] = fact.version

    async def caught_up(self, feed: Feed) -> None:
        """Until everything that is there now was seen."""
        ends = await feed.ends()
        async with asyncio.timeout(60):
            while any(self.checkpoints.get(partition, 0) < end for partition, end in ends.items()):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def running(*work: Any) -> AsyncIterator[Sequence[asyncio.Task[Any]]]:  # Any: coroutines of any result
    """Do it beside the block; what fails fails the block."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
        for task in tasks:
            if task.done() and not (task.cancelled() and task.cancelling()):
                task.result()  # also when it ended as cancelled, but nobody had asked for that
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def broker_process(bootstrap: str) -> psutil.Process:
    """The process that listens there."""
    port = int(bootstrap.rpartition(":")[2])
    listening = [
        c for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr and c.laddr.port == port
    ]
    return psutil.Process(listening[0].pid)
