"""Supervision: programs are started, watched until they are ready, and started again when they die.

A program that ends without having been asked to is started again after a pause that doubles up
to a limit, and a line says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from types import TracebackType

from launch.leash import Leash
from launch.program import Program, Say, failure, kill_group, reason, spawn

_FIRST_PAUSE = 0.2
_SETTLED = 20.0  # seconds after which an earlier death no longer lengthens the pause
_TRIES = 3  # deaths before it was ever ready, after which a program counts as broken
_POLL = 0.05


class Process:
    """A program that is kept running. `pid` changes when it is started again."""

    def __init__(self, program: Program, leash: Leash, say: Say, started: Callable[[], None]) -> None:
        self.program = program
        self.pid = 0
        self.starts = 0
        self._leash = leash
        self._say = say
        self._started = started
        self._ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._first_try: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def name(self) -> str:
        return self.program.command.name

    async def ready(self) -> None:
        """Wait until the program is up, also again after a death."""
        await self._ready.wait()

    def kill(self) -> None:
        """`kill -9`, as a fault; the program is started again."""
        self._ready.clear()
        os.kill(self.pid, signal.SIGKILL)

    async def keep(self) -> None:
        """Keep it running until it is asked to end."""
        deaths = 0
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                ended = f"ended with {reason(await self._once())}"
            except OSError as error:
                ended = f"could not be started ({error})"
            self._ready.clear()
            if self._stop.is_set():
                return
            deaths = 1 if time.monotonic() - began > _SETTLED else deaths + 1
            if not self._first_try.done() and deaths >= _TRIES:
                self._first_try.set_exception(failure(self.program.command, ended))
                return
            pause = min(_FIRST_PAUSE * 2 ** (deaths - 1), self.program.longest_pause)
            self._say(f"{self.name} {ended}; starting it again in {pause:.1f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def first_start(self) -> None:
        """Wait until it is ready for the first time. Raises `DidNotStart`."""
        try:
            await asyncio.wait_for(asyncio.shield(self._first_try), self.program.patience)
        except TimeoutError:
            what = f"was not ready within {self.program.patience:.0f} s"
            raise failure(self.program.command, what) from None

    def end(self) -> None:
        """Ask it to end, and keep it down."""
        self._stop.set()

    def give_up(self, error: BaseException) -> None:
        """Keeping it failed by itself: nobody is to wait for it any longer."""
        self._say(f"cannot keep {self.name} running any more: {error!r}")
        if not self._first_try.done():
            self._first_try.set_exception(error)

    async def _once(self) -> int:
        """Start it, wait for its end or the wish for it, and give its exit code."""
        await self.program.before()
        child = await spawn(self.program.command, self._leash)
        self.pid = child.pid
        self.starts += 1
        self._started()
        try:
            ended = asyncio.create_task(child.wait())
            await self._watch_until_ready(ended)
            stopping = asyncio.create_task(self._stop.wait())
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not ended.done():
                await self._end_child(ended)
            return await ended
        finally:
            kill_group(child.pid)
            self._leash.release(child.pid)

    async def _watch_until_ready(self, ended: asyncio.Task[int]) -> None:
        while not ended.done() and not self._stop.is_set():
            if await self.program.ready():
                if self.starts > 1:
                    self._say(f"{self.name} is back (pid {self.pid})")
                self._ready.set()
                if not self._first_try.done():
                    self._first_try.set_result(None)
                return
            await asyncio.sleep(_POLL)

    async def _end_child(self, ended: asyncio.Task[int]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, self.program.command.stop)
        done, _ = await asyncio.wait({ended}, timeout=self.program.grace)
        if not done:
            self._say(f"{self.name} did not stop within {self.program.grace:.0f} s and is killed")
            kill_group(self.pid)


class Supervisor:
    """Use as `async with Supervisor(leash, say) as supervisor`; leaving it stops all at once.

    Servers that others depend on go into an outer supervisor, so that they end last.
    """

    def __init__(self, leash: Leash, say: Say, started: Callable[[], None] = lambda: None) -> None:
        self.leash = leash
        self._say = say
        self._started = started
        self._kept: list[tuple[Process, asyncio.Task[None]]] = []

    async def __aenter__(self) -> Supervisor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self, program: Program) -> Process:
        """Start a program and wait until it is ready. Raises `DidNotStart`."""
        process = Process(program, self.leash, self._say, self._started)
        keeping = asyncio.create_task(process.keep())
        keeping.add_done_callback(lambda _: _report(process, keeping))
        self._kept.append((process, keeping))
        await process.first_start()
        return process

    @property
    def processes(self) -> list[Process]:
        """All that are kept running here."""
        return [process for process, _ in self._kept]

    async def close(self) -> None:
        """Stop all, and wait for them."""
        for process, _ in self._kept:
            process.end()
        await asyncio.gather(*(keeping for _, keeping in self._kept))
        self._kept.clear()


def _report(process: Process, keeping: asyncio.Task[None]) -> None:
    """Tell at once what `close` would only raise at the end."""
    if not keeping.cancelled() and (error := keeping.exception()):
        process.give_up(error)
