"""Reading one thing by folding its stream: always current, at any past moment, with its whole history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.responses import Response

from events.decider import NotFound
from events.recorded import Actor, Recorded
from servicekit.addresses import Id, Running, Thing
from servicekit.door import Who
from servicekit.moments import moment, pattern
from servicekit.pages import PageQuery, bad_cursor, cursor_of, next_link, place_of
from servicekit.preconditions import etag
from servicekit.problems import Problem
from servicekit.runtime import Runtime

S = TypeVar("S")
_VERSION = "[1-9][0-9]{0,8}"
AsOf = Annotated[
    str | None,
    Query(
        description="The thing as it was at a time (RFC 3339) or version.",
        max_length=40,
        json_schema_extra=pattern(_VERSION),
        examples=["2026-01-05T09:00:00Z", "3"],
    ),
]


class Found(BaseModel):
    """One thing, current or as it was."""

    id: str
    version: int = Field(description="Also the ETag.")
    position: int = Field(description="Of its last event in the service's log.")
    state: dict[str, Any]


class Happened(BaseModel):
    """One event of a thing's history."""

    position: int
    version: int
    id: str
    type: str = Field(examples=["order.received.v1"])
    time: datetime
    actor: dict[str, Any] = Field(description="Subject, roles and company of who acted.")
    data: dict[str, Any] = Field(description="As stored.")
    correlation: str
    causation: str | None = Field(description="Id of the event that led to this one.")
    trace_id: str | None


class History(BaseModel):
    """A page of a thing's events, oldest first."""

    items: list[Happened]
    next: str | None


def read_endpoint(thing: Thing[S]) -> Callable[..., Any]:
    """`GET /things/{id}`."""

    async def read(id: Id, request: Request, who: Who, running: Running, as_of: AsOf = None) -> Response:
        facts = await _stream(thing, id, who, running)
        if as_of is not None:
            facts = _until(facts, as_of, thing.noun)
        last = facts[-1]
        headers = {
            "ETag": etag(last.version),
            "Log-Position": str(last.position),
            "Cache-Control": "private, no-cache",
        }
        if _matches(request.headers.get("if-none-match"), last.version):
            return Response(status_code=304, headers=headers)
        state = thing.show(thing.decider.fold(fact.event for fact in facts))
        found = {"id": id, "version": last.version, "position": last.position, "state": state}
        return Response(to_json(found), 200, headers, "application/json")

    return read


def history_endpoint(thing: Thing[S]) -> Callable[..., Any]:
    """`GET /things/{id}/events`."""

    async def history(
        id: Id, request: Request, who: Who, running: Running, page: Annotated[PageQuery, Query()]
    ) -> Response:
        facts = await _stream(thing, id, who, running)
        after = _version(place_of(page.cursor, id, 1)[0]) if page.cursor else 0
        shown = [happened(fact) for fact in facts[after : after + page.limit]]
        more = after + page.limit < len(facts)
        cursor = cursor_of([after + page.limit], id) if more else None
        headers = {"ETag": etag(facts[-1].version)}
        if cursor:
            headers["Link"] = next_link(request, cursor)
        return Response(to_json({"items": shown, "next": cursor}), 200, headers, "application/json")

    return history


async def _stream(thing: Thing[S], id: str, who: Actor, running: Runtime) -> Sequence[Recorded[Any]]:
    facts = await running.log.read(thing.decider.stream(id))
    if not facts:
        raise NotFound("not-found", f"no such {thing.noun}")
    thing.decider.admit(thing.decider.fold(fact.event for fact in facts), who)
    return facts


def _until(facts: Sequence[Recorded[Any]], as_of: str, noun: str) -> Sequence[Recorded[Any]]:
    """The facts up to a version or a time."""
    asked = moment(as_of, _VERSION, "a version such as 3")
    if isinstance(asked, int):
        if asked > len(facts):
            raise Problem(
                404, "version-unknown", f"this {noun} is at version {len(facts)}; there is no {asked} yet"
            )
        return facts[:asked]
    known = [fact for fact in facts if fact.time <= asked]
    if not known:
        raise NotFound("not-found", f"there was no such {noun} at {asked.isoformat()}")
    return facts[: known[-1].version]


def happened(fact: Recorded[Any]) -> dict[str, Any]:
    """An event as `Happened` has it, ready for JSON."""
    return {
        "position": fact.position,
        "version": fact.version,
        "id": fact.id,
        "type": fact.name,
        "time": fact.time,
        "actor": {
            "subject": fact.actor.subject,
            "roles": sorted(fact.actor.roles),
            "company": fact.actor.company,
        },
        "data": from_json(fact.data),
        "correlation": fact.correlation,
        "causation": fact.causation,
        "trace_id": fact.traceparent.split("-")[1] if fact.traceparent else None,
    }


def _matches(header: str | None, version: int) -> bool:
    """If-None-Match (RFC 9110, 13.1.2): weak comparison with any of a list."""
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag(version) in tags


def _version(place: object) -> int:
    if not isinstance(place, int) or place < 0:
        raise bad_cursor()
    return place
