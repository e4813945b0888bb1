"""Lists: pages of a read model, of what the asker may see, and counts of them; now or at a past moment.

A list that is sent the `Log-Position` of a command's answer waits until it contains that
command's effect.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, create_model
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from events.projection import Projection
from servicekit.addresses import Running
from servicekit.conditions import Conditions, Position, Visible, everybody
from servicekit.counts import Counting, Counts
from servicekit.door import Who
from servicekit.faults import Fault
from servicekit.pages import next_link
from servicekit.past import Statement, known, position_at, rows_at, rows_now
from servicekit.problems import PROBLEMS, invalid, unavailable
from servicekit.queries import Listing
from servicekit.runtime import Runtime

Within = Callable[..., Awaitable[Visible]]
"""A dependency of FastAPI, for a path with an `{id}`: raises when the asker may not see that thing,
else says which rows are its."""
LogPosition = Annotated[Position, Header(description="Wait until the list contains this.")]


def list_route(
    projection: Projection[Any],
    *,
    path: str,
    tag: str,
    summary: str,
    visible: Visible,
    filters: Sequence[str] = (),
    ranges: Sequence[str] = (),
    order: Sequence[str] = (),
    search: Sequence[str] = (),
    spoken: Callable[[str], str] | None = None,
    within: Within | None = None,
) -> APIRouter:
    """`GET path`: a read model as pages. `GET path/counts`: how many, by any of the filters.

    `visible` says which rows an actor may see. `filters` may be asked for several values,
    `ranges` by `<column>_from` (inclusive) and `<column>_before`. The first of `order` is the
    default, else the primary key is; `-` before a column means descending. `search` are the
    columns that `q` looks through, and `spoken` makes a primary key of what somebody says
    (`ValueError` where it is none). A list of what belongs to one thing has an `{id}` in its
    path, and `within`.
    """
    conditions = Conditions(projection, visible, filters, ranges, search, spoken)
    listing = Listing(conditions, tuple(order) or (projection.primary,))
    router = APIRouter(tags=[tag])
    shape: dict[str, Any] = {"items": (list[_shown(projection.row)], ...), "next": (str | None, ...)}  # type: ignore[misc]  # made at run time
    refusals = PROBLEMS(401, 404, 422, 503) if within else PROBLEMS(401, 422, 503)
    answer = create_model(f"{projection.name.title().replace('_', '')}Page", **shape)
    router.get(path, summary=summary, responses={200: {"model": answer}, **refusals})(
        _page(listing, within or _all)
    )
    router.get(
        f"{path}/counts",
        summary=f"How many of these: {summary[:1].lower()}{summary[1:]}",
        responses={200: {"model": Counts}, **refusals},
    )(_counts(Counting(conditions), within or _all))
    return router


def _page(listing: Listing, within: Within) -> Callable[..., Any]:
    projection = listing.conditions.projection

    async def page(
        request: Request,
        who: Who,
        running: Running,
        query: Any,  # the listing's query model; FastAPI is told by the annotations set below
        only: Any,  # what `within` gives
        log_position: LogPosition = 0,
    ) -> Response:
        at = await _moment(running, query, listing.position(query))
        found = await _rows(
            running, projection, at, query, log_position,
            lambda table: listing.select(table, query, who).where(only(table, who)),
        )  # fmt: skip
        # Plain names: SQLAlchemy's own are slow to write as JSON.
        rows = [dict(zip(projection.columns, row, strict=True)) for row in found]
        items = rows[: query.limit]
        cursor = listing.cursor(query, items[-1], at) if len(rows) > query.limit else None
        headers = {"Link": next_link(request, cursor)} if cursor else {}
        return _answered({"items": items, "next": cursor}, headers, at)

    page.__annotations__ |= {
        "query": Annotated[listing.query_model, Query()],
        "only": Annotated[Any, Depends(within)],
    }
    page.__name__ = f"list_{projection.name}"
    return page


def _counts(counting: Counting, within: Within) -> Callable[..., Any]:
    projection = counting.conditions.projection

    async def counts(
        who: Who, running: Running, query: Any, only: Any, log_position: LogPosition = 0
    ) -> Response:
        at = await _moment(running, query, None)
        found = await _rows(
            running, projection, at, query, log_position,
            lambda table: counting.select(table, query, who).where(only(table, who)),
        )  # fmt: skip
        return _answered(counting.answer(query, found), {}, at)

    counts.__annotations__ |= {
        "query": Annotated[counting.query_model, Query()],
        "only": Annotated[Any, Depends(within)],
    }
    counts.__name__ = f"count_{projection.name}"
    return counts


async def _all() -> Visible:
    return everybody


async def _moment(running: Runtime, query: Any, earlier: int | None) -> int | None:
    """The position a list is asked for at, `earlier` when it is a further page; None for now."""
    if query.as_of is None:
        return None
    return await (position_at(running, query.as_of) if earlier is None else known(running, earlier))


async def _rows(
    running: Runtime,
    projection: Projection[Any],
    at: int | None,
    query: Any,
    log_position: int,
    statement: Statement,
) -> Sequence[Any]:
    if at is not None:
        return await rows_at(running, [projection], at, statement)
    await caught_up(running, projection, max(log_position, query.at_least or 0))
    return await rows_now(running, [projection], statement)


def _answered(body: dict[str, Any], headers: dict[str, str], at: int | None) -> Response:
    if at is not None:
        headers = {**headers, "Log-Position": str(at)}
    return Response(to_json(body), 200, headers, "application/json")


def _shown(row: type[Any]) -> type[BaseModel]:
    """A row as callers see it: an object with all its fields, whatever kind of class the row is."""
    fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(row).items()}
    return create_model(row.__name__, __doc__=row.__doc__, **fields)


async def caught_up(running: Running, projection: Projection[Any], position: int) -> None:
    """Wait until the read model has seen the log up to `position`. Raises `Problem` when it does not."""
    if not position or await running.shown(projection, position, running.settings.list_wait):
        return
    if position > (head := await running.log.head()):
        detail = f"this service's log has {head} events; take the Log-Position of one of its own answers"
        raise invalid([Fault(header="Log-Position", detail=detail)])
    raise unavailable(
        "read-model-behind",
        f"this list has not seen position {position} yet; ask again, or without Log-Position",
    )
