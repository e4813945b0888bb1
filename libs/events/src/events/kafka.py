"""The Kafka feed: what production runs on. Reads the topics that the relays fill.

The stored checkpoints say where to go on; Kafka's committed offsets only follow, for lag
dashboards.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import structlog
from aiokafka import AIOKafkaConsumer

from events.feed import Batch, Checkpoints, Partition
from events.kafka_member import Member
from events.topic import Security, ends_of, partitions_of

logger = structlog.get_logger(__name__)
REQUEST_TIMEOUT = 15_000
"""Milliseconds; longer than a rebalance may take, which holds back the answer to a join."""
RETRY_EVERY = 250
"""Milliseconds; aiokafka logs several lines at each attempt to reach a broker that is away."""
METADATA = 5_000
"""Milliseconds between two looks at which partitions there are. Brokers that are starting may leave out a topic, and
whoever leads the group then shares out the others only; it does so anew when it sees that there are more."""
GOODBYE = 3.0
"""Seconds that leaving the group may take, and as many more by force: a process that ends has ten in all."""


class KafkaFeed:
    """Follows the topics of `sources` (services).

    At most `most` records come at a time. A member that is behind and gets nothing for `stuck`
    seconds raises `Stuck`: clients have been seen to hang after a broker came back. A shorter
    outage is ridden out, which is faster than joining the group anew.
    """

    def __init__(
        self,
        bootstrap: str,
        sources: Collection[str],
        *,
        security: Security | None = None,
        most: int = 500,
        stuck: float = 30.0,
    ) -> None:
        self._bootstrap = bootstrap
        self._sources = tuple(sources)
        self._security: Security = security or {}
        self._most = most
        self._stuck = stuck

    @asynccontextmanager
    async def batches(
        self, consumer: str, checkpoints: Checkpoints
    ) -> AsyncIterator[AsyncIterator[Sequence[Batch]]]:
        """See `Feed.batches`. Raises `TopicMissing`."""
        await partitions_of(self._bootstrap, self._sources, security=self._security)
        id = f"{consumer}-{uuid4().hex[:8]}"
        client = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, client_id=id, group_id=consumer, enable_auto_commit=False,
            auto_offset_reset="earliest", max_poll_records=self._most, fetch_max_bytes=16 * 1024 * 1024,
            request_timeout_ms=REQUEST_TIMEOUT, retry_backoff_ms=RETRY_EVERY, metadata_max_age_ms=METADATA,
            **self._security,
        )  # fmt: skip
        member = Member(client, id, consumer, checkpoints, self._stuck)
        try:
            await client.start()
            client.subscribe(self._sources, listener=member)
            async with aclosing(member.follow()) as batches:
                yield batches
        finally:
            await _end(client)

    async def ends(self) -> Mapping[Partition, int]:
        """See `Feed.ends`. Raises `TopicMissing`."""
        return await ends_of(self._bootstrap, self._sources, security=self._security)


async def _end(client: AIOKafkaConsumer) -> None:
    """Leave the group and stop; by force when that fails or the broker does not answer."""
    # In a task of its own: aiokafka's stop() can raise CancelledError that nobody asked for.
    stopping = asyncio.create_task(client.stop())
    await asyncio.wait([stopping], timeout=GOODBYE)
    if stopping.done() and not stopping.cancelled() and stopping.exception() is None:
        return
    # No public way: a client that is merely dropped goes on heartbeating and keeps its partitions.
    tasks = {stopping}
    if (coordinator := client._coordinator) is not None:
        tasks |= {
            coordinator._coordination_task,
            coordinator._heartbeat_task,
            coordinator._commit_refresh_task,
        }
    if (fetcher := client._fetcher) is not None:
        tasks |= {fetcher._fetch_task, *fetcher._pending_tasks}
    tasks.discard(None)
    for task in tasks:
        task.cancel()
    done, _ = await asyncio.wait(tasks, timeout=GOODBYE)
    errors = [repr(error) for task in done if not task.cancelled() and (error := task.exception())]
    await client._client.close()
    logger.warning("the group was not left in order; its coordinator will notice by itself", errors=errors)
