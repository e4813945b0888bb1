"""An import under way: the body is read and decided, appended, and answered, all side by side.

Each step waits for the next when that is slow. One batch is with the log while the next is filled,
and nobody waits for a timer: what there is goes on as soon as the log is free.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Literal

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from events import Context, Log
from order_intake.imports.batch import Batch
from order_intake.imports.entry import Entry, Reader
from order_intake.imports.outcome import Tally, progress
from order_intake.imports.sameness import Sameness
from order_intake.imports.spool import Spool
from servicekit import Problem
from servicekit.translation import problem_of

logger = structlog.get_logger(__name__)
TURN = 50
"""Orders that are read before other requests of the process have a turn."""
BATCH_BYTES = 1024 * 1024
"""Of the body in one batch, however few orders that are."""
PATIENCE = 60.0
"""Seconds a client may do nothing: neither send its body nor take its answer."""


class Import:
    """One body on its way into the log; its outcomes go to `spool`."""

    def __init__(
        self, log: Log, reader: Reader, spool: Spool, context: Callable[[], Context], *, batch: int
    ) -> None:
        self._log, self._reader, self._spool, self._context = log, reader, spool, context
        self._most = batch
        self._tally = Tally()
        self._sameness = Sameness()
        self._batch = Batch(context)
        self._filled, self._room = asyncio.Event(), asyncio.Event()
        self._over = False
        self._failure: Exception | None = None

    @property
    def lines(self) -> int:
        """Lines of the body read so far."""
        return self._reader.lines

    def progress(
        self, status: Literal["working", "finished", "broken_off"], problem: Problem | None = None
    ) -> bytes:
        """How far it is, as a line of the answer."""
        return progress(status, self.lines, self._tally, problem)

    async def run(self, receive: Receive, stopping: Callable[[], bool]) -> None:
        """Until the body is over; the last line says how it ended.

        Raises what stands in its way as long as nothing was answered: that is an ordinary problem.
        """
        try:
            await side_by_side(self._read(receive, stopping), self._write())
            if self._failure is not None:
                raise self._failure
            last = self.progress("finished")
        except Exception as error:
            if not self._spool.used:
                raise
            problem = problem_of(error)
            if problem.status_code == 500:
                logger.error("import broken off", exc_info=error)
            last = self.progress("broken_off", problem)
        await self._spool.put(last)
        self._spool.end()

    async def _read(self, receive: Receive, stopping: Callable[[], bool]) -> None:
        """Fill batches. What was read before a failure is still registered."""
        try:
            async for chunk in _chunks(receive):
                await self._fill(self._reader.take(chunk))
                if stopping():
                    raise Problem(503, "unavailable", "the service is ending; send all of it again")
            await self._fill(self._reader.end())
        except ClientDisconnect:
            self._batch = Batch(self._context)  # nobody will know of it; the batch under way is finished
        except Exception as error:  # noqa: BLE001  # raised by `run`, once the log has what was read
            self._failure = error
        self._over = True
        self._filled.set()

    async def _fill(self, entries: Iterator[Entry]) -> None:
        for count, entry in enumerate(entries, 1):
            if isinstance(entry.asked, Problem):
                while self._full:
                    await self._next_batch()
                self._batch.refuse(entry, entry.asked)
            else:
                identity = self._sameness.identity(entry.asked)
                while self._full or identity in self._batch:
                    await self._next_batch()
                self._batch.decide(entry, entry.asked, identity)
            self._filled.set()
            if count % TURN == 0:
                await asyncio.sleep(0)

    @property
    def _full(self) -> bool:
        return len(self._batch) >= self._most or self._batch.size >= BATCH_BYTES

    async def _next_batch(self) -> None:
        self._room.clear()
        await self._room.wait()

    async def _write(self) -> None:
        """Register one batch after another, each as large as it became meanwhile."""
        while True:
            await self._filled.wait()
            batch, self._batch = self._batch, Batch(self._context)
            self._room.set()
            if batch:
                await self._spool.put(await batch.register(self._log, self._tally))
            elif self._over:
                return
            else:
                self._filled.clear()


async def side_by_side(*work: Coroutine[None, None, None]) -> None:
    """Until all have ended. The first that fails ends the others, and is raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes. Raises `ClientDisconnect`, and a problem when nothing comes for long."""
    more = True
    while more:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await receive()
        except TimeoutError:
            detail = f"nothing came for {PATIENCE:g} seconds; send all of it again"
            raise Problem(408, "body-stalled", detail) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        more = message.get("more_body", False)
