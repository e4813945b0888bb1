"""Followers of the service's log: each takes what comes next when its reader has taken what came before.

Nothing is queued for anybody: who reads slowly finds the rest in the log later. Those who wait
at the end of the log cost nothing: one look at its head, after an append or every `POLL`
seconds, is for all of them, and those at the same place share what is read there.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from events.connections import Unavailable
from events.gather import Gatherer, Overloaded
from events.log import Log
from events.recorded import Actor, Recorded
from events.signal import Signal, until
from events.window import Choice, Seen, read_window
from servicekit.owners import Owners
from servicekit.problems import unavailable

POLL = 0.5
"""Seconds between two looks at the head while somebody follows: other processes append as well."""
GATHER = 0.02
"""Seconds that appends collect before followers are woken again."""
RETURN = (500, 3000)
"""Milliseconds within which followers that are sent away come back, so that not all come at once."""


@dataclass(frozen=True, slots=True)
class Mark:
    """All up to `position` was looked at: go on from there."""

    position: int
    retry: int | None = None
    """Set when the stream ends before its time: come back after so many milliseconds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a follower asks for."""

    after: int
    choice: Choice
    follow: bool
    """Go on when the end is reached."""
    limit: int | None = None
    """Events after which the stream ends."""


class _Place(NamedTuple):
    choice: Choice
    after: int
    head: int


class Followers:
    """All who follow this process's log over HTTP.

    At most `most` at a time. A reader hears every `heartbeat` seconds how far its stream is, and
    is asked to come back after `longest` seconds, so that its token is looked at again.
    """

    def __init__(self, log: Log, owners: Owners, *, most: int, heartbeat: float, longest: float) -> None:
        self._log = log
        self._owners = owners
        self._most, self._heartbeat, self._longest = most, heartbeat, longest
        self._reads: Gatherer[_Place, Seen] = Gatherer(self._read, most=most, limit=most)
        self._moved = Signal()
        self._head = 0
        self._count = 0
        self._somebody = asyncio.Event()
        self._ending = False
        self.read = self._reads.run
        """A loop to be run: reads for those who follow."""

    @contextmanager
    def place(self) -> Iterator[float]:
        """A place among the followers, and the seconds it may be kept.

        Raises a 503 problem when all are taken, or the process ends.
        """
        if self._ending or self._count >= self._most:
            detail = f"{self._most} follow this log here already; come again, from where you were"
            raise unavailable("too-many-followers", detail, 5.0)
        self._count += 1
        self._somebody.set()
        try:
            yield 2 * self._longest
        finally:
            self._count -= 1
            if not self._count:
                self._somebody.clear()

    def end(self) -> None:
        """Ask all of them to come back, which is when another process answers."""
        self._ending = True
        self._moved.set()

    async def head(self) -> int:
        """The position of the last event there is now. Raises `Unavailable`."""
        head = await self._log.head()
        if head > self._head:
            self._head = head
            self._moved.set()
        return self._head

    async def watch(self) -> None:
        """A loop to be run: sees the head move, which wakes those who wait for it."""
        while True:
            await self._somebody.wait()
            appended = self._log.appended.next()
            before = self._head
            if await self.head() > before:
                await asyncio.sleep(GATHER)
            await until(appended, POLL)

    async def follow(
        self, wish: Wish, who: Actor, head: int
    ) -> AsyncGenerator[Sequence[Recorded[Any]] | Mark, None]:
        """What the follower may see of what it wishes, in order, with marks in between and at the end.

        `head` is what `head()` gave. Facts of other companies are passed over without a word.
        """
        clock = asyncio.get_running_loop().time
        at, left = wish.after, wish.limit
        ends, beat = clock() + self._longest, clock() + self._heartbeat
        if wish.follow:
            yield Mark(at)  # who asked for what comes from now on learns where that is
        try:
            while not self._ending and clock() < ends:
                moved = self._moved.next()
                if wish.follow:
                    head = self._head
                if at < head:
                    seen = await self._reads(_Place(wish.choice, at, head))
                    facts = (await self._owners.visible(who, seen.facts))[:left]
                    if facts:
                        yield facts
                        beat = clock() + self._heartbeat
                    if left is not None and (left := left - len(facts)) == 0:
                        yield Mark(facts[-1].position)
                        return
                    at = seen.until
                elif wish.follow:
                    await until(moved, min(beat, ends) - clock())
                else:
                    yield Mark(at)
                    return
                if clock() >= beat:
                    yield Mark(at)
                    beat = clock() + self._heartbeat
        except (Unavailable, Overloaded):
            pass  # the answer has begun; the reader comes back, and is told then
        yield Mark(at, retry=random.randint(*RETURN))  # noqa: S311  # no secret

    async def _read(self, places: Sequence[_Place]) -> Sequence[Seen]:
        seen = {place: await read_window(self._log, *place) for place in dict.fromkeys(places)}
        return [seen[place] for place in places]
