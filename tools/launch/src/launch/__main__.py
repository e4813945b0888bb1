"""`make run`: start everything, print where it is, and keep it running until told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import AsyncExitStack

from launch.assembly import system
from launch.brokers import CannotMeet, Wish
from launch.program import DidNotStart
from launch.running import DATA, AlreadyRunning
from launch.terminal import Terminal

_PARENT_POLL = 1.0  # seconds between two looks whether make is still there


def main() -> int:
    """Gives the exit status: 0 after Ctrl-C or SIGTERM, 1 when something could not be started."""
    terminal = Terminal()
    try:
        asyncio.run(_run(terminal))
    except (AlreadyRunning, CannotMeet, DidNotStart, OSError) as error:
        terminal.fail(str(error))
        return 1
    return 0


async def _run(terminal: Terminal) -> None:
    """Work until it fails or somebody wants it to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _asked_to_stop, stop, terminal)
    tasks = [
        working := asyncio.create_task(_work(terminal)),
        asyncio.create_task(stop.wait()),
        asyncio.create_task(_parent_gone()),
    ]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    try:
        await working
    except asyncio.CancelledError:
        terminal.say("stopped; the data is kept (`make clean` removes it)")


async def _work(terminal: Terminal) -> None:
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        with terminal.busy("starting PostgreSQL, the broker and the services"):
            launching = system(
                DATA,
                wish=Wish.from_environment(),
                admin_url=os.environ.get("POSTGRES_ADMIN_URL") or None,
                usual_ports=True,
                say=terminal.say,
                progress=terminal.downloading,
            )
            started = await stack.enter_async_context(launching)
        terminal.ready(started.running, time.monotonic() - began)
        await asyncio.Event().wait()


def _asked_to_stop(stop: asyncio.Event, terminal: Terminal) -> None:
    if stop.is_set():
        # Asked twice: end at once. The leash stops what is left.
        os._exit(1)
    terminal.say("stopping")
    stop.set()


async def _parent_gone() -> None:
    """Return when make, which started this, is gone without having told. Else never."""
    parent = os.getppid()
    # The operating system tells nobody when a parent ends.
    while "MAKELEVEL" not in os.environ or os.getppid() == parent:  # noqa: ASYNC110
        await asyncio.sleep(_PARENT_POLL)


if __name__ == "__main__":
    sys.exit(main())
