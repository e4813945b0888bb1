"""Clients that send a byte now and then, or never read what they asked for: they hold up nobody else."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from faults.load.house import House, Stopwatch, sampled
from faults.load.logs import caught_up, within
from faults.load.offering import Offered, Wish, apart
from faults.load.orders import PATH, Orders
from faults.load.table import Row

EACH = 100
"""Slow senders of each kind."""
FOLLOWERS = 40
RATE = 50.0
"""Orders a second of the others."""
WINDOW = 4096
"""Bytes that the system keeps for a slow reader: a small window, as over a bad line."""
READERS = 50
READS = 40
"""Large answers that a slow reader asks for at once."""
GROWTH = 200
"""MiB that the process may grow by."""
TIMES = 3.0
"""How much longer others may wait: the machine is shared by all that is measured here."""
FLOOR = 25.0
"""Milliseconds that nobody would call held up."""


class _Slow:
    """One of them, on a connection with a small window."""

    def __init__(self, kind: str, begin: bytes, trickle: bytes) -> None:
        self.kind = kind
        self.lasted: float | None = None
        """Seconds until the service ended the connection."""
        self._begin, self._trickle = begin, trickle

    async def go_on(self, host: str, port: int, seconds: float) -> None:
        """Send the beginning, then a byte each second, and read nothing, until the connection ends."""
        loop = asyncio.get_running_loop()
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
            wire.setblocking(False)
            await loop.sock_connect(wire, (host, port))
            began = time.monotonic()
            with suppress(OSError):  # that is its end
                await loop.sock_sendall(wire, self._begin)
                while time.monotonic() - began < seconds:
                    await asyncio.sleep(1.0)
                    if self._ended(wire):
                        break
                    if self._trickle:
                        await loop.sock_sendall(wire, self._trickle)
                else:
                    return
            self.lasted = time.monotonic() - began

    def _ended(self, wire: socket.socket) -> bool:
        """Whether the other side closed or reset it, without reading what lies there."""
        if wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return True
        state = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        return state != _ESTABLISHED


_ESTABLISHED = 1
"""Of Linux's tcp_info: any other state is on the way to the end."""


async def slow(house: House, bound: float | None = None, orders: int | None = None) -> Sequence[Row]:
    """Others' times without the slow ones and beside them, until each slow one was ended."""
    bound = bound or house.seconds(10.0, 3.0)
    seconds = 2.5 * bound
    databases = await house.stage.migrated("order-intake", "review", "procurement")
    settings = {"HEAD_SECONDS": str(bound), "PROGRESS_SECONDS": str(bound)}
    url, program = house.stage.serving("order-intake", house.around(databases), settings=settings)
    watch = Stopwatch(house.progress, seconds * 2 + 20)
    async with house.stage.running(program) as (service,):
        watch.tell("orders to be read")
        await _fill(url, house.token(), orders or (4000 if house.quick else 20000))
        await within(180, lambda: caught_up(databases["order-intake"]))
        watch.tell("others alone")
        alone = await apart(Wish(url, house.token(), seconds, 50, RATE))
        async with sampled(service.pid) as sizes:
            watch.tell("others beside the slow ones")
            place = urlsplit(url)
            crowd = _crowd(place.netloc, house.token())
            async with asyncio.TaskGroup() as group:
                for one in crowd:
                    group.create_task(one.go_on(str(place.hostname), int(place.port or 80), seconds + bound))
                beside = await apart(Wish(url, house.token(), seconds, 50, RATE))
    return _rows(bound, crowd, alone, beside, sizes, _said(program.command.log))


def _rows(
    bound: float,
    crowd: Sequence[_Slow],
    alone: Offered,
    beside: Offered,
    sizes: Sequence[float],
    said: dict[str, int],
) -> Sequence[Row]:
    kinds = sorted({one.kind for one in crowd})
    lasted = {kind: [one.lasted for one in crowd if one.kind == kind] for kind in kinds}
    longest = {kind: max(one or float("inf") for one in ends) for kind, ends in lasted.items()}
    failed = {what: count for what, count in beside.statuses.items() if count and what != "201"}
    allowed = [max(FLOOR, TIMES * one) for one in alone.accepted_ms[:2]]
    return [
        Row(
            f"p50 and p99 of others at {RATE:.0f}/s, beside {len(crowd)} slow clients",
            f"{beside.accepted_ms[0]:.1f} and {beside.accepted_ms[1]:.1f} ms; without them "
            f"{alone.accepted_ms[0]:.1f} and {alone.accepted_ms[1]:.1f} ms",
            f"at most {TIMES:.0f} times as long",
            all(b <= a for b, a in zip(beside.accepted_ms[:2], allowed, strict=True)),
        ),
        Row("others' requests that failed", f"{failed or 'none'} of {beside.sent:,}", "none", not failed),
        *(
            Row(
                f"{len(lasted[kind])} {kind}", f"the last was ended after {longest[kind]:.0f} s",
                f"all ended, within {2 * bound + 3:.0f} s", longest[kind] <= 2 * bound + 3,
            )
            for kind in kinds
        ),
        Row("what the service said of them", ", ".join(f"{n} for their {late}" for late, n in said.items()), ""),
        Row(
            "memory of the worker", f"{sizes[0]:.0f} MiB before, {max(sizes):.0f} MiB at most",
            f"at most {GROWTH} MiB more", max(sizes) - sizes[0] <= GROWTH,
        ),
    ]  # fmt: skip


def _crowd(host: str, token: str) -> Sequence[_Slow]:
    common = f"Host: {host}\r\nAuthorization: Bearer {token}\r\n"
    head = f"GET {PATH} HTTP/1.1\r\nX-Slow: ".encode()
    body = f"POST {PATH} HTTP/1.1\r\n{common}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n".encode()
    lists = f"GET {PATH}?limit=200 HTTP/1.1\r\n{common}\r\n".encode() * READS
    events = f"GET /events HTTP/1.1\r\n{common}\r\n".encode()
    return [
        *(_Slow("senders of a head", head, b"x") for _ in range(EACH)),
        *(_Slow("senders of a body", body, b"{") for _ in range(EACH)),
        *(_Slow("who never read lists", lists, b"") for _ in range(READERS)),
        *(_Slow("who never read the log", events, b"") for _ in range(FOLLOWERS)),
    ]


async def _fill(url: str, token: str, count: int) -> None:
    """Orders by an import, so that answers are large."""
    orders = Orders(complete=True)
    file = b"\n".join(orders.next() for _ in range(count))
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        f"POST /orders/imports HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/x-ndjson\r\nConnection: close\r\nContent-Length: {len(file)}\r\n\r\n"
    )
    writer.write(head.encode() + file)
    last = b""
    while data := await reader.read(1 << 20):
        last = (last + data)[-1000:]
    writer.close()
    if b'"status":"finished"' not in last:
        raise RuntimeError(f"the import did not finish: {last[-300:].decode(errors='replace')}")


def _said(log: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in log.read_text().splitlines():
        if '"client is too slow"' in line:
            late = json.loads(line)["late"]
            found[late] = found.get(late, 0) + 1
    return found
