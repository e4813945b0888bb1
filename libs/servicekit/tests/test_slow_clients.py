"""Clients that are too slow are ended after a bound, and those that get on are waited for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from desk.app import service

from launch.databases import Database
from servicekit.testing import LocalService, listening, running

PATIENCE = 30
"""Seconds in which what has to happen after one has happened, however busy the machine is."""


@pytest.fixture
async def impatient(database: Database) -> AsyncIterator[tuple[LocalService, str]]:
    async with (
        running(service, database, head_seconds=0.5, progress_seconds=1.5) as desk,
        listening(desk) as url,
    ):
        yield desk, url


def head_of(desk: LocalService, method: str, length: int = 0) -> bytes:
    token = desk.issuer.token("anna", "clerk")
    lines = [
        f"{method} /repairs HTTP/1.1", "Host: desk", f"Authorization: Bearer {token}",
        "Content-Type: application/json", f"Content-Length: {length}", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET /repairs HTTP/1.1\r\nHost: desk\r\nX-Slow: "])
async def test_a_head_that_does_not_end_is_answered_408(
    impatient: tuple[LocalService, str], begun: bytes
) -> None:
    assert (await told(impatient[1], begun)).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_does_not_get_on_is_answered_408(impatient: tuple[LocalService, str]) -> None:
    desk, url = impatient
    begun = head_of(desk, "POST", 5000) + b'{"title"'
    assert (await told(url, begun)).startswith(b"HTTP/1.1 408 ")


async def told(url: str, begun: bytes) -> bytes:
    """What somebody hears until the connection ends who sends this and no more."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(begun)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    return answer


async def test_a_body_that_gets_on_is_waited_for(impatient: tuple[LocalService, str]) -> None:
    desk, url = impatient
    place = urlsplit(url)
    body = b'{"title":"clock"' + b" " * 60_000 + b"}"
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(head_of(desk, "POST", len(body)))
    for start in range(0, len(body), 10_000):  # longer than the bound altogether
        writer.write(body[start : start + 10_000])
        await writer.drain()
        await asyncio.sleep(0.4)
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).split()[1] == b"201"
    writer.close()


async def test_an_answer_that_nobody_reads_ends_the_connection_and_others_are_served(
    impatient: tuple[LocalService, str],
) -> None:
    desk, url = impatient
    anna = desk.client("anna", "clerk")
    for number in range(100):
        await anna.post("/repairs", json={"title": f"{number} {'x' * 190}"})
    await desk.settled()
    place = urlsplit(url)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect((str(place.hostname), int(place.port or 0)))
        wire.setblocking(False)
        loop = asyncio.get_running_loop()
        asking = asyncio.create_task(loop.sock_sendall(wire, head_of(desk, "GET") * 400))
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=url) as other:
            while wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == b"\x01":  # established
                assert (await other.get("/health/live")).status_code == 200
                await asyncio.sleep(0.1)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_an_idle_follower_is_not_taken_for_a_slow_one(impatient: tuple[LocalService, str]) -> None:
    desk, url = impatient
    headers = {"Authorization": f"Bearer {desk.issuer.token('gil')}"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as gil,
        gil.stream("GET", "/events", params={"follow": "true"}) as answer,
    ):
        lines = answer.aiter_lines()
        await anext(lines)
        await asyncio.sleep(3.0)  # twice the bound on progress
        await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
        assert "repair.asked.v1" in await anext(lines)
