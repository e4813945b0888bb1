"""How far a service's reactions are behind: where its sources end, against its stored checkpoints.

Where they end is asked here and not of the member that reads them, who only learns it while it reads:
one that hangs would say for ever that it is not behind, and one that gave a partition away would go on
telling what it last knew of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.feed import Feed, Partition

LOOK = 5.0
"""Seconds between two looks at where the sources end."""
_CHECKPOINTS = text("SELECT source, partition, next_offset FROM feed.checkpoint WHERE consumer = :consumer")


class Lags:
    """Every replica knows the same: all partitions, whoever reads them."""

    def __init__(self, consumer: str, feed: Feed) -> None:
        self.consumer = consumer
        self._feed = feed
        self._ends: Mapping[Partition, int] = {}

    async def watch(self) -> None:
        """A loop to be run. Raises on an outage; what was known stays known."""
        while True:
            self._ends = await self._feed.ends()
            await asyncio.sleep(LOOK)

    async def read(self, connection: AsyncConnection) -> Mapping[Partition, int]:
        """Events still to be reacted to."""
        rows = await connection.execute(_CHECKPOINTS, {"consumer": self.consumer})
        stored = {Partition(row[0], row[1]): row[2] for row in rows}
        return {place: max(0, end - stored.get(place, 0)) for place, end in self._ends.items()}
