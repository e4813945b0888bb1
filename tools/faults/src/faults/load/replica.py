"""One process of a service, which a scenario ends and starts again when it wants to."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from launch.leash import Leash
from launch.probe import is_ready
from launch.program import Program, failure, kill_group, spawn

SLOWEST = 15.0
"""Seconds after which a process that was told to end is killed."""
_START = 120.0


class Replica:
    """Use `replica`; between `end` and `start` it is down."""

    def __init__(self, url: str, program: Program, leash: Leash) -> None:
        self.url = url
        self.program = program
        self._leash = leash
        self._child: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    async def start(self) -> None:
        """Start it, and wait until it is ready. Raises `DidNotStart`."""
        self._child = await spawn(self.program.command, self._leash)
        until = time.monotonic() + _START
        while not await self.program.ready():
            if self._child.returncode is not None or time.monotonic() > until:
                raise failure(self.program.command, "did not become ready")
            await asyncio.sleep(0.05)

    async def end(self) -> tuple[int, float]:
        """Tell it to end; its exit code, and the seconds that it took."""
        assert self._child is not None
        began = time.monotonic()
        if self._child.returncode is None:
            os.kill(self.pid, self.program.command.stop)
        try:
            code = await asyncio.wait_for(self._child.wait(), SLOWEST)
        except TimeoutError:
            kill_group(self.pid)
            code = await self._child.wait()
        self._leash.release(self.pid)
        return code, time.monotonic() - began

    async def ready(self) -> bool:
        """Whether it wants requests."""
        place = urlsplit(self.url)
        return await is_ready(str(place.hostname), int(place.port or 80), "/health/ready")


@asynccontextmanager
async def replicas(leash: Leash, *served: tuple[str, Program]) -> AsyncIterator[list[Replica]]:
    """Start them all at once; end what is left of them after the block."""
    made = [Replica(url, program, leash) for url, program in served]
    try:
        async with asyncio.TaskGroup() as group:
            for one in made:
                group.create_task(one.start())
        yield made
    finally:
        await asyncio.gather(*(one.end() for one in made if one._child is not None))
