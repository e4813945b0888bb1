"""Publishing to one topic, in order, until the first failure.

A publisher is never used again after an error, and its producer is ended rather than
flushed: a batch that it still held would otherwise arrive after what its successor sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain, zip_longest
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from events.envelope import encode
from events.recorded import Recorded
from events.topic import SETTINGS, Security, partition_for, partitions_of

BATCH = 256 * 1024
"""Bytes of a batch; one larger event makes a batch of its own, up to the topic's max.message.bytes."""
AT_ONCE = 500
"""Events that are sent before the next are made up."""
IN_A_ROW = 50
"""Events made up without a break: about half a millisecond."""
PATIENCE = 20.0
"""Seconds until a batch that was not acknowledged counts as failed. An idempotent producer
itself never gives up, and can wedge."""

Publish = Callable[[Sequence[Recorded[Any]]], Awaitable[None]]


class NotPublished(Exception):
    """Events were not acknowledged; some may be on the topic all the same."""


@asynccontextmanager
async def publisher(bootstrap: str, topic: str, security: Security) -> AsyncIterator[Publish]:
    """A function that publishes events and returns when all replicas in sync have them.

    It raises `NotPublished`; this context raises `TopicMissing` and what aiokafka raises
    when there is no broker.
    """
    partitions = len((await partitions_of(bootstrap, [topic], security=security))[topic])
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=BATCH,
        request_timeout_ms=10_000, retry_backoff_ms=250, **security,
    )  # fmt: skip

    async def publish(facts: Sequence[Recorded[Any]]) -> None:
        under_way: asyncio.Task[None] | None = None
        try:
            for start in range(0, len(facts), AT_ONCE):
                # Made up while those before are on their way.
                queues = await _batches(producer, topic, partitions, facts[start : start + AT_ONCE])
                if under_way is not None:
                    await under_way
                under_way = asyncio.create_task(send(queues))
            if under_way is not None:
                await under_way
        finally:
            if under_way is not None:
                under_way.cancel()
                await asyncio.gather(under_way, return_exceptions=True)

    async def send(queues: Mapping[int, Sequence[Any]]) -> None:
        # One batch of a partition at a time: were the first refused, the second must not be under way.
        for turn in zip_longest(*queues.values()):
            sent = {partition: batch for partition, batch in zip(queues, turn, strict=True) if batch}
            try:
                async with asyncio.timeout(PATIENCE):
                    await asyncio.gather(
                        *[await producer.send_batch(batch, topic, partition=n) for n, batch in sent.items()]
                    )
            except (KafkaError, TimeoutError) as error:
                sizes = [f"{batch.record_count()} events in {batch.size()} bytes" for batch in sent.values()]
                raise NotPublished(f"{_reason(error, topic)} ({', '.join(sizes)})") from error

    try:
        async with asyncio.timeout(PATIENCE):
            await producer.start()
        yield publish
    finally:
        await _end(producer)


async def _batches(
    producer: AIOKafkaProducer, topic: str, partitions: int, facts: Sequence[Recorded[Any]]
) -> Mapping[int, Sequence[Any]]:  # Any: aiokafka's batch builders, which have no types
    """The events in batches by partition, each partition's in order."""
    queues: dict[int, list[Any]] = {}
    for number, fact in enumerate(facts, 1):
        if number % IN_A_ROW == 0:
            await asyncio.sleep(0)  # others' turn
        key, value, headers, timestamp = encode(fact, topic)
        queue = queues.setdefault(partition_for(key, partitions), [])
        if not queue or not queue[-1].append(timestamp=timestamp, key=key, value=value, headers=headers):
            queue.append(producer.create_batch())
            queue[-1].append(timestamp=timestamp, key=key, value=value, headers=headers)
    return queues


def _reason(error: Exception, topic: str) -> str:
    match error:
        case MessageSizeTooLargeError() | RecordListTooLargeError():
            return f"an event is too large for topic {topic!r}: set its max.message.bytes to 1048588 or more"
        case InvalidTimestampError():
            name = "message.timestamp.after.max.ms"
            return f"an event's time is not to the liking of topic {topic!r}: set its {name}={SETTINGS[name]}"
        case TimeoutError():
            return f"no acknowledgement from topic {topic!r} in {PATIENCE:g} s"
        case _:
            return f"topic {topic!r} did not take events: {error!r}"


async def _end(producer: AIOKafkaProducer) -> None:
    """Stop a producer without what it would do first: send what it holds, however long that takes."""
    # aiokafka has no public way to do this: stop() flushes, and an idempotent producer retries for ever.
    sender = producer._sender.sender_task
    if sender is not None:
        for patience in (1.0, 5.0):  # first let a request under way come to its end, then not
            sender.cancel()
            await asyncio.wait([sender], timeout=patience)
            if sender.done():
                break
        held = producer._message_accumulator
        for batch in [*held._pending_batches, *chain.from_iterable(held._batches.values())]:
            batch.future.cancel()  # nobody waits for it any more but stop()
    await producer.stop()
