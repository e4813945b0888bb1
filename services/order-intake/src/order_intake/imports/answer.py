"""The answer of an import, sent while its body still comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import ClassVar

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from events import Context
from order_intake.imports.entry import Reader
from order_intake.imports.settings import ImportSettings
from order_intake.imports.spool import Spool
from order_intake.imports.stream import PATIENCE, Import, side_by_side
from servicekit import Runtime
from servicekit.problems import unavailable

logger = structlog.get_logger(__name__)
BEAT = 10.0
"""Seconds after which a silent answer says how far the work is."""


class ImportAnswer(Response):
    """Outcomes as NDJSON. Starlette's own streaming listens to the body to find out who left."""

    media_type = "application/x-ndjson"
    under_way: ClassVar[int] = 0
    """Imports of this process."""

    def __init__(
        self, runtime: Runtime, reader: Reader, context: Callable[[], Context], settings: ImportSettings
    ) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})  # nginx and its like pass it on at once
        del self.headers["content-length"]
        self._runtime, self._reader, self._context, self._settings = runtime, reader, context, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if ImportAnswer.under_way >= self._settings.imports_at_once:
            raise unavailable(
                "overloaded", "too many imports are under way; nothing was done, try again", 5.0
            )
        ImportAnswer.under_way += 1
        try:
            await self._carry_out(receive, send)
        finally:
            ImportAnswer.under_way -= 1

    async def _carry_out(self, receive: Receive, send: Send) -> None:
        with closing(Spool()) as spool:
            batch = self._settings.import_batch
            work = Import(self._runtime.log, self._reader, spool, self._context, batch=batch)
            try:
                await side_by_side(
                    work.run(receive, lambda: self._runtime.stopping), self._pass_on(work, spool, send)
                )
            except ClientDisconnect:
                logger.info("import left by its reader")

    async def _pass_on(self, work: Import, spool: Spool, send: Send) -> None:
        """Send what is told, as fast as it is taken. Raises `ClientDisconnect` when nothing is for long."""
        begun, data = False, b"."
        while data:
            try:
                async with asyncio.timeout(BEAT):
                    data = await spool.take()
            except TimeoutError:
                spool.used = True
                data = work.progress("working")
            if not begun:
                begun = True
                await send(
                    {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
                )
            await _taken(send({"type": "http.response.body", "body": data, "more_body": bool(data)}), work)


async def _taken(sending: Awaitable[None], work: Import) -> None:
    """Until the client has room for what is sent. Raises `ClientDisconnect` when it does nothing for long.

    Who sends its body first and reads afterwards has all the time that takes.
    """
    waiting = asyncio.ensure_future(sending)
    seen = -1
    try:
        while not (await asyncio.wait({waiting}, timeout=PATIENCE))[0]:
            if seen == (seen := work.lines):
                raise ClientDisconnect
        await waiting
    finally:
        waiting.cancel()
