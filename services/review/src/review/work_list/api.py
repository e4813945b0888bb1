"""`GET /work-list`: what waits for the asker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from review.work_list.query import Place, select_work
from review.work_list.sources import CASES, CONTRACTS
from servicekit import Running, Who
from servicekit.conditions import AsOf, Position
from servicekit.lists import LogPosition, caught_up
from servicekit.pages import PageQuery, bad_cursor, cursor_of, next_link, place_of
from servicekit.past import known, position_at, rows_at, rows_now
from servicekit.problems import PROBLEMS

router = APIRouter(tags=["Work list"])
_LIST = "work-list"
_SOURCES = {source.thing: source for source in (CASES, CONTRACTS)}
_place: TypeAdapter[Place] = TypeAdapter(Place)
_at: TypeAdapter[int | None] = TypeAdapter(Position | None)


class Waiting(BaseModel):
    """Somebody who is waited for."""

    role: str
    since: datetime


class Work(BaseModel):
    """One word that waits for the asker."""

    work: str = Field(description="What is to be done: the command's name.", examples=["give_opinion"])
    thing: Literal["case", "contract"]
    number: str = Field(description="The order's.")
    role: str = Field(description="For whom it is to be done; the general manager's deputy does it as well.")
    post_to: str = Field(description="Where the word is given.", examples=["/cases/7K3M-2Q9X-0/opinions"])
    href: str = Field(description="All that is known of it.", examples=["/cases/7K3M-2Q9X-0"])
    question: str | None = Field(description="What the asker was asked when the case was returned to them.")
    customer_name: str | None
    company: str | None
    delivery_date: date | None
    since: datetime = Field(description="When the asker's role came to be waited for.")
    others: list[Waiting] = Field(description="Who else is waited for now.")


class WorkPage(BaseModel):
    """A page of the work list."""

    items: list[Work]
    next: str | None


class WorkQuery(PageQuery):
    at_least: Position | None = Field(None, description="As the header Log-Position.")
    as_of: AsOf | None = None


@router.get(
    "/work-list",
    summary="What waits for you, by delivery date and then by how long it has waited",
    responses={200: {"model": WorkPage}, **PROBLEMS(401, 422, 503)},
)
async def work_list(
    request: Request,
    who: Who,
    running: Running,
    query: Annotated[WorkQuery, Query()],
    log_position: LogPosition = 0,
) -> Response:
    """Cases and contract reviews that wait for a word of the asker's roles and company.

    Nothing that the asker requested, prepared or drafted, and no second side of what they
    judged already: others judge that.
    """
    after, at = _after(query) if query.cursor else (None, None)
    read_models = [source.projection for source in _SOURCES.values()]

    def statement(cases: sa.Table, contracts: sa.Table) -> sa.Select[Any]:
        return select_work(cases, contracts, who, query.limit + 1, after)

    if query.as_of is None:
        for read_model in read_models:
            await caught_up(running, read_model, max(log_position, query.at_least or 0))
        found = await rows_now(running, read_models, statement)
    else:
        at = await (position_at(running, query.as_of) if at is None else known(running, at))
        found = await rows_at(running, read_models, at, statement)
    rows = [row._mapping for row in found[: query.limit]]
    cursor = cursor_of((*_ends(rows[-1]), at), [_LIST, query.as_of]) if len(found) > query.limit else None
    headers = {"Link": next_link(request, cursor)} if cursor else {}
    if at is not None:
        headers["Log-Position"] = str(at)
    answer = {"items": [_shown(row) for row in rows], "next": cursor}
    return Response(to_json(answer), 200, headers, "application/json")


def _ends(row: Mapping[str, Any]) -> Place:
    return row["due"], row["since"], row["number"], row["thing"], row["awaited"]


def _after(query: WorkQuery) -> tuple[Place, int | None]:
    """Where the page before ended, and the position it was of."""
    *place, at = place_of(query.cursor or "", [_LIST, query.as_of], 6)
    try:
        return _place.validate_python(tuple(place)), _at.validate_python(None if query.as_of is None else at)
    except ValidationError as error:
        raise bad_cursor() from error


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    source, awaited = _SOURCES[row["thing"]], row["awaited"]
    step, href = source.step(row["state"], awaited), f"{source.path}/{row['number']}"
    others = [
        {"role": role, "since": since} for role, since in row["waiting_since"].items() if role != awaited
    ]
    return {
        "work": step.work,
        "thing": row["thing"],
        "number": row["number"],
        "role": awaited,
        "post_to": href + step.path,
        "href": href,
        "question": row["questions"].get(awaited),
        "customer_name": row["customer_name"],
        "company": row["company"],
        "delivery_date": row["delivery_date"],
        "since": row["since"],
        "others": others,
    }
