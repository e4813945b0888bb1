"""What may be asked of the desk."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Query

from desk.repair import AskRepair, FinishRepair, Thing, repair
from desk.shelf import shelf
from servicekit import Problem, Resource, Running, Who, by_company


def said(heard: str) -> str:
    """A number as somebody reads it out: 1 A 2 B 3 C 4 D. Raises `ValueError`."""
    number = heard.upper().replace(" ", "")
    if not re.fullmatch("[0-9A-F]{8}", number):
        raise ValueError(f"{heard} is no number")
    return number


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
    filters=("state", "company", "parts", "thanked"),
    ranges=("due", "asked_at", "things"),
    order=("number", "-asked_at", "due", "price"),
    search=("number", "title", "parts"),
    spoken=said,
)

own = APIRouter(tags=["Own"])


@own.get("/greeting")
async def greeting(who: Who, running: Running, loud: Annotated[bool, Query()] = False) -> dict[str, str]:
    """A route that is plain FastAPI."""
    if "shy" in who.roles:
        raise Problem(409, "too-shy", "come back with a friend")
    text = f"hello {who.subject} from {running.service.name}"
    return {"text": text.upper() if loud else text}
