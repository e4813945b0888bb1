"""The real order-intake on a socket, and tokens for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from servicekit.testing import LocalService


@dataclass(frozen=True)
class Served:
    """Where it listens, and tokens for it."""

    url: str
    token: Callable[..., str]


class Listening:
    """A server on a port of its own, for the length of the block."""

    def __init__(self, opened: LocalService) -> None:
        # The test opened the service already.
        self._server = uvicorn.Server(uvicorn.Config(opened.app, port=0, lifespan="off", log_level="warning"))

    async def __aenter__(self) -> str:
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # uvicorn tells nobody
            await asyncio.sleep(0.01)
        host, port = self._server.servers[0].sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        await self._serving
