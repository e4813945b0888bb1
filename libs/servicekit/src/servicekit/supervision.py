"""Loops that run for ever beside the HTTP side: started again after an outage, watched, stopped cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

import structlog

from events.backoff import pauses
from events.cancelling import asked_to_end
from servicekit.telemetry import first_line

logger = structlog.get_logger(__name__)
SETTLED = 5.0
"""Seconds that a loop must run after a failure to count as well again."""


class Loop:
    """One thing that is done for ever, and how it is doing."""

    def __init__(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self._run = run
        self._well_since: float | None = None
        self.error: str | None = None
        """The last failure, also when it is overcome."""
        self.failing_since: datetime | None = None

    @property
    def state(self) -> Literal["running", "failing"]:
        """`failing` from a failure until it has run well for a while."""
        if self.error is None:
            return "running"
        well = self._well_since is not None and asyncio.get_running_loop().time() - self._well_since > SETTLED
        return "running" if well else "failing"

    async def supervise(self) -> None:
        """Run until cancelled, again after every failure: an outage passes, and a bug is told each time."""
        clock = asyncio.get_running_loop().time
        waits = pauses()
        while True:
            self._well_since = started = clock()
            try:
                await self._run()
                raise RuntimeError("it ended, which it never should")
            except (Exception, asyncio.CancelledError) as error:  # told, kept for readiness, and tried again
                if isinstance(error, asyncio.CancelledError) and asked_to_end():
                    raise
                if clock() - started > SETTLED:
                    waits, self.failing_since = pauses(), None
                self._well_since = None
                self.error = first_line(error)
                self.failing_since = self.failing_since or datetime.now(UTC)
                pause = next(waits)
                logger.warning("starting again", loop=self.name, seconds=round(pause, 2), exc_info=error)
            await asyncio.sleep(pause)


@asynccontextmanager
async def supervised(loops: Sequence[Loop]) -> AsyncIterator[None]:
    """Run all loops for the length of the block."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loop.supervise(), name=loop.name) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
