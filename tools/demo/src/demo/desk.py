"""A desk: one order on its way, and what people do and see at it.

Every command has a name that is unique for its order. With the run's id it makes the
idempotency key, so a run that is resumed repeats itself without effect up to where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from demo.calls import Calls, Json
from demo.journeys import Task

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

    def __init__(self, task: Task, run: Run, calls: Calls, moved: Callable[[], None]) -> None:
        self.task = task
        self.run = run
        self.number = ""
        """The order's number, once it has one."""
        self.step = "not begun"
        """What is being done or waited for."""
        self.trouble: str | None = None
        """Why that takes its time: what the last try was answered with."""
        self.state = ""
        """Where the order was last seen."""
        self.events: set[str] = set()
        """Names of all that happened to it, in any service; gathered at the end."""
        self.done = False
        self._calls = calls
        self._moved = moved

    @property
    def path(self) -> str:
        """The order's own."""
        return f"/orders/{self.number}"

    @property
    def case(self) -> str:
        """The path of its review."""
        return f"/cases/{self.number}"

    async def do(self, role: str, step: str, path: str, body: Json) -> Json:
        """Give a command as who has the role, and see the thing after it."""
        self.step = step
        key = f"{self.run.id}/{self.task.order.reference}/{step}"
        done = await self._calls.command(role, self._company, path, body, key, self._tell)
        self._moved()
        if path.startswith("/orders"):
            self.state = done["state"]["state"]
        return done

    async def until(self, role: str, what: str, path: str, met: Callable[[Json], bool]) -> Json:
        """Look again and again until something is there and as it should be; its state."""
        self.step = f"{WAITING} {what}"
        pause = _FIRST_LOOK
        while True:
            found = await self._calls.read(role, self._company, path, self._tell)
            if found is not None:
                state: Json = found["state"]
                if path == self.path:
                    self.state = state["state"]
                if met(state):
                    self._moved()
                    return state
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_WAIT)

    async def gather_events(self, role: str, path: str) -> None:
        """Note the names of all that happened to a thing."""
        self.step = f"reading the history {path}"
        params = {"limit": "200"}
        while True:
            page = await self._calls.read(role, self._company, f"{path}/events", self._tell, params)
            if page is None:
                return
            self.events |= {event["type"] for event in page["items"]}
            if page["next"] is None:
                return
            params["cursor"] = page["next"]

    def expect(self, what: str, seen: object, wanted: object) -> None:
        """Raise `Unexpected` unless the system said what the rules want."""
        if seen != wanted:
            raise Unexpected(f"{what}: {seen!r}, but it should be {wanted!r}")

    @property
    def _company(self) -> str:
        return self.task.order.company

    def _tell(self, trouble: str | None) -> None:
        self.trouble = trouble
