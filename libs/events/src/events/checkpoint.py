"""Checkpoints: how far a consumer got, stored in the same transaction as its effects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.feed import Batch, Delivery, Partition

Connection = Any  # an asyncpg connection, or a pool's stand-in for one; asyncpg has no types


class Fenced(Exception):
    """Another member of the group went on from this checkpoint; what this one did is rolled back."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`offset` is where to go on in the partition, `position` the highest log position seen there."""

    offset: int = 0
    position: int = 0


class Marks:
    """The checkpoints of one consumer, remembered between batches."""

    def __init__(self, consumer: str, pool: Connection) -> None:
        self._consumer = consumer
        self._pool = pool
        self._marks: dict[Partition, Mark] = {}

    async def load(self, partitions: Collection[Partition]) -> Mapping[Partition, int]:
        """Read the stored checkpoints anew; this is what a feed calls on assignment."""
        rows = await self._pool.fetch(
            "SELECT source, partition, next_offset, position FROM feed.checkpoint WHERE consumer = $1",
            self._consumer,
        )
        stored = {Partition(row["source"], row["partition"]): Mark(row[2], row[3]) for row in rows}
        self._marks.update({partition: stored.get(partition, Mark()) for partition in partitions})
        return {partition: self._marks[partition].offset for partition in partitions}

    def fresh(self, batch: Batch) -> Sequence[Delivery]:
        """What of a batch was not seen before: a relay that starts again repeats itself."""
        highest = self._marks[batch.partition].position
        fresh = []
        for delivery in batch.deliveries:
            position = getattr(delivery.fact, "position", None)
            if position is None:
                fresh.append(delivery)
            elif position > highest:
                highest = position
                fresh.append(delivery)
        return fresh

    async def store(self, connection: Connection, batch: Batch) -> Mark:
        """Move on past `batch` in the transaction of `connection`. Raises `Fenced`."""
        old = self._marks[batch.partition]
        seen = [d.fact.position for d in batch.deliveries if hasattr(d.fact, "position")]
        new = Mark(batch.next_offset, max([old.position, *seen]))
        moved = await connection.fetchval(
            """
            INSERT INTO feed.checkpoint AS c (consumer, source, partition, next_offset, position)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (consumer, source, partition)
            DO UPDATE SET next_offset = $4, position = $5, updated_at = now()
            WHERE c.next_offset = $6 AND c.position = $7
            RETURNING true""",
            self._consumer, batch.partition.source, batch.partition.number, new.offset, new.position,
            old.offset, old.position,
        )  # fmt: skip
        if not moved:
            raise Fenced(f"{self._consumer} was moved on in {batch.partition.source} by another member")
        return new

    def moved(self, partition: Partition, mark: Mark) -> None:
        """The transaction that stored `mark` was committed."""
        self._marks[partition] = mark


async def hold(connection: Connection, consumer: str) -> None:
    """Be the only one that moves this consumer on or replaces its table, until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", consumer)
