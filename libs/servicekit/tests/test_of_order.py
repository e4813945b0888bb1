"""What a service has of one order, and asking its peers for what they have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from desk import api
from desk.app import service as plain
from desk.repair import RepairDone
from pydantic import TypeAdapter
from starlette.requests import Request

from events import Recorded
from launch.databases import Database
from servicekit import OfOrder
from servicekit.peers import Peers
from servicekit.testing import LocalService, running

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def named(fact: Recorded[Any]) -> str | None:
    """A repair that another one's end names, as a purchase order is named by an order's parts."""
    return fact.event.how.removeprefix("as ") if isinstance(fact.event, RepairDone) else None


service = replace(plain, of_order=(OfOrder(api.repairs.thing), OfOrder(api.repairs.thing, named_by=named)))


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[LocalService]:
    async with running(service, database, clock=clock) as desk:
        yield desk


async def two_repairs(
    desk: LocalService, clock: Clock, one: str | None, other: str | None
) -> tuple[str, str]:
    """A repair of company `one` that names another of company `other`, an hour later each step."""
    async with desk.client("anna", "clerk") as anna:
        numbers = []
        for company in (other, one):
            answer = await anna.post("/repairs", json={"title": "clock", "company": company})
            numbers.append(answer.json()["id"])
            clock.now += timedelta(hours=1)
        await anna.post(f"/repairs/{numbers[1]}/end", json={"how": f"as {numbers[0]}"})
    return numbers[1], numbers[0]


async def read(desk: LocalService, path: str, company: str | None = None, **query: str) -> Any:
    async with desk.client("otto", "auditor", company=company) as otto:
        answer = await otto.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_things_of_an_order_and_those_that_they_name(desk: LocalService, clock: Clock) -> None:
    first, other = await two_repairs(desk, clock, "north", "north")
    await desk.settled()
    found = await read(desk, f"/of-order/{first}")
    assert [(one["kind"], one["href"], one["state"]["state"]) for one in found] == [
        ("repair", f"/repairs/{first}", "repaired"),
        ("repair", f"/repairs/{other}", "being_repaired"),
    ]
    entries = await read(desk, f"/of-order/{first}/events")
    assert [entry["type"] for entry in entries] == [
        "repair.asked.v1",
        "repair.asked.v1",
        "repair.done.v1",
        "repair.thanked.v1",
    ]
    done, thanked = entries[2:]
    assert done["who"] == "anna"
    assert done["roles"] == ["clerk"]
    assert done["meaning"] == "It works again."
    assert len(done["trace_id"]) == 32
    assert (thanked["who"], thanked["causation"]) == ("desk", done["id"])


async def test_it_is_as_it_was_at_a_time(desk: LocalService, clock: Clock) -> None:
    first, other = await two_repairs(desk, clock, None, None)
    before = (NOON + timedelta(hours=1, minutes=30)).isoformat()
    (asked, *_) = found = await read(desk, f"/of-order/{first}", as_of=before)
    assert asked["state"]["state"] == "being_repaired"
    assert len(found) == 2
    assert len(await read(desk, f"/of-order/{first}/events", as_of=before)) == 2
    assert await read(desk, f"/of-order/{first}", as_of=(NOON - timedelta(1)).isoformat()) == []
    async with desk.client("otto", "auditor") as otto:
        for wrong in ("3", "2026-01-05", "2026-01-05T09:00:00", "yesterday"):
            answer = await otto.get(f"/of-order/{other}", params={"as_of": wrong})
            assert answer.status_code == 422, wrong


async def test_other_companies_things_are_not_there(desk: LocalService, clock: Clock) -> None:
    """Neither the order's own nor those it names; nor what is nobody's."""
    first, other = await two_repairs(desk, clock, "north", "south")
    nobodys, _ = await two_repairs(desk, clock, None, None)
    for part in ("", "/events"):
        assert {one["href"] for one in await read(desk, f"/of-order/{first}{part}", "north")} == {
            f"/repairs/{first}"
        }
        assert await read(desk, f"/of-order/{other}{part}", "north") == []
        assert await read(desk, f"/of-order/{nobodys}{part}", "north") == []
        assert await read(desk, f"/of-order/unknown{part}") == []


@asynccontextmanager
async def peer(answer: bytes | None) -> AsyncIterator[str]:
    """A server that says this to everybody and hangs up; None: says nothing at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()

    heard: list[bytes] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def spoken(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


async def test_each_peer_that_does_not_answer_is_named_with_the_reason(unused_tcp_port: int) -> None:
    asked_by = Request({"type": "http", "headers": [(b"authorization", b"Bearer token")]})
    async with (
        peer(spoken("200 OK", b"[1, 2]")) as well,
        peer(None) as silent,
        peer(b"") as dead,
        peer(spoken("401 Unauthorized", b"{}")) as strict,
        peer(spoken("500 Internal Server Error", b"{}")) as broken,
        peer(spoken("200 OK", b'{"no": "list"}')) as strange,
        httpx.AsyncClient() as http,
    ):
        gone = f"http://127.0.0.1:{unused_tcp_port}"
        addresses = {
            "well": well, "silent": silent, "dead": dead, "strict": strict, "broken": broken,
            "strange": strange, "gone": gone,
        }  # fmt: skip
        peers = Peers(http, addresses, 0.5)
        said = await peers.ask([*addresses, "unknown"], "/things", TypeAdapter(list[int]), asked_by)
    assert said.parts == {"well": [1, 2]}
    assert {one.service: one.reason for one in said.missing} == {
        "silent": "too_slow", "dead": "away", "strict": "refused", "broken": "failed",
        "strange": "failed", "gone": "away", "unknown": "no_address",
    }  # fmt: skip
