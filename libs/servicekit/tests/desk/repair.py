"""A small business of its own for these tests: a desk that takes in things to be repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from events import Command, Context, Decider, Event, NotFound, Part, Refused

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Thing(Part):
    """One thing to be repaired."""

    name: Text
    quantity: Annotated[int, Field(ge=1, le=1000)]


class RepairAsked(Event, name="repair.asked.v1"):
    """Somebody brought something."""

    title: str
    company: str | None
    things: tuple[Thing, ...]
    due: date | None
    price: Decimal | None


class RepairDone(Event, name="repair.done.v1"):
    """It works again."""

    how: str


class RepairThanked(Event, name="repair.thanked.v1"):
    """Its owner was thanked, which a reaction sees to."""


class AskRepair(Command):
    title: Text
    company: Text | None = None
    things: tuple[Thing, ...] = ()
    due: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))] | None = None
    price: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = None
    kind: Literal["normal", "urgent"] = "normal"


class FinishRepair(Command):
    how: Text


class Thank(Command):
    pass


@dataclass(frozen=True)
class Unknown:
    pass


@dataclass(frozen=True)
class BeingRepaired:
    title: str
    company: str | None
    price: Decimal | None


@dataclass(frozen=True)
class Repaired:
    title: str
    company: str | None
    price: Decimal | None
    how: str
    thanked: bool = False


State = Unknown | BeingRepaired | Repaired


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    match state, command:
        case Unknown(), AskRepair():
            if command.title == "break":
                raise RuntimeError("a bug, which quotes the secret word hunter2\nand more of it")
            return [
                RepairAsked(
                    title=command.title,
                    company=command.company,
                    things=command.things,
                    due=command.due,
                    price=command.price,
                )
            ]
        case Unknown(), _:
            raise NotFound("repair-unknown", "no such repair; ask for one first")
        case BeingRepaired(), FinishRepair(how=how):
            return [RepairDone(how=how)]
        case Repaired(how=done), FinishRepair(how=how):
            if done == how:
                return []
            raise Refused("repair-finished", f"it was repaired before: {done}", {"how": f"was {done}"})
        case Repaired(thanked=False), Thank():
            return [RepairThanked()]
        case Repaired(thanked=True), Thank():
            return []
    raise Refused("repair-unfinished", "it is not repaired yet; finish it first")


def evolve(state: State, fact: Event) -> State:
    match state, fact:
        case _, RepairAsked():
            return BeingRepaired(fact.title, fact.company, fact.price)
        case BeingRepaired(), RepairDone(how=how):
            return Repaired(state.title, state.company, state.price, how)
        case Repaired(), RepairThanked():
            return replace(state, thanked=True)
    raise AssertionError(f"{fact} in {state}")


CLERKS = frozenset({"clerk"})
repair: Decider[State] = Decider(
    "repair",
    Unknown(),
    decide,
    evolve,
    may={AskRepair: CLERKS, FinishRepair: CLERKS | {"smith", "erp"}, Thank: frozenset({"system"})},
    company=lambda state: None if isinstance(state, Unknown) else state.company,
)
