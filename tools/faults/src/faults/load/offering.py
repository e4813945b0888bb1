"""Clients in a process of their own, which is not to be what holds up the service.

Closed loop: each connection sends its next request when the last was answered. Open loop: requests begin at
their times, whether or not earlier ones were answered, and their time counts from there.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from statistics import quantiles

from faults.load.orders import PATH, Orders
from launch.client import Answer, Client, clients, connected

LATE = 5.0
"""Seconds after the end in which what is under way may still be answered."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to offer."""

    url: str
    token: str
    seconds: float
    connections: int
    rate: float | None = None
    """Requests a second; None for a closed loop."""
    get: str | None = None
    """An address to read; None to send new orders."""
    deadline: float = 1.0
    """Seconds within which an answer is of use."""


@dataclass(slots=True)
class Offered:
    """What became of it."""

    seconds: float = 0.0
    sent: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    """How many answers of each status; `lost` for requests without one, `unsent` where no connection was free."""
    good: int = 0
    """200s and 201s within the deadline."""
    accepted_ms: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """p50, p99 and the longest, of those."""
    refused_ms: tuple[float, float, float] = (0.0, 0.0, 0.0)
    retry_after: dict[str, int] = field(default_factory=dict)
    """How many refusals named so many seconds."""

    @property
    def goodput(self) -> float:
        return self.good / self.seconds


class _Offering:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.orders = Orders()
        self.sent = 0
        self.statuses: Counter[str] = Counter()
        self.retry: Counter[str] = Counter()
        self.accepted: list[float] = []
        self.refused: list[float] = []

    async def one(self, client: Client, began: float) -> None:
        self.sent += 1
        try:
            if self.wish.get:
                answer = await client.ask("GET", self.wish.get)
            else:
                answer = await client.ask("POST", PATH, self.orders.next())
        except ConnectionError:
            self.statuses["lost"] += 1
            return
        self._note(answer, time.perf_counter() - began)

    def _note(self, answer: Answer, taken: float) -> None:
        self.statuses[str(answer.status)] += 1
        if answer.status in {200, 201}:
            self.accepted.append(taken)
        else:
            self.refused.append(taken)
            self.retry[answer.header("retry-after") or "none"] += 1

    def result(self, seconds: float) -> Offered:
        good = sum(taken <= self.wish.deadline for taken in self.accepted)
        return Offered(
            seconds, self.sent, dict(self.statuses), good, _times(self.accepted), _times(self.refused),
            dict(self.retry),
        )  # fmt: skip


async def offer(wish: Wish) -> Offered:
    """Do it."""
    offering = _Offering(wish)
    if wish.rate is None:
        async with clients(wish.url, wish.token, wish.connections) as people:
            await _closed(offering, people, time.perf_counter() + wish.seconds)
    else:
        async with _kept(wish) as free:
            await _open(offering, free, wish.rate)
    return offering.result(wish.seconds)


async def _closed(offering: _Offering, people: list[Client], until: float) -> None:
    async def repeat(client: Client) -> None:
        while (now := time.perf_counter()) < until and not client.lost:
            await offering.one(client, now)

    await asyncio.gather(*(repeat(client) for client in people))


async def _open(offering: _Offering, free: list[Client | None], rate: float) -> None:
    wish, started, busy = offering.wish, time.perf_counter(), set[asyncio.Task[None]]()

    async def one(kept: Client | None, began: float) -> None:
        try:
            client = kept if kept and not kept.lost else await connected(wish.url, wish.token)
        except OSError:
            offering.statuses["lost"] += 1
            free.append(None)
            return
        try:
            await offering.one(client, began)
        finally:
            free.append(client)

    begun, every = 0, int(rate * wish.seconds)
    while begun < every:
        due = min(every, int((time.perf_counter() - started) * rate) + 1)
        for number in range(begun, due):
            if not free:
                offering.statuses["unsent"] += 1
                continue
            task = asyncio.create_task(one(free.pop(), started + number / rate))
            busy.add(task)
            task.add_done_callback(busy.discard)
        begun = due
        await asyncio.sleep(0.001)
    if busy:
        _, late = await asyncio.wait(busy, timeout=LATE)
        offering.statuses["lost"] += len(late)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@asynccontextmanager
async def _kept(wish: Wish) -> AsyncIterator[list[Client | None]]:
    """Places for connections, as clients keep them: made when needed, and anew when the service closed one."""
    free: list[Client | None] = [None] * wish.connections
    try:
        yield free
    finally:
        for client in free:
            if client is not None:
                client.close()


def _times(seconds: list[float]) -> tuple[float, float, float]:
    if len(seconds) < 2:
        return (0.0, 0.0, 0.0)
    cuts = quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000, max(seconds) * 1000


async def apart(wish: Wish) -> Offered:
    """Do it in a process of its own. Raises `RuntimeError` when that fails."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "faults.load.clients",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        out, _ = await child.communicate(json.dumps(asdict(wish)).encode())
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        raise RuntimeError(f"the clients' process ended with {child.returncode}; what it printed says why")
    return Offered(**json.loads(out))
