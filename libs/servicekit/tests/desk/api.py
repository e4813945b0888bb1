"""What may be asked of the desk."""

from __future__ import annotations

from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Query

from desk.repair import AskRepair, FinishRepair, Thing, repair
from desk.shelf import shelf
from servicekit import Problem, Resource, Running, Who, by_company

repairs = Resource(repair, path="/repairs", tag="Repairs")
repairs.create(
    AskRepair,
    new_id=lambda: token_hex(4).upper(),
    summary="Bring something to be repaired",
    example=AskRepair(title="A clock that is late", things=(Thing(name="clock", quantity=1),)),
)
repairs.on(
    "/{id}/end", FinishRepair, summary="Say how it was repaired", example=FinishRepair(how="New spring")
)
repairs.reads()
repairs.list(
    shelf,
    visible=by_company("company"),
    filters=("state", "company"),
    ranges=("due", "asked_at", "things"),
    order=("number", "-asked_at", "due", "price"),
)

own = APIRouter(tags=["Own"])


@own.get("/greeting")
async def greeting(who: Who, running: Running, loud: Annotated[bool, Query()] = False) -> dict[str, str]:
    """A route that is plain FastAPI."""
    if "shy" in who.roles:
        raise Problem(409, "too-shy", "come back with a friend")
    text = f"hello {who.subject} from {running.service.name}"
    return {"text": text.upper() if loud else text}
