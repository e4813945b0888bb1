"""Command routes: translate a request into a command, its outcome into an answer, and decide nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from events.appending import Conflict, Idempotency
from events.decider import Command, NotFound
from events.handler import Outcome
from events.recorded import Actor
from servicekit.addresses import Id, Running, Thing, context
from servicekit.bodies import read_command
from servicekit.door import Who
from servicekit.preconditions import etag, expected_version, idempotency, stale
from servicekit.problems import Problem, retry_after
from servicekit.runtime import Runtime

S = TypeVar("S")
C = TypeVar("C", bound=Command)
Prepare = Callable[[C, Actor, Runtime], Awaitable[C]]
"""Completes a new thing's command with what other streams say, or raises `Refused`."""


class Done(BaseModel):
    """What a command led to."""

    id: str
    version: int = Field(description="Of the thing; also the ETag.")
    position: int = Field(
        description="Of the service's log; send it as Log-Position to a list that must contain this."
    )
    events: list[str] = Field(description="Names of the facts it led to; none when it was fulfilled already.")
    state: dict[str, Any] = Field(description="The thing after it.")


def create_endpoint(
    thing: Thing[S], kind: type[C], new_id: Callable[[], str], prepare: Prepare[C] | None = None
) -> Callable[..., Any]:
    """`POST /things`: a new one, or the first one again when the idempotency key is repeated."""

    async def create(request: Request, who: Who, running: Running) -> Response:
        thing.decider.permit(kind, who)
        command = await read_command(request, kind)
        key = idempotency(request, who, command)
        id = new_id()
        with _alone(running, key):
            if prepare and not (key and (await running.log.history(thing.decider.stream(id), key)).earlier):
                command = await prepare(command, who, running)
            outcome = await running.handler.handle(
                thing.decider, id, command, context(running, who), idempotency=key, expected=0
            )
        return _answer(thing, outcome, status=201)

    return create


def command_endpoint(thing: Thing[S], kind: type[Command]) -> Callable[..., Any]:
    """`POST /things/{id}/...`: a command to one of them."""

    async def carry_out(id: Id, request: Request, who: Who, running: Running) -> Response:
        thing.decider.permit(kind, who)
        expected = expected_version(request)
        command = await read_command(request, kind)
        key = idempotency(request, who, command)
        with _alone(running, key):
            try:
                outcome = await running.handler.handle(
                    thing.decider, id, command, context(running, who), idempotency=key, expected=expected
                )
            except Conflict as conflict:
                if expected is None:
                    raise
                if conflict.actual == 0:
                    raise NotFound("not-found", f"no such {thing.noun}") from conflict
                raise stale(conflict.actual) from conflict
        return _answer(thing, outcome, status=200)

    return carry_out


def done(thing: Thing[S], outcome: Outcome[S]) -> dict[str, Any]:
    """An outcome as `Done` has it, ready for JSON."""
    return {
        "id": outcome.id,
        "version": outcome.version,
        "position": outcome.position,
        "events": [fact.name for fact in outcome.events],
        "state": thing.show(outcome.state),
    }


def _answer(thing: Thing[S], outcome: Outcome[S], *, status: int) -> Response:
    headers = {"ETag": etag(outcome.version), "Log-Position": str(outcome.position)}
    if status == 201:
        headers["Location"] = f"{thing.path}/{outcome.id}"
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(to_json(done(thing, outcome)), status, headers, "application/json")


@contextmanager
def _alone(running: Runtime, key: Idempotency | None) -> Iterator[None]:
    """Refuse a key whose first request this process is still at; between processes the log decides."""
    if key is None:
        yield
        return
    if key.key in running.keys_in_flight:
        raise Problem(
            409, "request-in-flight", "the first request with this Idempotency-Key is still at work; ask again",
            headers=retry_after(1),
        )  # fmt: skip
    running.keys_in_flight.add(key.key)
    try:
        yield
    finally:
        running.keys_in_flight.discard(key.key)
