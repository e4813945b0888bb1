"""A read model: what stands on the shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from desk.repair import RepairAsked, RepairDone, RepairThanked
from events import Projection, Recorded


@dataclass(frozen=True, slots=True)
class Place:
    number: str
    title: str
    company: str | None
    state: Literal["open", "done"]
    due: date | None
    price: Decimal | None
    asked_at: datetime
    things: int
    parts: tuple[str, ...] = ()
    thanked: bool = False


def show(row: Place | None, fact: Recorded[Any]) -> Place | None:
    match fact.event:
        case RepairAsked(title=title, company=company, due=due, price=price, things=things):
            parts = tuple(thing.name for thing in things)
            return Place(fact.id_in_stream, title, company, "open", due, price, fact.time, len(things), parts)
        case RepairDone() if row:
            return replace(row, state="done")
        case RepairThanked() if row:
            return replace(row, thanked=True)
    raise AssertionError(fact)


shelf = Projection(
    name="shelf",
    version=1,
    row=Place,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(RepairAsked, RepairDone, RepairThanked),
    indexes=(("asked_at", "number"),),
)
