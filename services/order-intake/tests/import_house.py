"""A server of order-intake on a real socket in the process of a test, and what is sent to it.

Streaming both ways at once needs a real server: httpx's own transport for apps reads all of an answer first.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import uvicorn

from events import Reactions
from events.contracts.orders import OrderReceived
from launch.databases import Database
from order_intake.app import service
from servicekit.protocol import BoundedHttp
from servicekit.testing import LocalService, running

NDJSON = "application/x-ndjson"
ALONE = replace(service, reactions=Reactions(), sources=(), projections=())
"""The service without what follows from its log."""
CONTENT: dict[str, Any] = {
    "lines": [{"item": "CT-110", "model": "LB6-110", "specification": "110 kV, 0.2S", "quantity": 6}],
    "technical_requirements": "IEC 61869",
    "quality_requirements": "as standard",
    "delivery_date": "2099-06-30",
}
ORDER: dict[str, Any] = {
    "customer": {"id": "C-7", "name": "Åbo Kraft"},
    "product_company": "HV",
    "channel": "erp",
    "content": CONTENT,
}


def ndjson(*orders: dict[str, Any] | bytes) -> bytes:
    """A body: one order a line, or bytes as they are."""
    return b"".join(
        one + b"\n" if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() + b"\n"
        for one in orders
    )


def numbered(count: int, first: int = 1) -> list[dict[str, Any]]:
    """So many orders of references of their own."""
    return [{**ORDER, "reference": f"PO-{number}"} for number in range(first, first + count)]


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are pytest's."""
        yield


@dataclass
class House:
    """The service, listening."""

    local: LocalService
    port: int

    def token(self, *roles: str, company: str | None = None) -> str:
        return self.local.issuer.token("sun", *(roles or ("sales",)), company=company)

    async def send(
        self, body: bytes | AsyncIterator[bytes], kind: str = NDJSON, *, token: str | None = None
    ) -> httpx.Response:
        """As most clients do it: everything is sent before anything is read."""
        headers = {"Authorization": f"Bearer {token or self.token()}", "Content-Type": kind}
        async with httpx.AsyncClient(timeout=100) as client:
            return await client.post(
                f"http://127.0.0.1:{self.port}/orders/imports", content=body, headers=headers
            )

    async def told(self, body: bytes | AsyncIterator[bytes], kind: str = NDJSON) -> list[dict[str, Any]]:
        """The lines of the answer."""
        answer = await self.send(body, kind)
        assert answer.status_code == 200, answer.text
        return lines_of(answer.content)

    @asynccontextmanager
    async def open(self, length: int | None = None) -> AsyncIterator[Conversation]:
        """A request whose body and answer are up to the test."""
        talk = await conversation(self.port, self.token(), length)
        try:
            yield talk
        finally:
            talk.writer.close()

    async def orders(self) -> list[str]:
        """The numbers of all orders there are, one for each `order.received`."""
        facts = await self.local.runtime.log.page(0, 1_000_000)
        return [fact.key for fact in facts if fact.kind is OrderReceived]


@dataclass
class Conversation:
    """A request under way."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    chunked: bool
    begun: bool = False
    unread: bytearray = field(default_factory=bytearray)

    async def say(self, data: bytes) -> None:
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)
        await self.writer.drain()

    async def next(self) -> dict[str, Any]:
        """The next line of the answer."""
        while (end := self.unread.find(b"\n")) < 0:
            if not self.begun:
                head = await self.reader.readuntil(b"\r\n\r\n")
                assert b" 200 OK" in head, head
                self.begun = True
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            assert size, "the answer has ended"
            self.unread += (await self.reader.readexactly(size + 2))[:size]
        line = self.unread[:end]
        del self.unread[: end + 1]
        told: dict[str, Any] = json.loads(line)
        return told

    async def last(self) -> dict[str, Any]:
        """The last line of the answer."""
        while (told := await self.next())["status"] not in ("finished", "broken_off"):
            pass
        return told


async def conversation(port: int, token: str, length: int | None) -> Conversation:
    """A request whose body and answer are up to the test; chunked when it has no length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    writer.write(
        f"POST /orders/imports HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {NDJSON}\r\n{framing}\r\n\r\n".encode()
    )
    return Conversation(reader, writer, chunked=length is None)


def lines_of(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def statuses(told: Sequence[dict[str, Any]]) -> list[str]:
    return [line["status"] for line in told]


def numbers(told: Iterable[dict[str, Any]]) -> list[str]:
    """Of the orders that were received, in order."""
    return [line["order"] for line in told if line["status"] == "received"]


@asynccontextmanager
async def house(database: Database, **settings: Any) -> AsyncIterator[House]:
    """The service on a port of its own."""
    async with running(ALONE, database, **settings) as local:
        with socket.create_server(("127.0.0.1", 0)) as door:
            config = uvicorn.Config(
                local.app, loop="none", http=BoundedHttp, lifespan="off", log_config=None, access_log=False
            )
            server = _Quiet(config)
            serving = asyncio.create_task(server.serve(sockets=[door]))
            try:
                yield House(local, door.getsockname()[1])
            finally:
                server.should_exit = True
                await serving
