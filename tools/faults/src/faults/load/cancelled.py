"""Clients that go away in the middle of a request, thousands of times: nothing is left behind, nothing half done."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from faults.load.house import House, Stopwatch
from faults.load.logs import asked, orders_of, within
from faults.load.offering import Wish, apart
from faults.load.orders import PATH, Orders
from faults.load.table import Row
from launch.client import Client, connected
from launch.databases import Database

AT_ONCE = 50
SHORTEST = 0.02
"""Seconds that a client stays, on the average; longer where an answer takes long, so that some get theirs."""
SETTLED = 30.0
"""Seconds in which what was begun may come to its end."""
EVENTS = 2
"""That a new order has which lacks something: received, and found incomplete."""
_IDLE = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in transaction%'"


class _Leavers:
    """Those who leave, and what they were told before."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._chance = random.Random(5)  # noqa: S311  # no secret
        self.bodies: dict[str, bytes] = {}
        """What was sent under each idempotency key."""
        self.done: dict[str, int] = {}
        """By idempotency key, the position that a 201 told."""
        self.patience = SHORTEST
        self.left = 0
        self.answered = 0
        self._orders = Orders()

    async def one(self, number: int) -> None:
        kind = number % 4
        if kind == 2:
            await self._leave_on_the_wire(self._request("GET", "/events?follow=false"))
            return
        if kind == 3:
            whole = self._request("POST", PATH, self._orders.next())
            await self._leave_on_the_wire(whole[: self._chance.randrange(1, len(whole))])
            return
        client = await connected(self._url, self._token)
        try:
            if kind == 0:
                key = f"leaver-{number}"
                self.bodies[key] = self._orders.next()
                await self._leave_in(client, "POST", PATH, self.bodies[key], key)
            else:
                await self._leave_in(client, "GET", f"{PATH}?limit=100")
        finally:
            client.abort()

    async def _leave_in(
        self, client: Client, method: str, path: str, body: bytes = b"", key: str = ""
    ) -> None:
        asking = asyncio.create_task(
            client.ask(method, path, body, **({"Idempotency_Key": key} if key else {}))
        )
        done, _ = await asyncio.wait({asking}, timeout=self._chance.expovariate(1 / self.patience))
        if not done:
            self.left += 1
            asking.cancel()
            return
        self.answered += 1
        answer = asking.result()
        if key and answer.status == 201:
            self.done[key] = int(answer.header("log-position") or 0)

    async def _leave_on_the_wire(self, part: bytes) -> None:
        """Send what may be a part of a request, or ask for a stream, and leave without a word."""
        place = urlsplit(self._url)
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(part)
        await asyncio.sleep(self._chance.random() * self.patience)
        writer.transport.abort()
        self.left += 1

    def _request(self, method: str, path: str, body: bytes = b"") -> bytes:
        head = [
            f"{method} {path} HTTP/1.1", f"Host: {urlsplit(self._url).netloc}", f"Authorization: Bearer {self._token}",
            "Content-Type: application/json", f"Content-Length: {len(body)}",
        ]  # fmt: skip
        return "\r\n".join([*head, "", ""]).encode() + body


async def cancelled(house: House, count: int | None = None, seconds: float | None = None) -> Sequence[Row]:
    """5,000 of them, or `count`; speed is measured for so many `seconds` before and after."""
    count = count or (1000 if house.quick else 5000)
    seconds = seconds or house.seconds(5.0, 2.0)
    databases = await house.stage.migrated("order-intake", "review", "procurement")
    intake = databases["order-intake"]
    url, program = house.stage.serving("order-intake", house.around(databases))
    leavers = _Leavers(url, house.token())
    async with house.stage.running(program):

        async def speeds(what: str) -> tuple[float, float]:
            watch.tell(what)
            written = await apart(Wish(url, house.token(), seconds, 32))
            leavers.patience = max(SHORTEST, 2 * written.accepted_ms[0] / 1000)
            read = await apart(Wish(url, house.token(), seconds, 8, get=f"{PATH}?limit=20"))
            return written.goodput, read.goodput

        watch = Stopwatch(house.progress, 4 * seconds + count / 150)
        before = await speeds("as it is")
        made_before = len(await orders_of(intake))
        for first in range(0, count, AT_ONCE):
            watch.tell(f"{first:,} requests broken off")
            await asyncio.gather(
                *(leavers.one(number) for number in range(first, min(first + AT_ONCE, count)))
            )
        took = await within(SETTLED, lambda: _nothing_left(url, house.token(), intake))
        gauges = await _gauges(url, house.token())
        idle = (await asked(intake, _IDLE, intake.name))[0][0]
        broken = await _broken(leavers, intake, made_before, url, house.token())
        after = await speeds("as it is afterwards")
    return [
        Row(
            "requests broken off by their clients", f"{leavers.left:,} of {count:,}; the others had their answer",
            "at least half", leavers.left * 2 >= count,
        ),
        Row(
            "left in use afterwards",
            f"{gauges['db_pool_connections_used']:.0f} connections of the pool, "
            f"{gauges['idempotency_keys_in_flight']:.0f} idempotency keys, {idle} connections idle in a transaction"
            + ("" if took is None else f", {took:.1f} s after the last one left"),
            "0, 0, 0", not any(gauges.values()) and not idle,
        ),
        Row(
            "commands", f"{len(leavers.bodies):,} sent, {len(leavers.done):,} acknowledged in time; " + (
                f"{len(broken)} wrong: {'; '.join(broken[:3])}" if broken else "each took effect once"
            ),
            "each whole, once, and again the same when it is repeated", not broken and bool(leavers.done),
        ),
        Row(
            "speed afterwards, beside before", f"writing {after[0]:,.0f}/s, {after[0] / before[0]:.0%}; "
            f"reading {after[1]:,.0f}/s, {after[1] / before[1]:.0%}", "at least 80 %",
            min(after[0] / before[0], after[1] / before[1]) >= 0.8,
        ),
    ]  # fmt: skip


async def _nothing_left(url: str, token: str, intake: Database) -> bool:
    return (
        not any((await _gauges(url, token)).values()) and not (await asked(intake, _IDLE, intake.name))[0][0]
    )


async def _gauges(url: str, token: str) -> dict[str, float]:
    client = await connected(url, token)
    try:
        text = (await client.ask("GET", "/metrics")).body.decode()
    finally:
        client.close()
    found = {}
    for name in ("db_pool_connections_used", "idempotency_keys_in_flight"):
        value = re.search(rf"^{name}\S* ([0-9.e+]+)$", text, re.MULTILINE)
        if value is None:
            raise RuntimeError(f"/metrics has no {name}")
        found[name] = float(value[1])
    return found


async def _broken(leavers: _Leavers, intake: Database, before: int, url: str, token: str) -> Sequence[str]:
    """Send every command again under its key; then each stands in the log exactly once, and whole."""
    faults = []
    client = await connected(url, token)
    try:
        for key, body in leavers.bodies.items():
            answer = await client.ask("POST", PATH, body, Idempotency_Key=key)
            if answer.status != 201:
                faults.append(f"{key} was answered {answer.status} when repeated")
            position = int(answer.header("log-position") or 0)
            if leavers.done.get(key, position) != position:
                faults.append(
                    f"{key} was acknowledged at {leavers.done[key]}, and when repeated at {position}"
                )
    finally:
        client.close()
    orders = await orders_of(intake)
    faults += [f"order {order} has {count} events" for order, count in orders.items() if count != EVENTS]
    if len(orders) - before != len(leavers.bodies):
        faults.append(f"{len(leavers.bodies)} commands led to {len(orders) - before} orders")
    return faults
