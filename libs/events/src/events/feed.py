"""Feeds: how a consumer gets the events of a log, in batches, after its checkpoints.

Two feeds share this contract and one conformance suite: `LogFeed` reads a log straight from
PostgreSQL, `KafkaFeed` reads the topics that the relays fill. A consumer may see an event
twice, never out of order within a partition, and never a missing one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from events.recorded import Recorded

WHOLE_LOG = -1
"""The number of the one partition there is of a log read straight from PostgreSQL. No Kafka partition
has it, so a consumer that changes feeds starts from the beginning of the other, where what it did
before has no effect again, instead of taking one feed's checkpoint for the other's."""


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One ordered part of a source: a Kafka partition, or a whole log (number `WHOLE_LOG`)."""

    source: str
    """The service whose events these are, and the name of its topic."""
    number: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """Something on a topic that is no event: `reason` says why, `raw` is what was there."""

    key: str
    """The record's key, else its place (`review/0/17`)."""
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record of a partition. `offset` is its place there."""

    offset: int
    fact: Recorded[Any] | Garbled


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one partition."""

    partition: Partition
    deliveries: Sequence[Delivery]
    next_offset: int
    """Where to go on after this batch; this is what a checkpoint stores."""
    end_offset: int
    """Where the partition ended when this was read; `end_offset - next_offset` is the lag."""


Checkpoints = Callable[[Collection[Partition]], Awaitable[Mapping[Partition, int]]]
"""Given partitions, the offset to go on from in each; a partition that is absent starts at 0."""


class Feed(Protocol):
    """Where batches come from."""

    def batches(
        self, consumer: str, checkpoints: Checkpoints
    ) -> AbstractAsyncContextManager[AsyncIterator[Sequence[Batch]]]:
        """Follow for ever, as consumer group `consumer`, the partitions given to this member.

        What is there at a time comes together, at most one batch of each partition. The iterator
        asks `checkpoints` whenever partitions are newly assigned, and takes what it gave as
        stored once more is asked for. It raises on an outage; open it again
        after a pause. Only one member of a group gets a partition at a time, but a paused
        one may still hold an old batch: storing a checkpoint must compare the old one.
        """
        ...

    async def ends(self) -> Mapping[Partition, int]:
        """The current end offset of every partition; a reader that got there has seen all."""
        ...
