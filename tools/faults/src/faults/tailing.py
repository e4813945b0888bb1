"""Live readers of the logs: each pages by position while writers work, as every feed does it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from events.connections import OUTAGES
from events.paging import read_page
from launch.databases import Database

_POLL = 0.1
_AWAY = 0.3
_PAGE = 500


class Tail:
    """Reads one log from its first event on, and survives its database."""

    def __init__(self, database: Database) -> None:
        self._url = database.reader_url
        self.read: list[tuple[int, UUID]] = []
        """Position and id of each event, as they were seen."""
        self._names: dict[str, set[str]] = defaultdict(set)
        self._waiting: dict[str, list[tuple[frozenset[str], asyncio.Event]]] = defaultdict(list)

    async def happened(self, key: str, *names: str, seconds: float) -> bool:
        """Wait until one of these events of `key` was read; False when that takes too long."""
        wanted = frozenset(names)
        if self._names[key] & wanted:
            return True
        seen = asyncio.Event()
        self._waiting[key].append((wanted, seen))
        try:
            async with asyncio.timeout(seconds):
                await seen.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting[key].remove((wanted, seen))
        return True

    async def run(self) -> None:
        """Follow the log until cancelled."""
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=5, command_timeout=30)
                try:
                    await self._follow(connection)
                finally:
                    connection.terminate()
            except OUTAGES:
                await asyncio.sleep(_AWAY)

    async def _follow(self, connection: Any) -> None:  # asyncpg has no types
        while True:
            facts = await read_page(connection, self.read[-1][0] if self.read else 0, _PAGE)
            for fact in facts:
                self.read.append((fact.position, fact.id))
                self._names[fact.key].add(fact.name)
                for wanted, seen in self._waiting.get(fact.key, ()):
                    if fact.name in wanted:
                        seen.set()
            if len(facts) < _PAGE:
                await asyncio.sleep(_POLL)


Tails = Mapping[str, Tail]
"""By service."""


@asynccontextmanager
async def tails(logs: Mapping[str, Database]) -> AsyncIterator[Tails]:
    """A reader of each log for as long as the block runs; one that fails ends the block."""
    made = {name: Tail(database) for name, database in logs.items()}
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(tail.run(), name=f"tail {name}") for name, tail in made.items()]
        try:
            yield made
        finally:
            for task in running:
                task.cancel()


async def caught_up(tails: Tails, heads: Mapping[str, int]) -> None:
    """Wait until each has read up to the head of its log."""
    while any((tail.read[-1][0] if tail.read else 0) < heads[name] for name, tail in tails.items()):  # noqa: ASYNC110  # the end of many reads
        await asyncio.sleep(_POLL)


def seen(tails: Tails) -> Mapping[str, Sequence[tuple[int, UUID]]]:
    """What each has seen."""
    return {name: tuple(tail.read) for name, tail in tails.items()}
