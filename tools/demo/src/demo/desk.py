"""A desk: one order on its way, and what people do and see at it.

Every command has a name that is unique for its order. With the run's id it makes the
idempotency key, so a run that is resumed repeats itself without effect up to where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from demo.house import House, Person
from demo.journeys import Task
from fulfilment_client import Done, Found, Happened, NotFound, OrderIntake, Pages, Procurement, Review

State = dict[str, Any]
"""A thing as callers see it. Any: a JSON document, whose fields differ from state to state."""
Look = Callable[[Person], Awaitable[Found]]
History = Callable[[Person], Pages[Happened]]
T = TypeVar("T")
S = TypeVar("S", contravariant=True)
B = TypeVar("B", contravariant=True)


class Command(Protocol[S, B]):
    """A command of a service's client to one thing, such as `OrderIntake.complete_order`."""

    def __call__(self, service: S, id: str, body: B, /, *, key: str | None) -> Awaitable[Done]: ...


WAITING = "waiting until"
"""How a step begins in which nobody acts."""
_FIRST_LOOK, _LONGEST_WAIT = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One play of the book. The same id, day and seed make the same requests."""

    id: str
    day: date
    seed: int


class Unexpected(Exception):
    """The system answered, and not as the rules want it."""


class Desk:
    """Where one order is worked on."""

    def __init__(self, task: Task, run: Run, house: House, moved: Callable[[], None]) -> None:
        self.task = task
        self.run = run
        self.number = ""
        """The order's number, once it has one."""
        self.version = 1
        """Of its content: what is confirmed, judged and agreed to."""
        self.purchases: list[str] = []
        """Ids of the purchase orders for it."""
        self.step = "not begun"
        """What is being done or waited for."""
        self.trouble: str | None = None
        """Why that takes its time: what the last try was answered with."""
        self.state = ""
        """Where the order was last seen."""
        self.events: set[str] = set()
        """Names of all that happened to it, in any service; gathered at the end."""
        self.done = False
        self._house = house
        self.moved = moved

    async def order(self, role: str, step: str, give: Command[OrderIntake, B], body: B) -> Done:
        """Do something about the order as who has the role, and see it after that."""
        done = await give(self.person(role).intake, self.number, body, key=self.begin(step))
        self.moved()
        self.state = done.state["state"]
        return done

    async def case(self, role: str, step: str, give: Command[Review, B], body: B) -> Done:
        """Do something about its review."""
        done = await give(self.person(role).review, self.number, body, key=self.begin(step))
        self.moved()
        return done

    async def purchase(self, role: str, step: str, id: str, give: Command[Procurement, B], body: B) -> Done:
        """Do something about one of its purchase orders."""
        done = await give(self.person(role).procurement, id, body, key=self.begin(step))
        self.moved()
        return done

    def begin(self, step: str) -> str:
        """Note what is being done; the key that makes it known again when it is repeated."""
        self.step = step
        return f"{self.run.id}/{self.task.order.reference}/{step}"

    @property
    def manager(self) -> str:
        """The role of who decides for the product company."""
        return "deputy_general_manager" if self.task.journey.deputy else "general_manager"

    def person(self, role: str) -> Person:
        """Who has the role for this order."""
        return self._house.person(role, self.task.order.company, self._tell)

    async def until(self, role: str, what: str, look: Look, met: Callable[[State], bool]) -> State:
        """Look again and again until something is there and as it should be; its state."""
        person = self.person(role)

        async def seen() -> State | None:
            try:
                state = (await look(person)).state
            except NotFound:
                return None
            return state if met(state) else None

        return await self._wait(what, seen)

    async def happened(self, role: str, what: str, name: str, histories: Mapping[str, History]) -> str:
        """Look again and again until an event of this name stands in one of the histories; which one."""
        person = self.person(role)

        async def seen() -> str | None:
            for one, history in histories.items():
                if name in await _names(history(person)):
                    return one
            return None

        return await self._wait(what, seen)

    async def gather_events(self, role: str, history: History) -> None:
        """Note the names of all that happened to a thing; nothing when there is no such thing."""
        self.step = "reading histories"
        self.events |= await _names(history(self.person(role)))

    async def _wait(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        self.step = f"{WAITING} {what}"
        pause = _FIRST_LOOK
        while (found := await look()) is None:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_WAIT)
        self.moved()
        return found

    async def order_until(self, what: str, met: Callable[[State], bool]) -> State:
        """Wait until the order is as it should be."""
        state = await self.until("sales", what, lambda by: by.intake.read_order(self.number), met)
        self.state = state["state"]
        return state

    def expect(self, what: str, seen: object, wanted: object) -> None:
        """Raise `Unexpected` unless the system said what the rules want."""
        if seen != wanted:
            raise Unexpected(f"{what}: {seen!r}, but it should be {wanted!r}")

    def _tell(self, trouble: str | None) -> None:
        self.trouble = trouble


async def _names(history: Pages[Happened]) -> set[str]:
    """What happened to a thing; nothing when there is no such thing."""
    try:
        return {fact.type async for fact in history}
    except NotFound:
        return set()
