"""Gathering: what concurrent callers ask for is asked once for all of them.

While round trips are under way the next questions collect; nobody waits for a timer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Overloaded(Exception):
    """Too many are waiting already; nothing was done. Try again after `retry_after` seconds."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} commands are waiting already; try again in a second")
        self.retry_after = 1.0


class Gatherer(Generic[Q, A]):
    """Answers questions in batches of at most `most`, refusing more than `limit` waiting ones.

    `ask` gives one answer for each question, in order; an exception among the answers is
    raised at its own questioner, one that `ask` raises at all of them. `apart` names what may
    stand only once in a batch (a stream, an idempotency key); who comes second waits for the
    next batch.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Q]], Awaitable[Sequence[A | BaseException]]],
        *,
        most: int,
        limit: int,
        apart: Callable[[Q], Sequence[Hashable]] = lambda _: (),
    ) -> None:
        self._ask = ask
        self._most = most
        self._limit = limit
        self._apart = apart
        self._waiting: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._arrived = asyncio.Event()
        self._idle = 0

    async def __call__(self, question: Q) -> A:
        if len(self._waiting) >= self._limit:
            raise Overloaded(len(self._waiting))
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        self._arrived.set()
        try:
            return await answer
        finally:
            # An exception in it holds this frame: together they would wait for the garbage collector.
            del answer

    async def run(self) -> None:
        """Answer for ever. A caller that is cancelled takes nothing back: its question is answered.

        Run it twice to have two batches under way: what waits is shared out among those that
        are idle, so one batch is made up while the other is with the database.
        """
        try:
            while True:
                self._idle += 1
                try:
                    await self._arrived.wait()
                    batch = self._take()
                finally:
                    self._idle -= 1
                if batch:
                    await self._answer(batch)
        finally:
            while self._waiting:
                self._waiting.popleft()[1].cancel()

    def _take(self) -> list[tuple[Q, asyncio.Future[A]]]:
        taken: list[tuple[Q, asyncio.Future[A]]] = []
        later: list[tuple[Q, asyncio.Future[A]]] = []
        present: set[Hashable] = set()
        most = min(self._most, -(-len(self._waiting) // self._idle))
        while self._waiting and len(taken) < most:
            entry = self._waiting.popleft()
            parts = self._apart(entry[0])
            if present.isdisjoint(parts):
                present.update(parts)
                taken.append(entry)
            else:
                later.append(entry)
        self._waiting.extendleft(reversed(later))
        if not self._waiting:
            self._arrived.clear()
        return taken

    async def _answer(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._ask([question for question, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001  # raised at those who wait, below
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
