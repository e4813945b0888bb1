"""Loops: started again after failures, told, and stopped."""

import asyncio

import pytest

from servicekit import supervision
from servicekit.supervision import Loop, supervised


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "pauses", lambda: iter(lambda: 0.0, None))


async def test_a_loop_is_started_again_until_it_stays() -> None:
    starts = 0
    well = asyncio.Event()

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts < 4:
            raise OSError("away")
        well.set()
        await asyncio.Event().wait()

    loop = Loop("flaky", run)
    async with supervised([loop]):
        await well.wait()
        assert starts == 4
        assert loop.state == "failing"  # it has not run well for long yet
        assert loop.error == "OSError: away"


async def test_it_counts_as_well_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "SETTLED", 0.0)
    tried = asyncio.Event()

    async def run() -> None:
        if not tried.is_set():
            tried.set()
            raise OSError("away")
        await asyncio.Event().wait()

    loop = Loop("mended", run)
    async with supervised([loop]):
        await tried.wait()
        while loop.state != "running":
            await asyncio.sleep(0)


async def test_one_that_is_cancelled_by_nobody_is_started_again() -> None:
    starts = 0
    again = asyncio.Event()

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            given_up.cancel()  # as a client does that stops while somebody waits for its answer
            await given_up
        again.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5), supervised([Loop("betrayed", run)]):
        await again.wait()


async def test_one_that_ends_by_itself_has_failed() -> None:
    async def run() -> None:
        await asyncio.sleep(0)

    loop = Loop("short", run)
    async with supervised([loop]):
        while loop.error is None:
            await asyncio.sleep(0)
        assert "ended" in loop.error


async def test_all_are_stopped_at_the_end() -> None:
    stopped = []

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(1)

    async with supervised([Loop(f"loop {n}", run) for n in range(3)]):
        await asyncio.sleep(0)
    assert len(stopped) == 3
