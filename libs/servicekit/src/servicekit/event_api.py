"""`GET /events`: the service's own log, for whoever follows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from pydantic import StringConstraints
from starlette.responses import Response

from events.event import current_name, known_events
from events.window import Choice
from servicekit.addresses import Running
from servicekit.door import Who
from servicekit.faults import Fault
from servicekit.followers import Wish
from servicekit.problems import PROBLEMS, invalid
from servicekit.streaming import EventStream, ServerSent, wished_format

router = APIRouter(tags=["Events"])
_POSITION = r"^[0-9]{1,18}$"
_ELSEWHERE = "this log does not reach so far; take a position that its own stream gave, or `latest`"
_Types = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,80}(\.[a-z0-9_]{1,80}){0,2}$")]],
    Query(
        max_length=50,
        description="Any of these: a name, or whole words it begins with: `order`, `order.accepted`.",
    ),
]
_Orders = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$")]],
    Query(max_length=50, description="Any of these: the key of events, which is the order's number."),
]
_ANSWER = {
    "description": "Events in the order of their positions. A line, or comment, without an event says how far it is.",
    "content": {
        "application/x-ndjson": {"schema": {"type": "string"}},
        "text/event-stream": {"schema": {"type": "string"}},
    },
}


@router.get(
    "/events",
    summary="The log of this service, as it is and as it grows",
    response_class=Response,
    responses={200: _ANSWER, **PROBLEMS(401, 422, 503)},
)
async def events(
    request: Request,
    who: Who,
    running: Running,
    type: _Types = [],  # noqa: B006  # FastAPI makes a new list for each request
    order: _Orders = [],  # noqa: B006  # as above
    after: Annotated[
        str,
        Query(
            pattern=r"^(latest|[0-9]{1,18})$", description="A position; or `latest`: what comes from now on."
        ),
    ] = "0",
    follow: Annotated[
        bool | None,
        Query(description="Go on when the end is reached. By default server-sent events do, lines do not."),
    ] = None,
    limit: Annotated[int | None, Query(ge=1, le=1_000_000, description="End after so many events.")] = None,
    last_event_id: Annotated[
        str | None, Header(pattern=_POSITION, description="Where the stream was cut; goes before `after`.")
    ] = None,
) -> Response:
    """One event a line, as CloudEvents 1.0 in JSON, with its `position`; or server-sent events, whose id
    is the position. Whatever the filters pass over, go on after the last position you were told."""
    _check_known(type)
    head = await running.followers.head()
    if last_event_id:
        start = _position(last_event_id, head, Fault(header="Last-Event-ID", detail=_ELSEWHERE))
    else:
        start = (
            head if after == "latest" else _position(after, head, Fault(parameter="after", detail=_ELSEWHERE))
        )
    form = wished_format(request.headers.get("accept", ""))
    follow = isinstance(form, ServerSent) if follow is None else follow
    wish = Wish(start, Choice(tuple(type), tuple(order)), follow, limit)
    items = running.followers.follow(wish, who, head)
    return EventStream(running.followers, items, form, running.service.name)


def _position(asked: str, head: int, fault: Fault) -> int:
    """The position asked for. One that is not there yet was taken from another log: what it skips would be lost."""
    if int(asked) > head:
        raise invalid([fault])
    return int(asked)


def _check_known(types: Sequence[str]) -> None:
    """Raise a 422 problem for names that no event has: they would be waited for in vain."""
    names = [name for name, _ in known_events()]
    faults = [
        Fault(
            parameter="type",
            detail=f"no event is called {one} or begins so; they begin with {_subjects(names)}",
        )
        for one in types
        if current_name(one) not in names and not any(name.startswith(f"{one}.") for name in names)
    ]
    if faults:
        raise invalid(faults)


def _subjects(names: Sequence[str]) -> str:
    return ", ".join(sorted({name.partition(".")[0] for name in names}))
