"""A small HTTP/1.1 client: one keep-alive connection, one request at a time.

It takes a tenth of what a full client takes of the processors, which the service needs.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple, cast
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Answer(NamedTuple):
    """What came back."""

    status: int
    head: bytes
    body: bytes

    @property
    def closing(self) -> bool:
        """Whether the client is told to leave the connection."""
        return _CLOSE.search(self.head) is not None

    def header(self, name: str) -> str | None:
        """A header's value."""
        found = re.search(rb"\r\n%b: *([^\r]*)" % name.encode(), self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else None


class Client(asyncio.Protocol):
    """A connection on behalf of a bearer of a token. `clients` and `connected` make it."""

    def __init__(self, host: str, token: str) -> None:
        self._head = f"Host: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        self._received = b""
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.WriteTransport | None = None
        self.lost = False
        """Whether the connection is gone."""

    async def post(self, path: str, body: bytes) -> int:
        """The answer's status, once all of the answer is there."""
        return (await self.ask("POST", path, body)).status

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """The answer, once all of it is there. Raises `ConnectionError` when the connection ends before."""
        assert self._transport is not None
        if self.lost:
            raise ConnectionResetError("the connection had been closed before anything was sent")
        self._answer = asyncio.get_running_loop().create_future()
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{more}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        return await self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._received, 0, end)
        if length is None:
            raise ValueError("an answer without a Content-Length")
        if len(self._received) >= end + 4 + int(length[1]):
            answer = Answer(int(self._received[9:12]), self._received[:end], self._received[end + 4 :])
            self._received = b""
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the service closed the connection"))

    def close(self) -> None:
        """Close it as a client does that is satisfied."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Break it off at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()


async def connected(url: str, token: str) -> Client:
    """One connection to the service at `url`; to be closed by who asks. Raises `OSError`."""
    place = urlsplit(url)
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(place.netloc, token), str(place.hostname), int(place.port or 80)
    )
    return client


@asynccontextmanager
async def clients(url: str, token: str, count: int) -> AsyncIterator[list[Client]]:
    """So many connections to the service at `url`."""
    made: list[Client] = []
    try:
        for _ in range(count):
            made.append(await connected(url, token))  # noqa: PERF401  # those made before a failure are closed
        yield made
    finally:
        for client in made:
            client.close()
