"""What came of an attempt is recorded, also when this process is told to stop or the database is away.

Between an attempt and its record only a crash may come; then it is made again, under the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from events import Actor, Command, Context, Decider, Recorded
from events.backoff import pauses
from events.reactor import AGAIN
from events.tracing import traceparent_now
from servicekit import Runtime

logger = structlog.get_logger(__name__)
T = TypeVar("T")
FINISH = 5.0
"""Seconds that an attempt under way is given when this process is told to stop."""
ME = Actor("notification", frozenset({"system"}))


async def record(
    runtime: Runtime, decider: Decider[Any], id: str, command: Command, cause: Recorded[Any]
) -> None:
    """Give the command, which `cause` led to, however long the database is away."""
    waits = pauses()
    while True:
        context = Context(
            by=ME,
            at=runtime.clock(),
            correlation=cause.correlation,
            causation=str(cause.id),
            traceparent=traceparent_now() or cause.traceparent,
        )
        try:
            await runtime.handler.handle(decider, id, command, context)
            return
        except AGAIN as error:
            logger.warning("what came of an attempt waits to be recorded", error=type(error).__name__)
        await asyncio.sleep(next(waits))


async def finished(attempt: Coroutine[Any, Any, T]) -> T:
    """Carry on with an attempt for a while when this process is told to stop meanwhile."""
    task = asyncio.create_task(attempt)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH)
        raise
    finally:
        task.cancel()
