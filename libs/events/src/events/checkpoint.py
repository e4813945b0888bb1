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

    async def store(self, connection: Connection, batches: Sequence[Batch]) -> Mapping[Partition, Mark]:
        """Move on past these batches in the transaction of `connection`.

        Raises `Fenced` when another member moved on in one of the partitions. Without a transaction
        the others are moved on all the same.
        """
        batches = sorted(batches, key=lambda batch: batch.partition)  # all members lock in one order
        old = [self._marks[batch.partition] for batch in batches]
        new = {batch.partition: self._after(batch) for batch in batches}
        moved = await connection.fetch(
            _STORE, self._consumer, [place.source for place in new], [place.number for place in new],
            [mark.offset for mark in new.values()], [mark.position for mark in new.values()],
            [mark.offset for mark in old], [mark.position for mark in old],
        )  # fmt: skip
        if len(moved) < len(new):
            sources = ", ".join(sorted({place.source for place in new}))
            raise Fenced(f"{self._consumer} was moved on in {sources} by another member")
        return new

    def moved(self, marks: Mapping[Partition, Mark]) -> None:
        """The transaction that stored `marks` was committed."""
        self._marks.update(marks)

    def _after(self, batch: Batch) -> Mark:
        seen = [d.fact.position for d in batch.deliveries if hasattr(d.fact, "position")]
        return Mark(batch.next_offset, max([self._marks[batch.partition].position, *seen]))


_STORE = """
    INSERT INTO feed.checkpoint AS c (consumer, source, partition, next_offset, position)
    SELECT $1, new.* FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) new
    ON CONFLICT (consumer, source, partition)
    DO UPDATE SET next_offset = excluded.next_offset, position = excluded.position, updated_at = now()
    WHERE (c.source, c.partition, c.next_offset, c.position)
          IN (SELECT * FROM unnest($2::text[], $3::int[], $6::bigint[], $7::bigint[]))
    RETURNING true"""


async def hold(connection: Connection, consumer: str) -> None:
    """Be the only one that moves this consumer on or replaces its table, until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", consumer)
