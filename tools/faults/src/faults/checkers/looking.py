"""What all checkers share: the services, a connection, and violations that do not pile up without end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from faults.world import Finding, World
from notification.app import service as notification
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from review.app import service as review
from servicekit import Service

SERVICES: Mapping[str, Service] = {one.name: one for one in (order_intake, review, procurement, notification)}
SHOWN = 20
"""Violations that are told in full; the others are counted."""
PAGE = 1000
"""Rows that a checker has in hand at a time."""


class Found:
    """Violations of one invariant, as they are found."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self.count = 0

    def add(self, text: str) -> None:
        self.count += 1
        if len(self._texts) < SHOWN:
            self._texts.append(text)

    def extend(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.add(text)

    def join(self, other: Found) -> None:
        """Take over what another found."""
        hidden = other.count - len(other._texts)
        self.extend(other._texts)
        self.count += hidden

    @property
    def texts(self) -> list[str]:
        """What to tell."""
        more = self.count - len(self._texts)
        return [*self._texts, *([f"and {more:,} more"] if more else [])]

    def finding(self, looked_at: str, *, anything: bool) -> Finding:
        """What the checker says. One that looked at nothing has proven nothing, and so is red."""
        if not anything:
            self.add(f"nothing was looked at: {looked_at}")
        return Finding(looked_at, self.texts)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:  # an asyncpg connection, which has no types
    """A connection for the length of the block."""
    connection = await asyncpg.connect(url, timeout=30, command_timeout=120)
    try:
        yield connection
    finally:
        await connection.close()


async def head_of(connection: Any) -> int:  # Any: as above
    """The position of a log's last event."""
    return int(await connection.fetchval("SELECT position FROM log.head"))


def services_of(world: World) -> Iterable[Service]:
    """The services whose databases are there."""
    return [SERVICES[name] for name in world.databases]
