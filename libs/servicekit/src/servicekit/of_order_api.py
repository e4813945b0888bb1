"""`GET /of-order/{id}` and `/of-order/{id}/events`: what this service has of an order, for its page and timeline."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BeforeValidator

from servicekit.addresses import Id, Running
from servicekit.door import Who
from servicekit.of_order import Entry, StandsAt, entries, things
from servicekit.problems import PROBLEMS


def _dated(asked: object) -> object:
    if isinstance(asked, str) and not re.match(r"\d{4}-\d\d-\d\d[Tt ]", asked):
        raise ValueError(
            "take a time with its zone such as 2026-01-05T09:00:00Z; a version is one service's alone"
        )
    return asked


AsOfTime = Annotated[
    Annotated[AwareDatetime, BeforeValidator(_dated)] | None,
    Query(
        description="As it was at a time (RFC 3339). Positions and versions mean nothing across services.",
        examples=["2026-01-05T09:00:00Z"],
    ),
]

router = APIRouter(prefix="/of-order/{id}", tags=["Of an order"])


@router.get(
    "",
    summary="Where the things stand that this service has of an order",
    responses=PROBLEMS(401, 404, 422, 503),
)
async def things_of_order(id: Id, who: Who, running: Running, as_of: AsOfTime = None) -> list[StandsAt]:
    """Empty while there is nothing, or nothing that the caller may see."""
    return await things(running, id, who, as_of)


@router.get(
    "/events",
    summary="What happened in this service to the things of an order",
    responses=PROBLEMS(401, 404, 422, 503),
)
async def events_of_order(id: Id, who: Who, running: Running, as_of: AsOfTime = None) -> list[Entry]:
    """Oldest first. Empty while there is nothing, or nothing that the caller may see."""
    return await entries(running, id, who, as_of)
