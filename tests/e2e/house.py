"""The whole system as the end-to-end tests have it: real servers, four services, people, and faults."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx

from demo.desk import Desk, Run
from demo.journeys import tasks
from demo.northwind import orders
from demo.outcome import Outcome
from demo.playing import play
from launch import Running, System, Wish, system
from launch.background import Run as InBackground
from launch.background import background

PATIENCE = 60.0
"""Seconds without any progress after which a play has failed; recovery has to be faster."""


class House:
    """A running system. It lives on an event loop of its own, so any test may use it."""

    def __init__(self, launched: System, data: Path, in_background: InBackground) -> None:
        self.data = data
        self._system = launched
        self._in_background = in_background

    @property
    def running(self) -> Running:
        """Where everything is at this moment."""
        return self._system.running

    def play(self, count: int, *, run: Run | None = None, kill: str | None = None) -> Outcome:
        """The first orders of the book, to their ends; with a program killed on the way."""
        run = run or new_run()
        chosen = tasks(orders(run.day), run.seed)[:count]
        faults = Killing(self._system, kill)
        outcome = self._in_background(play(self.running, run, chosen, faults, patience=PATIENCE))
        assert kill is None or faults.killed, f"the play was over before {kill} was killed"
        return outcome

    def client(self, service: str, role: str, company: str | None = None) -> httpx.Client:
        """Somebody with this role, at one service."""
        wish = {"sub": f"e2e {role}", "roles": [role], "company": company}
        answer = httpx.post(f"{self.running.issuer}/token", json=wish).raise_for_status()
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx.Client(base_url=self.running.services[service], headers=headers)


class Killing:
    """Watches a play, and kills one program when half of its orders are in somebody's hands."""

    def __init__(self, launched: System, name: str | None) -> None:
        self.killed = False
        self._system = launched
        self._name = name

    def playing(self, desks: Sequence[Desk], events: int | None) -> None:
        begun, done = sum(bool(desk.state) for desk in desks), sum(desk.done for desk in desks)
        if self._name and not self.killed and done < len(desks) <= 2 * begun:
            self._system.kill(self._name)
            self.killed = True

    def checking(self, what: str) -> None:
        """Nobody looks."""


def new_run() -> Run:
    """A run of its own, on today's date as the services see it."""
    return Run(secrets.token_hex(4), datetime.now(UTC).date(), seed=7)


@contextmanager
def house(data: Path, broker: Literal["kafka", "embedded"]) -> Iterator[House]:
    """Start a system on `data`, and stop it at the end. Raises `CannotMeet` without a Kafka."""
    with background() as run:
        stack = AsyncExitStack()
        try:
            launched = run(stack.enter_async_context(system(data, wish=Wish(broker), say=lambda line: None)))
            yield House(launched, data, run)
        finally:
            run(stack.aclose())
