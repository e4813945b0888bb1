"""Commands over HTTP: the token is checked, the order read, what is decided appended, all durable."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Awaitable, Callable, Iterator

from benchmarks.append import rate
from benchmarks.measure import Aim, Comparison, Work, alternate
from benchmarks.order_life import fill, stream_of
from benchmarks.services import serving, settled
from benchmarks.size import Size
from benchmarks.stage import Stage
from launch.client import Client, clients
from launch.ports import HOST, choose
from launch.probe import is_ready
from launch.program import Command, Program
from servicekit.testing import token_issuer

CONNECTIONS = 32
STEPS = 4
"""Events of an order whose requirements can be confirmed."""
BODY = b'{"content_version":1}'
FASTEST = 2_500
"""Commands a second that there are orders for."""


async def commands(stage: Stage, size: Size) -> list[Comparison]:
    """Confirm the requirements of one order after another."""
    with token_issuer() as issuer:
        token = issuer.token("lin.yue", "sales")
        databases = await stage.migrated("order-intake", "review", "procurement")
        orders = int(size.seconds * size.rounds * 2 * FASTEST)
        await fill(databases["order-intake"].owner_url, STEPS * orders, steps=STEPS)
        await stage.settle()
        url, service = serving(stage, "order-intake", databases, issuer, module="benchmarks.with_noop")
        bare_url, bare = _bare(stage)
        async with stage.running(service, bare):
            stage.say(f"until the lists show {STEPS * orders:,} events")
            await settled(databases["order-intake"], "order-intake")
            numbers = itertools.count(1)
            # Anew for each: connections that are silent for long are ended.
            async with clients(url, token, CONNECTIONS) as people:
                confirming = _confirming(size, people, numbers)
                beside_same = await alternate(size.rounds, confirming, _idling(size, people))
            async with (
                clients(url, token, CONNECTIONS) as people, clients(bare_url, token, CONNECTIONS) as others,
            ):  # fmt: skip
                confirming = _confirming(size, people, numbers)
                beside_bare = await alternate(size.rounds, confirming, _idling(size, others))
    what = f"HTTP command that reads and appends, {CONNECTIONS} connections, token"
    return [
        Comparison(
            what, "requests/s", beside_same[0], "no-op POST of the same app", beside_same[1],
            [Aim("ratio", at_least=0.6)],
        ),
        Comparison(
            what, "requests/s", beside_bare[0], "no-op POST of a bare FastAPI app, no token", beside_bare[1]
        ),
    ]  # fmt: skip


def _confirming(size: Size, people: list[Client], numbers: Iterator[int]) -> Work:
    async def confirm(client: Client) -> None:
        number = stream_of(next(numbers)).partition("-")[2]
        expect(200, await client.post(f"/orders/{number}/requirements-confirmation", BODY))

    return _by_all(size, people, confirm)


def _idling(size: Size, people: list[Client]) -> Work:
    async def nothing(client: Client) -> None:
        expect(200, await client.post("/nothing", BODY))

    return _by_all(size, people, nothing)


def _by_all(size: Size, people: list[Client], do: Callable[[Client], Awaitable[None]]) -> Work:
    """All of them at it, each one request after another."""
    free = list(people)

    async def once() -> None:
        client = free.pop()
        await do(client)
        free.append(client)

    return lambda: rate(size.seconds, CONNECTIONS, once)


def expect(status: int, got: int) -> None:
    if got != status:
        raise RuntimeError(f"the service answered {got} instead of {status}; its log says why")


def _bare(stage: Stage) -> tuple[str, Program]:
    port = choose()
    argv = [sys.executable, "-m", "benchmarks.bare_noop", str(port)]
    command = Command("bare-noop", argv, stage.place / "bare-noop.log")
    return f"http://{HOST}:{port}", Program(command, ready=lambda: is_ready(HOST, port, "/health/ready"))
