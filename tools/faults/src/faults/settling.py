"""After a burst: how long until every service is ready, and until nothing is left to be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
from aiokafka.errors import KafkaError

from demo.inside import Inside, opened
from events.connections import OUTAGES
from events.topic import TopicMissing
from faults.assembly import System
from faults.world import Recovery
from launch.probe import is_ready

LONGEST = 120.0
"""Seconds after which nobody waits any more; checker 11 asks for half of it."""
_POLL = 0.5
_HOOKS = """
    SELECT (SELECT count(*) FROM read.webhooks_waiting) + (SELECT position FROM log.head)
        - (SELECT coalesce(max(position), 0) FROM feed.checkpoint WHERE consumer = 'notification.dispatcher')"""
_AWAY = (*OUTAGES, KafkaError, TopicMissing)


class Settling:
    """Watches a system come to rest. `settling` makes it."""

    def __init__(self, system: System, inside: Inside) -> None:
        self._system = system
        self._inside = inside

    async def recovery(self, what: str, say: Callable[[str], None], under_way: Callable[[], int]) -> Recovery:
        """Measured from now on; `under_way` are commands that were begun before, and no others may be."""
        clock = asyncio.get_running_loop().time
        began = clock()
        ready = None
        while clock() - began < LONGEST:
            if ready is None and await self._ready():
                ready = clock() - began
                say(f"{what}: ready after {ready:.1f} s, catching up")
            if ready is not None:
                behind = [f"{left} commands under way"] if (left := under_way()) else await self._behind()
                if not behind:
                    return Recovery(what, ready, clock() - began)
                say(f"{what}: {behind[0]}")
            await asyncio.sleep(_POLL)
        return Recovery(what, ready, None)

    async def parked(self) -> list[str]:
        """Events that could not be handled."""
        return list(await self._inside.parked())

    async def heads(self) -> dict[str, int]:
        """The last position of each log."""
        return dict(await self._inside.heads())

    async def _ready(self) -> bool:
        places = [urlsplit(url) for url in self._system.running.services.values()]
        asked = [is_ready(str(place.hostname), int(place.port or 80), "/health/ready") for place in places]
        return all(await asyncio.gather(*asked))

    async def _behind(self) -> list[str]:
        try:
            return [
                *await self._inside.behind(),
                *await self._inside.parked(),
                *await self._webhooks(),
            ]
        except _AWAY as error:
            return [f"not all servers answer yet ({type(error).__name__})"]

    async def _webhooks(self) -> list[str]:
        """Announcements that are not queued yet, and webhooks that are not taken."""
        connection = await asyncpg.connect(
            self._system.running.databases["notification"].service_url, timeout=5, command_timeout=30
        )
        try:
            left = await connection.fetchval(_HOOKS)
        finally:
            connection.terminate()
        return [f"{left} announcements or lines of webhooks wait"] if left else []


@asynccontextmanager
async def settling(system: System) -> AsyncIterator[Settling]:
    """Looks inside by connections past all proxies."""
    async with opened(system.running) as inside:
        yield Settling(system, inside)
