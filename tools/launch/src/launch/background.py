"""An event loop in a thread of its own, for servers that outlive the loop of a single test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Run(Protocol):
    """Runs a coroutine on the background loop and waits for its result."""

    def __call__(
        self, work: Coroutine[Any, Any, T]
    ) -> T: ...  # Any: what it yields and is sent is asyncio's own


@contextmanager
def background() -> Iterator[Run]:
    """Start the loop; stop it and its thread on leaving."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="background-loop", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        yield run
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
