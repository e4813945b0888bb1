"""The event stream: who follows gets every event once, in order, and only what is theirs to see."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from desk.app import service
from desk.repair import RepairAsked
from serving import Served

from events import Actor, Context, Tip, Unavailable
from events.envelope import decode
from events.recorded import Recorded
from events.window import Choice
from launch.databases import Database
from servicekit.followers import Followers, Mark, Wish
from servicekit.owners import Owners
from servicekit.streaming import ServerSent, wished_format
from servicekit.testing import LocalService, listening, running, token_issuer

SENT = {"Accept": "text/event-stream"}


async def ask(desk: LocalService, *titles: str, company: str | None = None) -> list[str]:
    """Repairs are asked for; gives their numbers."""
    async with desk.client("anna", "clerk") as anna:
        answers = [await anna.post("/repairs", json={"title": one, "company": company}) for one in titles]
    return [str(answer.json()["id"]) for answer in answers]


async def read(desk: LocalService, query: str = "", company: str | None = None) -> list[dict[str, Any]]:
    """The lines of a stream that ends by itself."""
    async with desk.client("otto", "auditor", company=company) as otto:
        answer = await otto.get(f"/events{query}")
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def positions(lines: list[dict[str, Any]]) -> list[int]:
    """Of the events among the lines."""
    return [line["position"] for line in lines if "type" in line]


@asynccontextmanager
async def following(
    url: str, token: str, path: str = "/events?follow=true", **headers: str
) -> AsyncIterator[Any]:
    """The lines of a stream as they come, on a connection of its own."""
    headers = {"Authorization": f"Bearer {token}", **headers}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", url + path, headers=headers) as answer,
    ):
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        yield answer.aiter_lines()


async def until_event(lines: AsyncIterator[str]) -> dict[str, Any]:
    """The next event of NDJSON; marks are passed over."""
    async for line in lines:
        found: dict[str, Any] = json.loads(line)
        if "type" in found:
            return found
    raise AssertionError("the stream ended")


@pytest.fixture
async def lively(database: Database) -> AsyncIterator[tuple[LocalService, str, str]]:
    """A desk on a real socket that speaks often, its address, and a token."""
    async with (
        running(service, database, follower_heartbeat=0.2, max_followers=2) as desk,
        listening(desk) as url,
    ):
        yield desk, url, desk.issuer.token("otto", "auditor")


async def test_the_whole_log_comes_in_order_and_says_where_it_ends(desk: LocalService) -> None:
    await ask(desk, "clock", "radio")
    lines = await read(desk)
    assert positions(lines) == [1, 2]
    assert lines[-1] == {"position": 2}
    assert await read(desk, "?after=latest") == [{"position": 2}]
    assert await read(desk, "?limit=1") == [lines[0], {"position": 1}]
    assert await read(desk, "?after=1") == lines[1:]


async def test_a_line_is_the_cloud_event_that_kafka_carries(desk: LocalService) -> None:
    await ask(desk, "Ångström\nclock")
    (stored,) = await desk.runtime.log.page(after=0)
    async with desk.client("otto", "auditor") as otto:
        line = (await otto.get("/events")).content.splitlines()[0]
    kind = [("content-type", b"application/cloudevents+json")]
    found = decode("desk", "desk/0/1", None, line, kind)
    assert isinstance(found, Recorded)
    assert found.event == stored.event
    for part in ("position", "stream", "version", "name", "key", "id", "time", "context", "hash", "data"):
        assert getattr(found, part) == getattr(stored, part), part


async def test_events_are_chosen_by_whole_words_of_their_name_and_by_key(desk: LocalService) -> None:
    first, second = await ask(desk, "clock", "radio")
    async with desk.client("sam", "smith") as sam:
        await sam.post(f"/repairs/{first}/end", json={"how": "New spring"})
    await desk.settled()
    assert positions(await read(desk, "?type=repair")) == [1, 2, 3, 4]
    assert positions(await read(desk, "?type=repair.asked")) == [1, 2]
    assert positions(await read(desk, "?type=repair.asked.v1&type=repair.thanked")) == [1, 2, 4]
    assert positions(await read(desk, f"?order={second}")) == [2]
    assert positions(await read(desk, f"?order={first}&type=repair.done&type=repair.asked")) == [1, 3]
    assert (await read(desk, f"?order={second}"))[-1] == {"position": 4}


@pytest.mark.parametrize(
    ("query", "headers", "place"),
    [
        ("?type=repair.as", {}, "type"),  # no whole word: it would wait in vain
        ("?type=rep%", {}, "type"),
        ("?after=99", {}, "after"),
        ("?after=-1", {}, "after"),
        ("?after=soon", {}, "after"),
        ("?limit=0", {}, "limit"),
        ("?order=", {}, "order"),
        ("?colour=red", {}, "colour"),
        ("", {"Last-Event-ID": "99"}, "Last-Event-ID"),
        ("", {"Last-Event-ID": "x"}, "last-event-id"),
    ],
)
async def test_what_cannot_be_followed_is_refused_at_once(
    desk: LocalService, query: str, headers: dict[str, str], place: str
) -> None:
    await ask(desk, "clock")
    async with desk.client("otto", "auditor") as otto:
        answer = await otto.get(f"/events{query}", headers=headers)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert place in (fault.get("parameter"), fault.get("header")), fault


async def test_a_long_log_is_read_in_several_looks(
    desk: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look ends after so many positions, or so many events; neither loses or repeats any."""
    monkeypatch.setattr("events.window.STRETCH", 300)
    context = Context(by=Actor("anna"), at=datetime(2026, 1, 5, tzinfo=UTC))
    for id, company, size in (("A", "north", 450), ("B", "south", 1), ("C", "north", 2)):
        facts = [
            RepairAsked(title=f"{n}", company=company, things=(), due=None, price=None) for n in range(size)
        ]
        await desk.runtime.log.append(f"repair-{id}", Tip(), facts, context, key=id)
    assert positions(await read(desk)) == list(range(1, 454))
    assert positions(await read(desk, "?after=100&type=repair&limit=205")) == list(range(101, 306))
    assert positions(await read(desk, "?order=B")) == [451]
    assert positions(await read(desk, "?order=C", company="north")) == [452, 453]
    assert positions(await read(desk, company="north")) == [*range(1, 451), 452, 453]
    assert (await read(desk, company="south"))[-1] == {"position": 453}


