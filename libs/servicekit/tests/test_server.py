"""A real server on a real socket, and its end."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import uvloop
from fastapi import FastAPI
from serving import Served

from launch.databases import Database
from servicekit.admission import Admission
from servicekit.protocol import bounded
from servicekit.server import Server, WatchingServer
from servicekit.testing import token_issuer


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Takes spans over HTTP; gives what was sent."""
    sent: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield sent
        server.shutdown()
        thread.join()


@pytest.fixture
def drain() -> str:
    """Seconds."""
    return "0.5"


@pytest.fixture
def served(database: Database, tmp_path: Path, unused_tcp_port: int, drain: str) -> Iterator[Served]:
    with token_issuer() as issuer:
        served = Served(database, issuer, unused_tcp_port, tmp_path / "log", DRAIN_SECONDS=drain)
        try:
            yield served
        finally:
            served.process.kill()
            served.process.wait()


async def test_no_request_is_lost_at_the_end(served: Served) -> None:
    """Clients that keep their connections hammer on; each leaves when it is told to, none is cut off."""
    await served.ready()
    done: list[str] = []

    async def hammer() -> None:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        async with httpx.AsyncClient(base_url=served.url, headers=served.headers, limits=limits) as client:
            while True:
                answer = await client.post("/repairs", json={"title": "clock"})
                assert answer.status_code == 201, answer.text
                done.append(answer.json()["id"])
                if answer.headers.get("connection") == "close":
                    return

    async with asyncio.TaskGroup() as group:
        for _ in range(16):
            group.create_task(hammer())
        while len(done) < 50:
            await asyncio.sleep(0.01)
        code = await served.end()
    assert code == 0, served.log.read_text()[-3000:]
    assert len(set(done)) == len(done)


async def test_a_request_under_way_is_finished(served: Served) -> None:
    await served.ready()

    async def slow() -> Any:
        yield b'{"title": '
        ending.set()
        await asyncio.sleep(1.2)  # longer than the drain
        yield b'"clock"}'

    ending = asyncio.Event()
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers) as client:
        headers = {"Content-Type": "application/json"}
        request = asyncio.create_task(client.post("/repairs", content=slow(), headers=headers))
        await ending.wait()
        code = await served.end()
        assert (await request).status_code == 201
    assert code == 0


@pytest.mark.parametrize("drain", ["5"])
async def test_readiness_fails_first_and_the_door_stays_open_for_a_while(served: Served) -> None:
    await served.ready()
    served.process.send_signal(signal.SIGTERM)
    while (await one(served, "GET", "/health/ready")).status_code != 503:
        pass
    for _ in range(3):  # uvicorn alone would have closed within a tenth of a second
        await asyncio.sleep(0.1)
        answer = await one(served, "POST", "/repairs", json={"title": "clock"})
        assert answer.status_code == 201
        assert answer.headers["connection"] == "close"
    assert await asyncio.to_thread(served.process.wait, 15) == 0


async def one(served: Served, method: str, path: str, **more: Any) -> httpx.Response:
    """A request on a connection of its own."""
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers, verify=False) as client:
        return await client.request(method, path, **more)


async def test_oversized_requests_are_answered_on_the_wire(served: Served) -> None:
    await served.ready()

    async def chunks() -> Any:
        for _ in range(40):
            yield b"x" * 65536

    headers = {"Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers | headers) as client:
        chunked = await client.post("/repairs", content=chunks())
        told = await client.post("/repairs", content=b"x" * (2 * 1024 * 1024))
        assert chunked.status_code == told.status_code == 413
        assert chunked.json()["type"] == told.json()["type"] == "/problems/body-too-large"
        assert (await client.post("/repairs", json={"title": "clock"})).status_code == 201
    for size in (100_000, 2_000_000):
        async with httpx.AsyncClient(base_url=served.url, headers=served.headers) as client:
            assert (await client.get("/repairs", headers={"X-Much": "x" * size})).status_code == 400


async def test_logs_and_spans_have_the_trace_and_nothing_personal(
    collector: list[bytes], served: Served
) -> None:
    await served.ready()
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    async with httpx.AsyncClient(base_url=served.url, headers=served.headers | parent) as client:
        broken = await client.post("/repairs", json={"title": "break"})
        created = await client.post("/repairs", json={"title": "a private matter"})
        number = created.json()["id"]
        await client.get(f"/repairs/{number}?as_of=1", headers={"Cookie": "private"})
        history = await client.get(f"/repairs/{number}/events")
    assert broken.json()["trace_id"] == trace
    assert history.json()["items"][0]["trace_id"] == trace
    assert await served.end() == 0
    lines = served.lines()
    requests = [line for line in lines if line["event"] == "request" and line.get("trace_id") == trace]
    assert [(line["method"], line["status"]) for line in requests[:2]] == [("POST", 500), ("POST", 201)]
    assert all(line["service"] == "desk" and line["span_id"] for line in requests)
    (failed,) = [line for line in lines if line["event"] == "request failed"]
    assert failed["error"].startswith("RuntimeError: a bug")
    assert any("repair.py" in place for place in failed["at"])
    text = served.log.read_text()
    assert "and more of it" not in text
    assert "private" not in text
    assert served.token not in text
    spans = b"".join(collector)
    assert b"POST /repairs" in spans
    assert bytes.fromhex(trace) in spans
    assert b"private" not in spans
    assert b"hunter2" not in spans


async def test_who_has_knocked_when_the_door_closes_is_answered() -> None:
    """A connection that the system has made, and that nobody has accepted yet, with a request in it."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    admission = Admission(8)
    http = bounded(admission, streamed=(), head=10, progress=10)
    config = uvicorn.Config(app, http=http, lifespan="off", log_config=None, port=0)
    server = Server(config, admission, FastAPI(), 0)
    config.load()
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await server.startup(sockets=[listener])
        with socket.create_connection(
            listener.getsockname()
        ) as knocking:  # the event loop does not run meanwhile
            knocking.sendall(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
            await server.shutdown([listener])
            knocking.setblocking(False)
            assert knocking.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_all_who_knock_at_once_are_let_in_while_the_event_loop_is_slow() -> None:
    answered = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal answered
        answered += 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def rounds_until_all_are_answered(count: int) -> int:
        admission = Admission(2 * count)
        http = bounded(admission, streamed=(), head=10, progress=10)
        server = WatchingServer(
            uvicorn.Config(app, http=http, ws="none", lifespan="off", log_config=None), admission
        )
        with socket.create_server(("127.0.0.1", 0), backlog=count) as door, ExitStack() as stack:
            serving = asyncio.create_task(server.serve(sockets=[door]))
            while not server.started:
                await asyncio.sleep(0)
            for _ in range(count):
                knocking = stack.enter_context(socket.create_connection(door.getsockname()))
                knocking.sendall(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            rounds = 0
            while answered < count:
                time.sleep(0.005)  # noqa: ASYNC251  # what makes each round of the loop a slow one
                await asyncio.sleep(0)
                rounds += 1
            server.should_exit = True
            await serving
        return rounds

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        # Left to itself, uvloop lets in one connection a round.
        assert runner.run(rounds_until_all_are_answered(300)) < 150
