"""Lists: pages of a read model, of what the asker may see.

A list that is sent the `Log-Position` of a command's answer waits until it contains that
command's effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, create_model
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from events.projection import Projection
from servicekit.addresses import Running
from servicekit.faults import Fault
from servicekit.identity import Who
from servicekit.pages import next_link
from servicekit.problems import PROBLEMS, invalid, unavailable
from servicekit.queries import Listing, Position, Visible


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
) -> APIRouter:
    """`GET path`: a read model as pages.

    `visible` says which rows an actor may see. `filters` may be asked for several values,
    `ranges` by `<column>_from` (inclusive) and `<column>_before`. The first of `order` is the
    default, else the primary key is; `-` before a column means descending.
    """
    listing = Listing(projection, visible, filters, ranges, tuple(order) or (projection.primary,))

    async def page(
        request: Request,
        who: Who,
        running: Running,
        query: Any,  # the listing's query model; FastAPI is told by the annotation set below
        log_position: Annotated[Position, Header(description="Wait until the list contains this.")] = 0,
    ) -> Response:
        await caught_up(running, projection, max(log_position, query.at_least or 0))
        async with running.engine.connect() as connection:
            found = await connection.execute(listing.select(query, who))
        # Plain names: SQLAlchemy's own are slow to write as JSON.
        rows = [dict(zip(projection.columns, row, strict=True)) for row in found]
        items = rows[: query.limit]
        cursor = listing.cursor(query, items[-1]) if len(rows) > query.limit else None
        headers = {"Link": next_link(request, cursor)} if cursor else None
        return Response(to_json({"items": items, "next": cursor}), 200, headers, "application/json")

    page.__annotations__["query"] = Annotated[listing.query_model, Query()]
    page.__name__ = f"list_{projection.name}"
    shape: dict[str, Any] = {"items": (list[_shown(projection.row)], ...), "next": (str | None, ...)}  # type: ignore[misc]  # made at run time
    answer = create_model(f"{projection.name.title().replace('_', '')}Page", **shape)
    router = APIRouter(tags=[tag])
    router.get(path, summary=summary, responses={200: {"model": answer}, **PROBLEMS(401, 422, 503)})(page)
    return router


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