async def test_whoever_sees_the_head_move_wakes_all_who_wait_for_it(desk: LocalService) -> None:
    """Also a follower that has just come, before the loop that watches the head looks again."""
    log = desk.runtime.log
    followers = Followers(log, Owners(log, service.deciders), most=2, heartbeat=60, longest=60)
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(followers.read())
        stream = followers.follow(Wish(0, Choice(), follow=True), Actor("otto"), head=0)
        assert await anext(stream) == Mark(0)
        coming = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)  # it waits for the head to move
        await ask(desk, "clock")
        assert await followers.head() == 1
        facts = await asyncio.wait_for(coming, 10)
        assert not isinstance(facts, Mark)
        assert [fact.position for fact in facts] == [1]
        reading.cancel()


async def test_an_outage_sends_followers_away_with_their_position(
    lively: tuple[LocalService, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, url, token = lively

    async def away(_: Any) -> Any:
        raise Unavailable("the database did not answer")

    await ask(desk, "clock")
    async with following(url, token) as lines:
        await until_event(lines)
        with monkeypatch.context() as outage:
            outage.setattr(desk.runtime.log, "ask", away)
            await ask(desk, "radio")
            last = [json.loads(line) async for line in lines][-1]
    assert last["position"] == 1
    assert last["retry"] > 0
    assert positions(await read(desk, f"?after={last['position']}")) == [2]
    desk.runtime.followers.end()
    async with desk.client("otto", "auditor") as otto:
        assert (await otto.get("/events")).status_code == 503


async def test_nobody_follows_without_a_token(desk: LocalService) -> None:
    assert (await desk.nobody.get("/events")).status_code == 401


async def test_each_company_sees_its_own_and_its_position_moves_past_the_others(desk: LocalService) -> None:
    await ask(desk, "clock", company="north")
    await ask(desk, "radio", "lamp", company="south")
    (shared,) = await ask(desk, "stove")
    await ask(desk, "watch", company="north")
    for _ in range(2):  # the second time from memory
        north, south = await read(desk, company="north"), await read(desk, company="south")
        assert positions(north) == [1, 5]
        assert positions(south) == [2, 3]
        assert north[-1] == south[-1] == {"position": 5}
    assert positions(await read(desk)) == [1, 2, 3, 4, 5]
    # By no filter either, and what is nobody's is the group's.
    assert positions(await read(desk, f"?order={shared}", company="north")) == []
    assert positions(await read(desk, "?type=repair&limit=1&after=1", company="north")) == [5]
    text = json.dumps(north)
    assert "south" not in text
    assert "radio" not in text


async def test_what_happens_comes_at_once_and_again_after_a_cut(
    lively: tuple[LocalService, str, str],
) -> None:
    """Wherever the stream is cut, nothing is lost and nothing comes twice."""
    desk, url, token = lively
    await ask(desk, "first")
    seen: list[dict[str, Any]] = []
    for number in range(4):
        path = f"/events?follow=true&after={seen[-1]['position'] if seen else 0}"
        async with following(url, token, path) as lines:
            seen.append(await until_event(lines))
            await ask(desk, f"live {number}", f"unseen {number}")
            seen.append(await until_event(lines))
    rest = await read(desk, f"?after={seen[-1]['position']}")
    assert [one["position"] for one in seen] + positions(rest) == list(range(1, 10))


async def test_server_sent_events_resume_after_the_last_id(lively: tuple[LocalService, str, str]) -> None:
    desk, url, token = lively
    await ask(desk, "clock", "radio", "lamp")
    async with following(url, token, "/events", **SENT) as lines:  # follows without being told to
        text = ""
        while "id: 3\ndata: " not in text:
            text += await anext(lines) + "\n"
    blocks = [block.splitlines() for block in text.split("\n\n")]
    assert blocks[0] == [": alive", "id: 0"]
    assert [block[0] for block in blocks[1:4]] == ["id: 1", "id: 2", "id: 3"]
    assert json.loads(blocks[1][1].removeprefix("data: "))["data"]["title"] == "clock"
    resumed = {**SENT, "Last-Event-ID": "2"}
    async with following(url, token, "/events?after=0&limit=1", **resumed) as lines:
        ids = [line async for line in lines if line.startswith("id: ")]
    assert ids == ["id: 2", "id: 3", "id: 3"]  # where it begins, the event, where it ended


async def test_marks_move_a_follower_past_what_it_did_not_want(lively: tuple[LocalService, str, str]) -> None:
    desk, url, token = lively
    async with following(url, token, "/events?follow=true&type=repair.done") as lines:
        assert json.loads(await anext(lines)) == {"position": 0}
        await ask(desk, "clock", "radio")
        while (mark := json.loads(await anext(lines))) != {"position": 2}:
            assert mark.keys() == {"position"}
    async with following(url, token, "/events?type=repair.done&after=0", **SENT) as lines:
        while await anext(lines) != "id: 2":
            pass


async def test_who_comes_when_all_places_are_taken_is_told_when_to_come_again(
    lively: tuple[LocalService, str, str],
) -> None:
    desk, url, token = lively
    await ask(desk, "clock")
    async with desk.client("otto", "auditor") as otto:
        async with following(url, token) as one, following(url, token) as other:
            await until_event(one)
            await until_event(other)
            refused = await otto.get("/events")
            assert refused.status_code == 503
            assert refused.json()["type"] == "/problems/too-many-followers"
            assert int(refused.headers["retry-after"]) >= 1
        while (await otto.get("/events")).status_code != 200:  # the places of those who left
            await asyncio.sleep(0.01)


async def test_a_follower_is_asked_to_come_back_so_that_its_token_is_looked_at_again(
    database: Database,
) -> None:
    async with running(service, database, follower_seconds=0.3) as desk, listening(desk) as url:
        await ask(desk, "clock")
        token = desk.issuer.token("otto", "auditor")
        async with following(url, token) as lines:
            last = [json.loads(line) async for line in lines][-1]
        assert last["position"] == 1
        assert 0 < last["retry"] <= 3000


async def test_a_reader_that_takes_nothing_loses_its_place(database: Database) -> None:
    """10 MB are more than the sockets between them hold."""
    async with (
        running(service, database, max_followers=1, follower_seconds=0.5) as desk,
        listening(desk) as url,
        desk.client("anna", "clerk") as anna,
    ):
        things = [{"name": "x" * 200, "quantity": 1}] * 3500
        for number in range(12):
            assert (
                await anna.post("/repairs", json={"title": f"{number}", "things": things})
            ).status_code == 201
        with await stalled(url, desk.issuer.token("otto", "auditor")):
            while (await anna.get("/events?after=latest")).status_code == 200:
                pass  # it has not come in yet
            while (await anna.get("/events?after=latest")).status_code != 200:
                await asyncio.sleep(0.05)


async def test_many_followers_at_the_end_of_the_log_share_what_is_read(database: Database) -> None:
    """Idle ones ask the database nothing; an event that all of them wait for is read once."""
    async with running(service, database, max_followers=30) as desk, listening(desk) as url:
        token = desk.issuer.token("otto", "auditor")
        asked = 0
        ask_log = desk.runtime.log.ask

        async def counted(work: Any) -> Any:
            nonlocal asked
            asked += 1
            return await ask_log(work)

        desk.runtime.log.ask = counted  # type: ignore[method-assign]  # what goes to the database is to be seen

        async def first() -> int:
            async with following(url, token) as lines:
                await anext(lines)
                waiting.release()
                return int((await until_event(lines))["position"])

        waiting = asyncio.Semaphore(0)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(first()) for _ in range(30)]
            for _ in tasks:
                await waiting.acquire()
            assert asked == 0
            await ask(desk, "clock")
        assert {task.result() for task in tasks} == {1}
        assert asked < 10


@pytest.fixture
def served(database: Database, tmp_path: Path, unused_tcp_port: int) -> Iterator[Served]:
    with token_issuer() as issuer:
        served = Served(database, issuer, unused_tcp_port, tmp_path / "log", DRAIN_SECONDS="0.2")
        try:
            yield served
        finally:
            served.process.kill()
            served.process.wait()


async def test_at_the_end_followers_are_sent_away_where_they_are(served: Served) -> None:
    """SIGTERM ends every stream whole, with its position, and keeps nobody waiting."""
    await served.ready()
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers) as client:
        await client.post("/repairs", json={"title": "clock"})
    async with (
        following(served.url, served.token) as lines,
        following(served.url, served.token, "/events", **SENT) as messages,
    ):
        await until_event(lines)
        ended = asyncio.create_task(served.end())
        last = [json.loads(line) async for line in lines][-1]
        text = [line async for line in messages]
    assert last["position"] == 1
    assert last["retry"] > 0
    assert text[-4] == ": come back"
    assert text[-3].startswith("retry: ")
    assert text[-2:] == ["id: 1", ""]
    assert await ended == 0, served.log.read_text()[-3000:]


