"""An event loop for several processes, whose time passes only while all of them wait.

Each process keeps asyncio's order of its own callbacks; whose turn is next is drawn at random.
A process may be stopped (its callbacks pile up) or killed (what it still does has no effect).
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from itertools import count
from random import Random
from typing import Any

WORLD = "world"
_here: ContextVar[Process | None] = ContextVar("process", default=None)


class Stalled(Exception):
    """Every task waits, and nothing is under way that could wake one."""


class Process:
    """One operating system process: tasks that live, stop and die together."""

    def __init__(self, name: str, loop: VirtualLoop) -> None:
        self.name = name
        self.alive = True
        self.stopped = False
        self.ready: deque[asyncio.Handle] = deque()
        self._loop = loop
        self._tasks: list[asyncio.Task[Any]] = []
        self._at_end: list[Callable[[], None]] = []
        self._context = copy_context()
        self._context.run(_here.set, self)
        loop.processes.append(self)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a task in this process."""
        _ = self._context.run(self._loop.create_task, work)  # kept, see `adopt`

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back in this process; not while it is stopped."""
        self._loop.call_later(seconds, callback, context=self._context)

    def at_end(self, callback: Callable[[], None]) -> None:
        """What the outside does when this process is killed."""
        self._at_end.append(callback)

    def kill(self) -> None:
        """End it between two steps. Its tasks unwind, but nothing outside notices what they do."""
        self.alive, self.stopped = False, False
        for callback in self._at_end:
            callback()
        for task in self._tasks:
            task.cancel()

    def adopt(self, task: asyncio.Task[Any]) -> None:
        self._tasks.append(task)

    @property
    def buried(self) -> bool:
        return all(task.done() for task in self._tasks)


def here() -> Process:
    """The process that asks. A dead one gets no further."""
    process = _here.get()
    assert process is not None, "only processes reach databases and brokers"
    if not process.alive:
        raise asyncio.CancelledError
    return process


class _Task(asyncio.Task[Any]):
    """Hashed by number, not by address: asyncio keeps tasks in sets, and iterates them."""

    def __init__(self, number: int, work: Coroutine[Any, Any, Any], loop: VirtualLoop) -> None:
        self._number = number
        super().__init__(work, loop=loop)

    def __hash__(self) -> int:
        return self._number


class VirtualLoop(asyncio.BaseEventLoop):
    """asyncio's loop without sockets, and without waiting."""

    _ready: deque[asyncio.Handle]
    _stopping: bool

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.processes: list[Process] = []
        self.unhandled: list[str] = []
        """What died without anybody noticing."""
        self._random = random
        self._now = 0.0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = count()
        self._outside = deque[asyncio.Handle]()
        self.set_task_factory(self._task)  # type: ignore[arg-type]  # typeshed wants a generic function
        self.set_exception_handler(self._unhandled)

    def time(self) -> float:
        return self._now

    def server(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back on behalf of no process: a database or a broker."""
        return self.call_later(seconds, callback, context=Context())

    def _run_once(self) -> None:
        while self._ready:
            handle = self._ready.popleft()
            owner = handle._context.get(_here)  # type: ignore[attr-defined]  # no public way to know it
            (self._outside if owner is None else owner.ready).append(handle)
        runnable = [process.ready for process in self.processes if process.ready and not process.stopped]
        if self._outside:
            runnable.append(self._outside)
        if runnable:
            queue = runnable[0] if len(runnable) == 1 else self._random.choice(runnable)
            for _ in range(len(queue)):
                handle = queue.popleft()
                if not handle.cancelled():
                    handle._run()
        elif not self._stopping:
            self._advance()

    def call_at(  # type: ignore[override]  # typeshed's is generic in the arguments
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._numbers), timer))
        return timer

    def _advance(self) -> None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            raise Stalled(f"at {self._now:.3f} s everything waits for ever")
        self._now = max(self._now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._now:
            self._ready.append(heapq.heappop(self._timers)[2])

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing: cancelled ones are passed by when their time comes."""

    def _write_to_self(self) -> None:
        """Nothing: there are no other threads."""

    def _task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **_: Any
    ) -> asyncio.Task[Any]:
        task = _Task(next(self._numbers), work, self)
        if (process := _here.get()) is not None:
            process.adopt(task)
        return task

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.unhandled.append(f"{context['message']}: {context.get('exception')!r}")
