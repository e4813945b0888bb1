"""A real receiver of webhooks on loopback, whose answers a test chooses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

KEY = "a key of thirty-two characters or more, for tests"


@dataclass(frozen=True)
class Hook:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])

    @property
    def order(self) -> str | None:
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data.get("order")


@dataclass
class Receiver:
    """Keeps what arrives, and answers it: a status line with headers, or seconds of silence first."""

    answer: Callable[[Hook], str] = lambda _: "204 No Content"
    patience: asyncio.Event | None = None
    """Answers nothing before this is set."""
    hooks: list[Hook] = field(default_factory=list)

    @property
    def taken(self) -> list[Hook]:
        """What was answered with a 2xx."""
        return [hook for hook in self.hooks if self.answer(hook).startswith("2")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            request, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
            }
            body = (await reader.readexactly(int(headers["content-length"]))).decode()
            hook = Hook(request.split()[1], headers, body)
            self.hooks.append(hook)
            said = self.answer(hook)
            if self.patience is not None:
                await self.patience.wait()
            writer.write(f"HTTP/1.1 {said}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def open_receiver(receiver: Receiver, port: int = 0) -> AsyncIterator[str]:
    """Its address, for the length of the block."""
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        server.close()
        if receiver.patience is not None:
            receiver.patience.set()