async def test_a_reader_that_stops_costs_no_memory_and_loses_nothing(served: Served) -> None:
    """24 MB are in the log; five readers take none of it, the others are served, then one reads on."""
    await served.ready()
    things = [{"name": "x" * 200, "quantity": 1}] * 1800
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers, timeout=30) as client:
        for number in range(60):
            answer = await client.post("/repairs", json={"title": f"{number}", "things": things})
            assert answer.status_code == 201, answer.text
        await client.get("/events?limit=3")
        before = resident(served.process.pid)
        readers = [await stalled(served.url, served.token) for _ in range(5)]
        await asyncio.sleep(1)
        assert (await client.post("/repairs", json={"title": "clock"})).status_code == 201
        grown = resident(served.process.pid) - before
        assert grown < 20_000_000, f"{grown:,} bytes more for five readers that read nothing"
        seen = await read_all(readers[0])
    assert seen == list(range(1, 61))  # to the end that there was when it asked
    assert await served.end() == 0, served.log.read_text()[-3000:]
    for reader in readers:
        reader.close()


async def stalled(url: str, token: str) -> socket.socket:
    """A reader with a small buffer, which has asked and does not read."""
    loop = asyncio.get_running_loop()
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    reader.setblocking(False)
    host, port = url.removeprefix("http://").split(":")
    await loop.sock_connect(reader, (host, int(port)))
    head = f"GET /events HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n"
    await loop.sock_sendall(reader, head.encode())
    return reader


async def read_all(reader: socket.socket) -> list[int]:
    """The positions of all events, to the end of a chunked answer."""
    text = bytearray()
    while not text.endswith(b"\r\n0\r\n\r\n"):
        part = await asyncio.get_running_loop().sock_recv(reader, 1 << 20)
        assert part, "the server closed before the end"
        text += part
    body = bytearray()
    at = text.index(b"\r\n\r\n") + 4
    while size := int(text[at : (end := text.index(b"\r\n", at))], 16):
        body += text[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return positions([json.loads(line) for line in body.splitlines()])


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("", False),
        ("*/*", False),
        ("text/event-stream", True),
        ("text/event-stream, */*", True),
        ("application/x-ndjson, text/event-stream;q=0.5", False),
        ("application/x-ndjson;q=0.1, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("Text/Event-Stream; charset=utf-8", True),
        ("text/event-stream;q=much", False),
    ],
)
def test_the_form_is_the_one_that_accept_prefers(accept: str, sent: bool) -> None:
    assert isinstance(wished_format(accept), ServerSent) is sent
