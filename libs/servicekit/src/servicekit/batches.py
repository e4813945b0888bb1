"""Batch routes: one command to many things in one request, each with an outcome of its own.

Every item is carried out as its own request would be (permission, company, conflicts,
idempotency), so a batch passes nothing by. One that fails stops no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar

import structlog
from pydantic import BaseModel, Field, StringConstraints, create_model
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from events.appending import Idempotency
from events.decider import Command
from events.event import Part
from events.recorded import Actor
from servicekit.addresses import Running, Thing, checked_id, context
from servicekit.bodies import parse_command, read_command
from servicekit.commands import Done, done
from servicekit.door import Who
from servicekit.preconditions import LONGEST_KEY, idempotency
from servicekit.problems import described
from servicekit.runtime import Runtime
from servicekit.translation import problem_of

S = TypeVar("S")
C = TypeVar("C", bound=Command)
logger = structlog.get_logger(__name__)
LARGEST_BATCH = 100
WIDTH = 16
"""Items of one request that are carried out at the same time."""
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=LONGEST_KEY)]


class Item(Part):
    """One command of a batch, not yet looked at: what is wrong with it is its own outcome."""

    id: str
    command: Annotated[dict[str, Any], Field(default_factory=dict)]
    idempotency: Key | None = None


class Batch(Command):
    """The body of a batch; a command, so that it is read and bounded as one."""

    items: Annotated[tuple[Item, ...], Field(max_length=LARGEST_BATCH)]


class ItemOutcome(BaseModel):
    """What became of one item."""

    id: str
    status: int = Field(description="The status that a request of its own would have had.", examples=[200])
    replayed: bool = Field(description="Whether this is the first outcome of a repeated key.")
    done: Done | None = Field(description="What it led to; null when it failed.")
    problem: dict[str, Any] | None = Field(description="Why it failed, as ProblemBody; null when it did not.")


class BatchOutcome(BaseModel):
    """The outcomes of a batch, in the order of its items."""

    items: list[ItemOutcome]
    done: int = Field(description="How many items were carried out.")
    failed: int = Field(description="How many were not; send those again once their problems are solved.")


def batch_endpoint(thing: Thing[S], kind: type[C]) -> Callable[..., Any]:
    """`POST /things/...`: a command to many of them. Items of the same thing follow each other."""

    async def carry_out(request: Request, who: Who, running: Running) -> Response:
        thing.decider.permit(kind, who)
        batch = await read_command(request, Batch)
        work = _Work(thing, kind, request.url.path, who, running)
        outcomes = await work.carry_out(batch.items, idempotency(request, who, batch))
        reached = [outcome["done"]["position"] for outcome in outcomes if outcome["done"]]
        answer = {"items": outcomes, "done": len(reached), "failed": len(outcomes) - len(reached)}
        headers = {"Log-Position": str(max(reached))} if reached else {}
        return Response(to_json(answer), 200, headers, "application/json")

    return carry_out


class _Work(Generic[S, C]):
    """The items of one request."""

    def __init__(self, thing: Thing[S], kind: type[C], path: str, who: Actor, running: Runtime) -> None:
        self._thing, self._kind, self._path = thing, kind, path
        self._who, self._running = who, running
        self._turns = asyncio.Semaphore(WIDTH)

    async def carry_out(self, items: Sequence[Item], whole: Idempotency | None) -> list[dict[str, Any]]:
        of_thing: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            of_thing.setdefault(item.id, []).append(place)
        async with asyncio.TaskGroup() as group:
            tasks = {
                tuple(places): group.create_task(self._in_turn([items[place] for place in places], whole))
                for places in of_thing.values()
            }
        outcomes = {
            p: outcome
            for places, task in tasks.items()
            for p, outcome in zip(places, task.result(), strict=True)
        }
        return [outcomes[place] for place in range(len(items))]

    async def _in_turn(self, items: Sequence[Item], whole: Idempotency | None) -> list[dict[str, Any]]:
        async with self._turns:
            return [
                await self._one(item, self._key(item, number, whole)) for number, item in enumerate(items)
            ]

    async def _one(self, item: Item, key: str | None) -> dict[str, Any]:
        try:
            id = checked_id(item.id)
            command = parse_command(to_json(item.command), self._kind)
            outcome = await self._running.handler.handle(
                self._thing.decider,
                id,
                command,
                context(self._running, self._who),
                idempotency=self._idempotency(key, id, command),
            )
        except Exception as error:  # one that fails stops no other; its answer says why
            problem = problem_of(error)
            if problem.status_code == 500:
                logger.error("item of a batch failed", id=item.id, exc_info=error)
            return _outcome(item.id, problem.status_code, problem=described(problem))
        return _outcome(id, 200, done=done(self._thing, outcome), replayed=outcome.replayed)

    def _key(self, item: Item, number: int, whole: Idempotency | None) -> str | None:
        """The item's own key, or one that follows from the request's: which thing, and which time it is named."""
        if item.idempotency is not None:
            return to_json(["item", self._who.company, self._who.subject, item.idempotency]).decode()
        return to_json([whole.key, item.id, number]).decode() if whole else None

    def _idempotency(self, key: str | None, id: str, command: Command) -> Idempotency | None:
        asked = f"{self._path}\n{id}\n{command.model_dump_json(exclude_unset=True)}"
        return Idempotency(key, sha256(asked.encode()).digest()) if key else None


def _outcome(
    id: str, status: int, *, done: Any = None, problem: Any = None, replayed: bool = False
) -> dict[str, Any]:
    return {"id": id, "status": status, "replayed": replayed, "done": done, "problem": problem}


def batch_of(kind: type[C], example: C | None) -> tuple[type[Command], Command | None]:
    """The body of a batch as it is documented: its items have the command in full."""
    item = create_model(
        f"{kind.__name__}Item",
        __base__=Part,
        __doc__=f"One of many: {kind.__doc__}",
        id=(str, Field(description="Which one.", examples=["7K3M-2Q9X-0"])),
        command=(kind, Field(description="What a request of its own would have as its body.")),
        idempotency=(
            Key | None,
            Field(None, description="Its own key; else the request's Idempotency-Key counts."),
        ),
    )
    body = create_model(
        f"{kind.__name__}Batch",
        __base__=Command,
        __doc__=f"Many at once. {kind.__doc__}",
        items=(
            tuple[item, ...],
            Field(max_length=LARGEST_BATCH, description="Each has its own outcome."),
        ),
    )
    if example is None:
        return body, None
    return body, body.model_validate({"items": [{"id": "7K3M-2Q9X-0", "command": example}]})
