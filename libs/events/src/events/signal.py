"""A wake-up for many waiters that loses none.

change = signal.next()      # before looking
if not look():
    await change.wait()     # set by whatever happened since
"""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Signal:
    """Says that something happened; carries nothing."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        """The event that the next `set` sets."""
        return self._next

    def set(self) -> None:
        """Wake everybody who asked for `next` before now."""
        self._next.set()
        self._next = asyncio.Event()


async def until(change: asyncio.Event, seconds: float) -> None:
    """Wait for the change, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await change.wait()
