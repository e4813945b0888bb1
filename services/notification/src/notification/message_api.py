"""One message over HTTP. Its id names the correspondence whose stream it is read from: always current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from events import NotFound, Recorded
from notification.addressing import number_of
from notification.correspondence import Correspondence, MarkRead, correspondence
from notification.shown import show_message
from servicekit import Running, Who
from servicekit.addresses import Id, context
from servicekit.preconditions import idempotency
from servicekit.problems import PROBLEMS
from servicekit.reads import Found, History, happened

router = APIRouter(tags=["Messages"])


class Noted(BaseModel):
    """The message was marked as read; `position` is that of the log, for a list that must contain this."""

    id: str
    position: int
    readers: list[str]


@router.get(
    "/messages/{id}",
    summary="One message: its words, whom it is for, and whether it reached them",
    responses={200: {"model": Found}, **PROBLEMS(401, 404, 422, 503)},
)
async def read_message(id: Id, who: Who, running: Running) -> Response:
    facts, state = await _message(id, who, running)
    last = facts[-1]
    found = {
        "id": id,
        "version": last.version,
        "position": last.position,
        "state": show_message(state.messages[id]),
    }
    return Response(to_json(found), media_type="application/json")


@router.get(
    "/messages/{id}/events",
    summary="All that ever happened to one message, every attempt to send it among it",
    responses={200: {"model": History}, **PROBLEMS(401, 404, 422, 503)},
)
async def history_of_message(id: Id, who: Who, running: Running) -> Response:
    facts, _ = await _message(id, who, running)
    return Response(
        to_json({"items": [happened(fact) for fact in facts], "next": None}), media_type="application/json"
    )


@router.post(
    "/messages/{id}/read-mark",
    summary="Say that the caller has read a message to them or a role of theirs",
    responses={200: {"model": Noted}, **PROBLEMS(401, 403, 404, 409, 422, 503)},
)
async def mark_read(id: Id, request: Request, who: Who, running: Running) -> Response:
    command = MarkRead(message=id)
    outcome = await running.handler.handle(
        correspondence,
        number_of(id),
        command,
        context(running, who),
        idempotency=idempotency(request, who, command),
    )
    readers = sorted(outcome.state.messages[id].readers)
    noted = {"id": id, "position": outcome.position, "readers": readers}
    headers = {"Log-Position": str(outcome.position)}
    return Response(to_json(noted), headers=headers, media_type="application/json")


async def _message(id: str, who: Who, running: Running) -> tuple[Sequence[Recorded[Any]], Correspondence]:
    """The events that concern one message, and the correspondence it stands in."""
    facts = await running.log.read(correspondence.stream(number_of(id)))
    state = correspondence.fold(fact.event for fact in facts)
    if id not in state.messages or not who.sees(correspondence.company(state)):
        raise NotFound("not-found", "no such message; /messages lists them")
    return [fact for fact in facts if getattr(fact.event, "message", None) == id], state
