"""Bugs on the way into the log, and from there to the topic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from events import CommandHandler, Recorded
from events import publisher as publisher_module
from events import relay as relay_module
from events.appending import Appended, Idempotency
from events.checkpoint import Connection
from events.log import Log
from events.paging import read_page
from events.publisher import NotPublished, Publish, publisher
from events.relay import Relay
from events.topic import partition_for
from simulation import system
from simulation.clients import Producer
from simulation.planting import plant


@plant(1)
def the_handler_forgets_idempotency_keys() -> Any:
    handle = CommandHandler.handle

    async def forgetful(self: CommandHandler, *command: Any, idempotency: Idempotency, **more: Any) -> Any:
        fresh = replace(idempotency, key=f"{idempotency.key}/{uuid4()}")
        return await handle(self, *command, idempotency=fresh, **more)

    return patch.object(CommandHandler, "handle", forgetful)


@plant(1, 3)
def an_append_is_acknowledged_before_it_is_committed() -> Any:
    append_all = Log._append_all

    async def hasty(self: Any, appends: Any, writer: Any) -> Any:
        coming = asyncio.create_task(append_all(self, appends, writer))
        await asyncio.wait([coming], timeout=1)
        if coming.done():
            return coming.result()
        return [Appended(one.stream, one.tip.version + len(one.rows), len(one.rows), 0) for one in appends]

    return patch.object(Log, "_append_all", hasty)


@plant(2)
def the_relay_publishes_what_was_not_committed() -> Any:
    async def eager(connection: Connection, after: int, limit: int) -> list[Recorded[Any]]:
        facts = await read_page(connection, after, limit)
        if not facts:
            return facts
        last = facts[-1]
        return [
            *facts,
            Recorded.of(last.event, stream=last.stream, version=last.version, position=last.position),
        ]

    return patch.object(relay_module, "read_page", eager)


@plant(3, 8)
def the_relay_stores_its_checkpoint_before_it_publishes() -> Any:
    look = Relay._look

    async def hasty(self: Relay, connection: Connection, published: int, *following: Any) -> None:
        await look(self, connection, published, *following)
        if self.status.head > published:
            await self._store(connection, min(self.status.head, published + self._page))

    return patch.object(Relay, "_look", hasty)


@plant(3, 4, 8)
def the_relay_goes_on_after_a_failed_batch() -> Any:
    @asynccontextmanager
    async def shrugging(*where: Any) -> AsyncIterator[Publish]:
        async with publisher(*where) as publish:

            async def attempt(facts: Sequence[Recorded[Any]]) -> None:
                try:
                    await publish(facts)
                except NotPublished:
                    return

            yield attempt

    return patch.object(relay_module, "publisher", shrugging)


@plant(4)
def the_publisher_has_several_batches_of_a_partition_under_way() -> Any:
    class Pipelined:
        """Sends a partition's batches without waiting for the one before."""

        def __init__(self, producer: Any) -> None:
            self._producer = producer

        def __getattr__(self, name: str) -> Any:
            return getattr(self._producer, name)

        async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Any:
            half = len(batch.records) // 2
            if not half:
                return await self._producer.send_batch(batch, topic, partition=partition)
            parts = []
            for records in (batch.records[:half], batch.records[half:]):
                part = self._producer.create_batch()
                part.records = records
                parts.append(await self._producer.send_batch(part, topic, partition=partition))
            return asyncio.gather(*parts)

    return patch.object(system, "Producer", lambda broker: Pipelined(Producer(broker)))


@plant(4)
def one_order_s_events_go_to_several_partitions() -> Any:
    def anywhere(key: bytes, partitions: int) -> int:
        return (partition_for(key, partitions) + int(asyncio.get_running_loop().time()) // 5) % partitions

    return patch.object(publisher_module, "partition_for", anywhere)


@plant(7)
def a_standby_does_not_look_whether_it_leads() -> Any:
    async def always(*_: Any) -> bool:
        return True

    return patch("events.leadership.try_lock", always)


@plant(3, 11)
def the_relay_waits_for_its_own_process_s_appends_only() -> Any:
    async def for_ever(change: asyncio.Event, _: float) -> None:
        await change.wait()

    return patch.object(relay_module, "until", for_ever)
