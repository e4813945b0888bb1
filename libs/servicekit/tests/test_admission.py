"""Too much at once: a request beyond the limit is refused before anything is done, and told when to come again."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from desk.app import service

from launch.databases import Database
from servicekit.admission import LATE, LEAST, LONGEST_AWAY, Admission
from servicekit.testing import LocalService, listening, running

LATER = {"at_least": "999999"}
"""A list that has to show this position waits for it."""


def away(refusal: bytes) -> int:
    found = re.search(rb"\r\nretry-after: (\d+)\r\n", refusal)
    assert found, refusal
    return int(found[1])


def test_the_refused_are_told_different_whole_seconds() -> None:
    door = Admission(8, random.Random(1))
    told = {away(door.refusal()) for _ in range(200)}
    assert told == set(range(1, LONGEST_AWAY + 1))
    again = Admission(8, random.Random(1))
    other = Admission(8, random.Random(1))
    assert [away(again.refusal()) for _ in range(20)] == [away(other.refusal()) for _ in range(20)]


def test_a_refusal_is_a_problem_of_the_length_it_says() -> None:
    head, _, body = Admission(8).refusal().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"content-length: %d" % len(body) in head
    assert json.loads(body)["type"] == "/problems/overloaded"


def test_at_the_end_the_refused_are_told_to_leave_the_connection() -> None:
    door = Admission(8)
    assert b"connection: close" not in door.refusal()
    door.stopping = True
    assert b"connection: close" in door.refusal()


def test_fewer_are_let_in_while_the_loop_is_late_and_more_again_when_it_is_in_time() -> None:
    door = Admission(128)
    door.in_flight = LEAST
    for _ in range(50):
        door.late(2 * LATE, 0.1)
    assert door.full()
    assert door.limit == LEAST
    for _ in range(100):
        door.late(0.0, 0.1)
    assert not door.full()
    assert door.limit == 128


def test_the_time_that_clients_have_stands_nearly_still_while_the_loop_is_late() -> None:
    door = Admission(128)
    door.late(60.0, 0.1)
    assert 0 < door.time <= 0.1 + LATE
    for _ in range(50):
        door.late(0.0, 0.1)
    assert door.time >= 5.0


@asynccontextmanager
async def one_at_a_time(database: Database) -> AsyncIterator[tuple[LocalService, str]]:
    async with running(service, database, max_in_flight=1, list_wait=4.0) as desk, listening(desk) as url:
        yield desk, url


@asynccontextmanager
async def somebody_waiting(desk: LocalService, url: str) -> AsyncIterator[None]:
    """Takes the only place for four seconds."""
    headers = {"Authorization": f"Bearer {desk.issuer.token('gil')}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as gil:
        waiting = asyncio.create_task(gil.get("/repairs", params=LATER))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        yield
        await waiting


async def test_beyond_the_limit_all_but_health_and_metrics_are_refused(database: Database) -> None:
    async with one_at_a_time(database) as (desk, url), httpx.AsyncClient(base_url=url, timeout=30) as nobody:
        await desk.settled()
        async with somebody_waiting(desk, url):
            refused = await nobody.post("/repairs", json={"title": "clock"})
            assert refused.status_code == 503  # and not 401: no token was looked at
            assert refused.json()["type"] == "/problems/overloaded"
            assert 1 <= int(refused.headers["retry-after"]) <= LONGEST_AWAY
            assert (await nobody.get("/events")).status_code == 503
            assert (await nobody.get("/health/live")).status_code == 200
            assert (await nobody.get("/health/ready")).status_code == 200
            told = re.search(
                r'requests_refused_total\{reason="busy"\} (\d+)', (await nobody.get("/metrics")).text
            )
            assert told
            assert int(told[1]) >= 2
        anna = {"Authorization": f"Bearer {desk.issuer.token('anna', 'clerk')}"}
        assert (await nobody.post("/repairs", json={"title": "clock"}, headers=anna)).status_code == 201


async def test_a_connection_serves_on_after_a_refusal_whose_body_came_in_pieces(database: Database) -> None:
    async with one_at_a_time(database) as (desk, url):
        token = desk.issuer.token("anna", "clerk")
        head = (
            f"POST /repairs HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 17\r\n\r\n"
        ).encode()
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        async with somebody_waiting(desk, url):
            writer.write(head + b'{"title"')
            await asyncio.sleep(0.1)
            writer.write(b':"clock"}')
            assert (await reader.readline()).split()[1] == b"503"
            await skip(reader)
        writer.write(head + b'{"title":"clock"}')
        assert (await reader.readline()).split()[1] == b"201"
        writer.close()


async def test_a_body_that_looks_like_a_request_is_none(database: Database) -> None:
    """The answer (401) may come before the body; what is left of that is no request, and is not refused as one."""
    async with one_at_a_time(database) as (desk, url):
        body = b"GET /repairs HTTP/1.1\r\nHost: desk\r\n\r\n"
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"POST /repairs HTTP/1.1\r\nHost: desk\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert (await reader.readline()).split()[1] == b"401"
        await skip(reader)
        async with somebody_waiting(desk, url):
            writer.write(body)
            await asyncio.sleep(0.2)
            writer.write(body)
            assert (await reader.readline()).split()[1] == b"503"
            await skip(reader)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.readline(), 0.3)
        writer.close()


async def test_a_body_that_is_still_coming_takes_nobodys_place(database: Database) -> None:
    async with one_at_a_time(database) as (desk, url):
        anna = {"Authorization": f"Bearer {desk.issuer.token('anna', 'clerk')}"}
        place = urlsplit(url)
        begun = [await asyncio.open_connection(place.hostname, place.port) for _ in range(5)]
        for _, writer in begun:
            writer.write(b"POST /repairs HTTP/1.1\r\nHost: desk\r\nContent-Length: 5000\r\n\r\n{")
            await writer.drain()
        await asyncio.sleep(0.2)
        async with httpx.AsyncClient(base_url=url, headers=anna) as client:
            assert (await client.post("/repairs", json={"title": "clock"})).status_code == 201
        for _, writer in begun:
            writer.close()


async def test_who_goes_away_gives_the_place_back(database: Database) -> None:
    async with one_at_a_time(database) as (desk, url):
        token = desk.issuer.token("anna", "clerk")
        ask = f"GET /repairs HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        place = urlsplit(url)
        for _ in range(20):
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            writer.write(ask * 3)  # two of them wait for the first one's answer
            await asyncio.sleep(0.005)
            writer.transport.abort()
        async with asyncio.timeout(20), httpx.AsyncClient(base_url=url) as client:
            headers = {"Authorization": f"Bearer {token}"}
            while (await client.get("/repairs", headers=headers)).status_code != 200:
                await asyncio.sleep(0.05)


async def skip(reader: asyncio.StreamReader) -> None:
    """The rest of an answer."""
    length = 0
    while (line := await reader.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
