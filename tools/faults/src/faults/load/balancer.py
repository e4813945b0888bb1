"""A load balancer as Kubernetes has it: a new connection goes to a replica that is ready, and stays there.

Whether one is ready is asked again and again at its own `/health/ready`. Bytes are passed on as they
come; when a replica cannot be reached the next one is tried, before anything of the request was sent.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from faults.load.replica import Replica
from launch.ports import HOST

EVERY = 0.25
"""Seconds between two questions to a replica, which is less than it drains after it was told to end."""


class Balancer:
    """Use `balanced`."""

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self.url = ""
        self._replicas = replicas
        self._ready = list(replicas)
        self._turns = itertools.count()

    async def watch(self) -> None:
        """Ask for ever who is ready."""
        while True:
            answers = await asyncio.gather(*(one.ready() for one in self._replicas))
            self._ready = [one for one, ready in zip(self._replicas, answers, strict=True) if ready]
            await asyncio.sleep(EVERY)

    def in_rotation(self, replica: Replica) -> bool:
        return replica in self._ready

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client's connection, from its begin to its end."""
        there = await self._reach()
        if there is None:
            writer.transport.abort()  # nobody is there
            return
        there_reader, there_writer = there
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass_on(reader, there_writer))
                group.create_task(_pass_on(there_reader, writer))
        finally:
            there_writer.close()
            writer.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        ready = list(self._ready)
        turn = next(self._turns)
        for place in range(len(ready)):
            target = urlsplit(ready[(turn + place) % len(ready)].url)
            with suppress(OSError):
                return await asyncio.open_connection(target.hostname, target.port)
        return None


@asynccontextmanager
async def balanced(replicas: Sequence[Replica]) -> AsyncIterator[Balancer]:
    """A balancer in front of these, for the length of the block."""
    balancer = Balancer(replicas)
    server = await asyncio.start_server(balancer.serve, HOST, 0)
    balancer.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    watching = asyncio.create_task(balancer.watch())
    try:
        yield balancer
    finally:
        watching.cancel()
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side ends it; then the other side is told."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
