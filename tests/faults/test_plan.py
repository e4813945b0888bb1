"""The plan of a storm, and what a client makes of its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest

from faults.journal import Entry
from faults.plan import plan
from faults.points import all_times
from faults.sending import Journal, Sender


def test_the_same_seed_gives_the_same_plan() -> None:
    first, again, other = (plan(seed, 300, 20, 11, disk=True) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", range(20))
def test_as_many_faults_as_asked_and_every_kind_among_them(seed: int) -> None:
    faults = [fault for burst in plan(seed, 300, 20, 11, disk=True).bursts for fault in burst]
    by_kind = Counter(fault.kind for fault in faults)
    assert by_kind["crash point"] == all_times(20)
    assert len(faults) == 300 + all_times(20)
    assert set(by_kind) == {
        "kill", "stop", "terminate", "cut", "reset", "delay", "fill disk", "crash point",
    }  # fmt: skip


def test_where_no_disk_can_be_filled_something_else_is_drawn() -> None:
    faults = [fault for burst in plan(7, 300, 20, 11, disk=False).bursts for fault in burst]
    assert len(faults) == 300 + all_times(20)
    assert "fill disk" not in {fault.kind for fault in faults}


DONE = {"id": "7K3M", "version": 2, "position": 9, "events": ["order.received.v1"], "state": {}}
IN_FLIGHT = {"type": "/problems/request-in-flight", "status": 409}
REFUSED = {"type": "/problems/order-closed", "status": 409}


async def test_what_is_lost_is_sent_again_under_the_same_key() -> None:
    answers: Iterator[httpx.Response | Exception] = iter([
        httpx.ConnectError("cut"), httpx.Response(503), httpx.Response(409, json=IN_FLIGHT),
        httpx.Response(201, json=DONE),
    ])  # fmt: skip
    keys = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    entry = await _send(answer, patience=60)
    assert (entry.outcome, entry.status, entry.attempts) == ("done", 201, 4)
    assert (entry.id, entry.version, entry.position, entry.events) == ("7K3M", 2, 9, ("order.received.v1",))
    assert set(keys) == {f'"{entry.key}"'}
    assert UUID(entry.key).version == 4


async def test_a_refusal_is_known_at_once() -> None:
    entry = await _send(lambda _: httpx.Response(409, json=REFUSED), patience=60)
    assert (entry.outcome, entry.status, entry.attempts) == ("failed", 409, 1)


async def test_who_runs_out_of_patience_does_not_know() -> None:
    entry = await _send(lambda _: httpx.Response(500), patience=0.1)
    assert (entry.outcome, entry.status) == ("unknown", 500)


async def _send(answer: Callable[[httpx.Request], httpx.Response], patience: float) -> Entry:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        sender = Sender(http, {"order-intake": "http://door"}, {"sales": "token"}, Journal(), 1, patience)
        sender.allow(1)
        return await sender.send("order-intake", "sales", "/orders", {})
