"""Slices of the load scenarios, on real servers: what has to hold however busy the machine is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from faults.load.cancelled import cancelled
from faults.load.ending import ending
from faults.load.house import House
from faults.load.slow import slow
from launch.stage import Stage, place
from servicekit.testing import token_issuer

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    with token_issuer() as issuer:
        async with place(lambda line: None) as started:
            yield House(Stage(started), issuer, lambda line: None, lambda done, what: None, True, 0.1)


async def test_no_request_is_lost_when_a_process_ends_under_keep_alive_clients(house: House) -> None:
    requests, orders, end, _ = await ending(house, times=1)
    assert requests.ok, requests
    assert orders.ok, orders
    assert "exit codes [0]" in end.measured


async def test_requests_that_are_broken_off_leave_nothing_behind_and_nothing_half_done(house: House) -> None:
    left, in_use, commands, _ = await cancelled(house, count=200, seconds=0.5)
    assert left.ok, left
    assert in_use.ok, in_use
    assert commands.ok, commands


async def test_slow_clients_are_ended_and_nobody_elses_request_fails(house: House) -> None:
    _, others, *kinds, _, memory = await slow(house, bound=1.0, orders=1500)
    assert others.ok, others
    assert memory.ok, memory
    assert len(kinds) == 4
    # What readers of a slice leave unread fits into the system's buffers, where nobody can see it;
    # that they are ended is tested in libs/servicekit/tests/test_slow_clients.py.
    ended = [kind for kind in kinds if "senders" in kind.what]
    assert len(ended) == 2
    assert all("inf" not in kind.measured for kind in ended), kinds
