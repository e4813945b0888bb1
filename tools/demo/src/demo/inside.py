"""The inside of the system: what its callers do not see and the demo proves at its end.

Reads the services' own databases, as their own roles, where the run file says they are: has
everything been followed up, is nothing parked, does every read model equal a fresh replay?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
from pydantic import SecretStr

from events import Feed, replay, verify
from events.parking import list_parked
from launch import Running
from notification.app import service as notification
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from review.app import service as review
from servicekit import Service
from servicekit.runtime import own_feed, source_feed
from servicekit.settings import DatabaseSettings

SERVICES = (order_intake, review, procurement, notification)
Progress = Callable[[str], None]
"""Told what is being looked at."""


@asynccontextmanager
async def opened(running: Running) -> AsyncIterator[Inside]:
    """The databases of a running system."""
    async with AsyncExitStack() as stack:
        pools = {
            name: await stack.enter_async_context(
                asyncpg.create_pool(database.service_url, min_size=0, max_size=2, command_timeout=60)
            )
            for name, database in running.databases.items()
        }
        yield Inside(running, pools)


class Inside:
    """Use `opened`. Everything raises what asyncpg raises when a database is away."""

    def __init__(self, running: Running, pools: Mapping[str, asyncpg.Pool]) -> None:
        self._running = running
        self._pools = pools

    async def heads(self) -> Mapping[str, int]:
        """How many events each service's log has."""
        return {
            name: await pool.fetchval("SELECT position FROM log.head") for name, pool in self._pools.items()
        }

    async def events_since(self, heads: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
        """How many events of each type came after these heads, by service."""
        counted: dict[str, Mapping[str, int]] = {}
        for name, pool in self._pools.items():
            rows = await pool.fetch(
                "SELECT name, count(*) FROM log.event WHERE position > $1 GROUP BY name ORDER BY name",
                heads[name],
            )
            counted[name] = {row["name"]: row["count"] for row in rows}
        return counted

    async def messages_since(self, heads: Mapping[str, int]) -> Counter[str]:
        """How many messages were addressed after these heads, by their channel."""
        rows = await self._pools[notification.name].fetch(
            """
            SELECT data ->> 'channel' AS channel, count(*) FROM log.event
            WHERE name = 'message.addressed.v1' AND position > $1 GROUP BY 1 ORDER BY 1""",
            heads[notification.name],
        )
        return Counter({row["channel"]: row["count"] for row in rows})

    async def behind(self) -> Sequence[str]:
        """What is still to be published, shown, reacted to or mailed; nothing once all is quiet."""
        before = await self.heads()
        behind = [line for service in SERVICES for line in await self._behind(service)]
        if not behind and await self.heads() != before:
            behind.append("the logs still grow")
        return behind

    async def parked(self) -> Sequence[str]:
        """Events that could not be handled."""
        return [
            f"{name} parked {one.fact!r} for {one.consumer}: {one.reason}"
            for name, pool in self._pools.items()
            for one in await list_parked(pool)
        ]

    async def unsound(self, progress: Progress) -> Sequence[str]:
        """Faults in the logs' hash chains, positions and versions."""
        faults: list[str] = []
        for name, pool in self._pools.items():
            progress(f"the log of {name}")
            async with pool.acquire() as connection:
                verdict = await verify(connection)
            faults += [f"log of {name}: {fault}" for fault in verdict.faults]
        return faults

    async def differences(self, progress: Progress) -> Sequence[str]:
        """How read models differ from a fresh replay of their log."""
        found: list[str] = []
        for service in SERVICES:
            for projection in service.projections:
                progress(f"{projection.name} of {service.name}")
                difference = await replay(projection, self._pools[service.name])
                if not difference.none:
                    found.append(f"{projection.name} of {service.name} differs from its replay: {difference}")
        return found

    async def _behind(self, service: Service) -> Sequence[str]:
        settings = self._settings(service)
        own = own_feed(service, settings.database_url.get_secret_value())
        lines = [
            line
            for projection in service.projections
            for line in await self._lag(service, projection.consumer, own)
        ]
        if service.sources:
            lines += await self._lag(service, f"{service.name}.reactions", source_feed(service, settings))
        pool = self._pools[service.name]
        if self._running.kafka:
            left = await pool.fetchval(
                "SELECT h.position - coalesce(max(r.position), 0) FROM log.head h LEFT JOIN feed.relay r ON true "
                "GROUP BY h.position"
            )
            lines += [f"{service.name} has {left} events to publish"] if left else []
        if service is notification and (left := await pool.fetchval("SELECT count(*) FROM read.outbox")):
            lines.append(f"{left} orders have mail to send")
        return lines

    async def _lag(self, service: Service, consumer: str, feed: Feed) -> Sequence[str]:
        rows = await self._pools[service.name].fetch(
            "SELECT source, partition, next_offset FROM feed.checkpoint WHERE consumer = $1", consumer
        )
        at = {(row["source"], row["partition"]): row["next_offset"] for row in rows}
        return [
            f"{service.name}: {consumer} is at {at.get((part.source, part.number), 0)} of {end} in {part.source}"
            for part, end in (await feed.ends()).items()
            if at.get((part.source, part.number), 0) < end
        ]

    def _settings(self, service: Service) -> DatabaseSettings:
        databases = self._running.databases
        return DatabaseSettings(
            database_url=SecretStr(databases[service.name].service_url),
            kafka_bootstrap_servers=self._running.kafka,
            log_urls={name: SecretStr(database.reader_url) for name, database in databases.items()},
        )
