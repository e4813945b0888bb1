"""What the routes of one kind of thing have in common: its path, its ids, how its state is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Path
from pydantic import AfterValidator
from pydantic_core import to_jsonable_python
from starlette.requests import Request

from events.decider import Decider
from events.recorded import Actor, Context
from events.tracing import traceparent_now
from servicekit.problems import Problem
from servicekit.runtime import Runtime
from servicekit.telemetry import trace_id

S = TypeVar("S")
Show = Callable[[S], Mapping[str, Any]]
"""A state as the JSON object that callers see."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def show_state(state: object) -> Mapping[str, Any]:
    """The default: the fields of a state, and its class's name in snake case as `state`."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(state).__name__).lower()
    fields = to_jsonable_python(state)
    return {"state": name, **fields} if isinstance(fields, dict) else {"state": fields}


@dataclass(frozen=True)
class Thing(Generic[S]):
    """A kind of thing that has addresses."""

    decider: Decider[S]
    path: str
    show: Show[S] = show_state

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return self.decider.category.replace("_", " ")


def checked_id(id: str) -> str:
    """An id as it came, when one can look like that. Raises a 404 `Problem`."""
    if not _ID.fullmatch(id):
        raise Problem(404, "not-found", "no such thing: an id is 1 to 64 letters, digits and . _ -")
    return id


Id = Annotated[str, Path(description="Its id.", examples=["7K3M2Q9X"]), AfterValidator(checked_id)]
"""The `{id}` of a path."""


# A coroutine: FastAPI runs a plain function in a thread, which costs as much as a command.
async def _running(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


Running = Annotated[Runtime, Depends(_running)]
"""The open service, as a parameter of a route."""


def context(runtime: Runtime, who: Actor) -> Context:
    """What a command of this request comes with; all it leads to carries the request's trace id."""
    return Context(by=who, at=runtime.clock(), correlation=trace_id(), traceparent=traceparent_now())
