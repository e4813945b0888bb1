"""Running a service's reactions over a feed: each fact's commands take effect once.

The key of a command derives from the fact's id and the reaction's name, so a fact that is
delivered again changes nothing. Orders are handled side by side, each one's facts in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from events.appending import Conflict, Idempotency
from events.checkpoint import Connection, Marks, hold
from events.connections import OUTAGES, Unavailable
from events.feed import Batch, Delivery, Feed, Garbled, Partition
from events.gather import Overloaded
from events.handler import CommandHandler
from events.parking import EARLIER, Failed, describe, in_short, park_all, parked_among, tell
from events.projection import stem
from events.reaction import Reactions, Send
from events.recorded import Actor, Context, Recorded
from events.tracing import Place, processing, traceparent_now

logger = structlog.get_logger(__name__)
AGAIN = (*OUTAGES, Unavailable, Overloaded, Conflict)
"""What passes by itself; anything else is a bug, and its fact is parked."""

PATIENCE = 30.0
"""Seconds; well under the time after which Kafka gives a silent member's partitions away."""


class Reactor:
    """Gives a service's reactions the facts of its sources, for ever."""

    def __init__(
        self,
        service: str,
        reactions: Reactions,
        handler: CommandHandler,
        pool: Connection,
        feed: Feed,
        clock: Callable[[], datetime],
        *,
        at_once: int = 32,
    ) -> None:
        self.consumer = f"{service}.reactions"
        self._actor = Actor(service, frozenset({"system"}))
        self._reactions = reactions
        self._stems = frozenset(stem(name) for name in reactions.names)
        self._handler = handler
        self._pool = pool
        self._feed = feed
        self._clock = clock
        self._marks = Marks(self.consumer, pool)
        self._turns = asyncio.Semaphore(at_once)
        self.behind: dict[str, int] = {}
        """Events still to come, by source and partition."""

    async def run(self) -> None:
        """Follow the feed. Raises on an outage; run it again after a pause."""
        async with self._feed.batches(self.consumer, self._marks.load) as batches:
            async for some in batches:
                while not await self._handled(some):
                    logger.info(
                        "parked events were replayed meanwhile, looking again", consumer=self.consumer
                    )

    async def replay(self, _: Connection, fact: Recorded[Any]) -> None:
        """React to one parked fact; raises what it raises."""
        await self._react(fact, None)

    async def _handled(self, batches: Sequence[Batch]) -> bool:
        lines: dict[str, list[tuple[Partition, Delivery]]] = {}
        for batch in batches:
            for delivery in filter(self._concerns, self._marks.fresh(batch)):
                lines.setdefault(delivery.fact.key, []).append((batch.partition, delivery))
        waiting = await parked_among(self._pool, self.consumer, lines.keys()) if lines else frozenset()
        failed = [Failed(*one, EARLIER) for key in waiting for one in lines.pop(key)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._in_order(line)) for line in lines.values()]
        for task in tasks:
            failed += task.result()
        if failed:
            async with self._pool.acquire() as connection, connection.transaction():
                await hold(connection, self.consumer)
                if waiting and await parked_among(connection, self.consumer, waiting) != waiting:
                    return False
                await park_all(connection, self.consumer, failed)
                marks = await self._marks.store(connection, batches)
        else:
            marks = await self._marks.store(self._pool, batches)
        self._marks.moved(marks)
        for batch in batches:
            place = f"{batch.partition.source}/{batch.partition.number}"
            self.behind[place] = batch.end_offset - batch.next_offset
        tell(self.consumer, failed)
        return True

    def _concerns(self, delivery: Delivery) -> bool:
        return isinstance(delivery.fact, Garbled) or stem(delivery.fact.name) in self._stems

    async def _in_order(self, line: Sequence[tuple[Partition, Delivery]]) -> Sequence[Failed]:
        """React to one key's facts; the first that fails and all later ones come back."""
        async with self._turns:
            for number, (partition, delivery) in enumerate(line):
                if isinstance(delivery.fact, Garbled):
                    reason = delivery.fact.reason
                else:
                    try:
                        await self._patiently(delivery.fact, Place(partition, delivery.offset))
                        continue
                    except AGAIN:
                        raise
                    except Exception as error:
                        logger.exception("reaction failed", fact=repr(delivery.fact))
                        reason = describe(error)
                rest = [Failed(*later, EARLIER) for later in line[number + 1 :]]
                return [Failed(partition, delivery, reason), *rest]
            return []

    async def _patiently(self, fact: Recorded[Any], place: Place) -> None:
        """React, again while the outage lasts; after `PATIENCE` seconds the whole batch is given back."""
        pause = 0.05
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                return await self._react(fact, place)
            except AGAIN as error:
                if asyncio.get_running_loop().time() + pause > until:
                    raise
                logger.warning(
                    "reaction waits", fact=repr(fact), error=in_short(describe(error)), seconds=pause
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _react(self, fact: Recorded[Any], place: Place | None) -> None:
        with processing(fact, self.consumer, place):
            for function in self._reactions.of(fact.event):
                for number, send in enumerate(_sends(function(fact))):
                    await self._handler.handle(
                        send.decider,
                        send.id,
                        send.command,
                        Context(
                            by=self._actor, at=self._clock(), correlation=fact.correlation, causation=str(fact.id),
                            traceparent=traceparent_now() or fact.traceparent,
                        ),
                        idempotency=Idempotency(f"{fact.id}/{function.__name__}/{number}", fact.id.bytes),
                    )  # fmt: skip


def _sends(answer: Send | Sequence[Send] | None) -> Sequence[Send]:
    if answer is None:
        return ()
    return (answer,) if isinstance(answer, Send) else answer
