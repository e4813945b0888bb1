"""The embedded feed: reads logs straight from PostgreSQL, where there is no broker.

One partition, number `WHOLE_LOG`, for each source. The offset of an event is its position; where to go
on after it is that position too, so a checkpoint of 0 is the start and one that equals the
log's head has seen all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import asyncpg

from events.checkpoint import Connection
from events.feed import WHOLE_LOG, Batch, Checkpoints, Delivery, Partition
from events.leadership import LeadershipLost, session, try_lock
from events.paging import read_page
from events.signal import Signal, until

STANDBY = 1.0
"""Seconds between a member's attempts to get a source that another member reads."""


class LogFeed:
    """Follows the logs of `sources` (service name to database URL).

    `locks` is the consumer's own database: a lock there gives each source to one member of a
    group. `appended` wakes it up at once; without it the logs are asked every `poll` seconds.
    With a `pace` what is appended within so many seconds comes together, unless `hurry` is set.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        *,
        locks: str,
        appended: Signal | None = None,
        hurry: Signal | None = None,
        pace: float = 0.0,
        poll: float = 0.2,
        page: int = 1000,
    ) -> None:
        self._sources = dict(sources)
        self._locks = locks
        self._appended = appended or Signal()
        self._hurry = hurry or Signal()
        self._pace = pace
        self._poll = poll
        self._page = page

    @asynccontextmanager
    async def batches(
        self, consumer: str, checkpoints: Checkpoints
    ) -> AsyncIterator[AsyncIterator[Sequence[Batch]]]:
        """See `Feed.batches`."""
        async with AsyncExitStack() as stack:
            locks = await session(self._locks)
            stack.callback(locks.terminate)
            yield await stack.enter_async_context(aclosing(self._follow(consumer, checkpoints, locks, stack)))

    async def ends(self) -> Mapping[Partition, int]:
        """See `Feed.ends`."""
        ends = {}
        for source, dsn in self._sources.items():
            connection = await _connect(dsn)
            try:
                ends[Partition(source, WHOLE_LOG)] = await _head(connection)
            finally:
                connection.terminate()
        return ends

    async def _follow(
        self, consumer: str, checkpoints: Checkpoints, locks: Connection, stack: AsyncExitStack
    ) -> AsyncGenerator[Sequence[Batch], None]:
        clock = asyncio.get_running_loop().time
        readers: dict[Partition, Connection] = {}
        offsets: dict[Partition, int] = {}
        asked = float("-inf")
        while True:
            change, hurry = self._appended.next(), self._hurry.next()
            if clock() - asked >= STANDBY:
                for partition in [p for s in self._sources if (p := Partition(s, WHOLE_LOG)) not in readers]:
                    if await try_lock(locks, f"{consumer} reads {partition.source}"):
                        offsets[partition] = (await checkpoints([partition])).get(partition, 0)
                        readers[partition] = await self._reader(partition.source, locks, stack)
                asked = clock()
            began = clock()
            read = [
                batch
                for partition, reader in readers.items()
                if (batch := await self._read(reader, partition, offsets[partition])) is not None
            ]
            if locks.is_closed():
                raise LeadershipLost(f"the connection that made {consumer} the only reader is lost")
            if read:
                yield read
                offsets.update({batch.partition: batch.next_offset for batch in read})
            if all(batch.next_offset >= batch.end_offset for batch in read):
                await until(change, self._poll)
                if (left := began + self._pace - clock()) > 0:
                    await until(hurry, left)

    async def _reader(self, source: str, locks: Connection, stack: AsyncExitStack) -> Connection:
        dsn = self._sources[source]
        if dsn == self._locks:
            return locks  # a service's own log: one connection does for both
        reader = await _connect(dsn)
        stack.callback(reader.terminate)
        return reader

    async def _read(self, reader: Connection, partition: Partition, after: int) -> Batch | None:
        facts = await read_page(reader, after, self._page)
        if not facts:
            return None
        last = facts[-1].position
        # A short page ends at the head; only a full one has to ask where that is.
        end = last if len(facts) < self._page else await _head(reader)
        return Batch(partition, [Delivery(fact.position, fact) for fact in facts], last, end)


async def _connect(dsn: str) -> Connection:
    return await asyncpg.connect(dsn, timeout=10, command_timeout=30)


async def _head(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT position FROM log.head"))
