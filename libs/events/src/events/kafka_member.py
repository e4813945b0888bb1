"""One member of a Kafka consumer group, from assignment to assignment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from events.envelope import decode
from events.feed import Batch, Checkpoints, Delivery, Partition
from events.tracing import committing, poll_span

logger = structlog.get_logger(__name__)
DRAIN = 5.0
"""Seconds that a rebalance waits for the batch that is being handled."""
JOIN = 30.0
"""Seconds to wait for a share. A group waits 10 s for a member that died, and one that gives up
waiting leaves another such member behind."""
COMMIT_EVERY = 1.0
"""Seconds between commits of offsets."""
LOOK_EVERY = 3.0
"""Seconds without a record after which a member asks whether there really is none."""
POLL = 1000
"""Milliseconds that one poll waits for records."""


class Stuck(Exception):
    """There is more to read and nothing comes, or the group gives no answer. Open the feed again."""


class Member(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Reads what the group assigns to this client, from the stored checkpoints on."""

    def __init__(
        self, client: AIOKafkaConsumer, id: str, consumer: str, checkpoints: Checkpoints, stuck: float
    ) -> None:
        self._client = client
        self._consumer = consumer
        self._id = id
        self._checkpoints = checkpoints
        self._stuck = stuck
        self._generation = 0
        """Counts assignments; what was read under an earlier one belongs to somebody else now."""
        self._assigned = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._handled: dict[TopicPartition, int] = {}

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Called by aiokafka before the group shares out anew."""
        self._generation += 1
        self._assigned = False
        self._handled.clear()
        try:
            async with asyncio.timeout(DRAIN):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("partitions were taken away while a batch was handled", partitions=len(revoked))

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Called by aiokafka when this member has its share."""
        self._assigned = True

    async def follow(self) -> AsyncGenerator[Sequence[Batch], None]:
        """What is there, for ever. Raises `Stuck` and what aiokafka raises."""
        clock = asyncio.get_running_loop().time
        generation = 0
        moved = looked = committed = clock()
        while True:
            started = time.time()
            try:
                # Also the way to wait for partitions: it raises when the group cannot be joined.
                async with asyncio.timeout(JOIN):
                    polled = await self._client.getmany(timeout_ms=POLL)
            except TimeoutError as error:
                raise Stuck(f"the group gave no partitions in {JOIN:g} s") from error
            if generation != self._generation:
                if self._assigned:
                    generation = await self._seek()
                    moved = clock()
                continue  # what was polled is from where Kafka thinks we are, or somebody else's by now
            if polled:
                batches = [self._batch(place, records) for place, records in polled.items()]
                for batch in batches:
                    poll_span(batch, self._consumer, self._id, started)
                self._idle.clear()
                try:
                    yield batches
                finally:
                    self._idle.set()
                if generation == self._generation:
                    self._handled |= {place: records[-1].offset + 1 for place, records in polled.items()}
                moved = clock()
            if clock() - committed >= COMMIT_EVERY:
                await self._commit(generation)
                committed = clock()
            if not polled and clock() - looked >= LOOK_EVERY:
                if not await self._behind():
                    moved = clock()
                elif clock() - moved >= self._stuck:
                    raise Stuck(f"there is more to read, but nothing came for {self._stuck:g} s")
                looked = clock()

    async def _seek(self) -> int:
        """Go to the stored checkpoints; the generation that this holds for, 0 when it is over already."""
        # Not in the listener: aiokafka swallows what that raises, and goes on from its own offsets.
        generation, places = self._generation, self._client.assignment()
        offsets = await self._checkpoints([Partition(place.topic, place.partition) for place in places])
        if generation != self._generation:
            return 0
        for place in places:
            self._client.seek(place, offsets.get(Partition(place.topic, place.partition), 0))
        return generation

    def _batch(self, place: TopicPartition, records: Sequence[Any]) -> Batch:  # Any: aiokafka's records
        source, number = place
        deliveries = [
            Delivery(r.offset, decode(source, f"{source}/{number}/{r.offset}", r.key, r.value, r.headers))
            for r in records
        ]
        following = records[-1].offset + 1
        end = max(following, self._client.highwater(place) or 0)
        return Batch(Partition(source, number), deliveries, following, end)

    async def _commit(self, generation: int) -> None:
        """Tell Kafka how far we got. Only dashboards look at that, so a failure is not one of ours."""
        offsets, self._handled = self._handled, {}
        if not offsets or generation != self._generation:
            return
        try:
            with committing({place.topic for place in offsets}, self._consumer, self._id):
                async with asyncio.timeout(DRAIN):
                    await self._client.commit(offsets)
        except (KafkaError, TimeoutError) as error:
            logger.warning("offsets were not committed; only lag dashboards notice", error=repr(error))

    async def _behind(self) -> bool:
        """Whether there is more to read. Raises `Stuck` when the broker does not say so."""
        try:
            async with asyncio.timeout(self._stuck):
                ends = await self._client.end_offsets(self._client.assignment())
        except TimeoutError as error:
            raise Stuck(f"the broker did not answer for {self._stuck:g} s") from error
        try:
            async with asyncio.timeout(COMMIT_EVERY):
                return any([await self._client.position(place) < end for place, end in ends.items()])
        except TimeoutError:
            return True  # a position is still being looked up
        except IllegalStateError:
            return False  # the group is sharing out anew
