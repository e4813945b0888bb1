"""Rows of read models, as they stand now or as they stood at a past position: the same query for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from events.past import Crowded, StillBuilding
from events.projection import Projection
from events.projector import seen
from servicekit.conditions import POSITION
from servicekit.faults import Fault
from servicekit.moments import moment
from servicekit.problems import invalid, unavailable
from servicekit.runtime import Runtime

Statement = Callable[..., sa.Select[Any]]
"""Makes a query of the tables of the read models asked for, in their order."""
Projections = Sequence[Projection[Any]]  # Any: each has a row of its own
ATTEMPTS = 3
"""How often a table of the past is asked for again that was dropped before it was read."""
BEHIND = 1.0
"""Seconds that the live table may need to reach a position that is the newest."""


async def position_at(runtime: Runtime, as_of: str) -> int:
    """The log position that `as_of` means; 0 before the first event. Raises a 422 problem."""
    asked = moment(as_of, POSITION, "a log position such as 412")
    if isinstance(asked, datetime):
        return int(
            await runtime.pool.fetchval(
                "SELECT coalesce(max(position), 0) FROM log.event WHERE time <= $1", asked
            )
        )
    return await known(runtime, asked)


async def known(runtime: Runtime, position: int) -> int:
    """The position, which the log has. Raises a 422 problem when it has not."""
    if position > (head := await runtime.log.head()):
        detail = f"this service's log has {head} events; take a position it has, or a time"
        raise invalid([Fault(parameter="as_of", detail=detail)])
    return position


async def rows_now(runtime: Runtime, projections: Projections, statement: Statement) -> Sequence[Any]:
    """What a query gives on the live tables."""
    async with runtime.engine.connect() as connection:
        return (await connection.execute(statement(*(one.table for one in projections)))).all()


async def rows_at(runtime: Runtime, projections: Projections, at: int, statement: Statement) -> Sequence[Any]:
    """What a query gave, or would have given, on read models that have seen the log up to `at`.

    Raises a 503 problem when a table takes longer to build than `past_wait` seconds.
    """
    if at == 0:
        return ()
    if (live := await _live(runtime, projections, at, statement)) is not None:
        return live
    for _ in range(ATTEMPTS):
        tables = [one.table_named(await _built(runtime, one, at)) for one in projections]
        try:
            async with runtime.engine.connect() as connection:
                return (await connection.execute(statement(*tables))).all()
        except DBAPIError as error:
            if not _is_gone(error):
                raise
    raise unavailable("past-in-demand", "too many past moments are asked for at once; try again", 2.0)


async def _live(
    runtime: Runtime, projections: Projections, at: int, statement: Statement
) -> Sequence[Any] | None:
    """The rows of the live tables, if all stood at that very position before and after they were read."""
    for one in projections:
        if await seen(one, runtime.pool) > at or not await runtime.shown(one, at, BEHIND):
            return None
    if not await _stand(runtime, projections, at):
        return None
    rows = await rows_now(runtime, projections, statement)
    return rows if await _stand(runtime, projections, at) else None


async def _stand(runtime: Runtime, projections: Projections, at: int) -> bool:
    return all([await seen(one, runtime.pool) == at for one in projections])


async def _built(runtime: Runtime, projection: Projection[Any], at: int) -> str:
    try:
        return await runtime.past.table(projection, at, runtime.settings.past_wait)
    except StillBuilding as building:
        raise unavailable(
            "past-being-built",
            f"the list as it stood at position {at} is being built: {building}; it goes on, ask again",
            max(2.0, runtime.settings.past_wait / 2),
        ) from building
    except Crowded as crowded:
        raise unavailable(
            "past-in-demand", "too many past moments are asked for at once; try again", 5.0
        ) from crowded


def _is_gone(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, asyncpg.UndefinedTableError):
            return True
        error = error.__cause__
    return False
