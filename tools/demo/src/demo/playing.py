"""Playing the book on a running system, from the first request to the proof that all is well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import httpx
from aiokafka.errors import KafkaError

from demo import outcome
from demo.desk import Desk, Run
from demo.house import entered
from demo.inside import Inside, opened
from demo.journeys import Task
from demo.market import open_market
from demo.northwind import COMPANIES
from demo.outcome import Outcome
from demo.people import tokens
from demo.staff import PATIENCE, Play
from events.connections import OUTAGES
from events.topic import TopicMissing
from fulfilment_client.connection import nobody
from launch import Running

AT_ONCE = 24
"""Orders on their way at the same time."""
_LOOK = 0.5  # seconds between two looks at how far it is
_AWAY = (*OUTAGES, KafkaError, TopicMissing, httpx.TransportError)


class Show(Protocol):
    """Who is told how it goes."""

    def playing(self, desks: Sequence[Desk], events: int | None) -> None:
        """How far the orders are, and how many events there are by now; None when that cannot be asked."""

    def checking(self, what: str) -> None:
        """What is waited for or looked at after the last order."""


async def play(
    running: Running,
    run: Run,
    tasks: Sequence[Task],
    show: Show,
    *,
    at_once: int = AT_ONCE,
    patience: float = PATIENCE,
) -> Outcome:
    """Play all orders and look into everything; the faults of the outcome say what is wrong.

    `patience` is how many seconds may pass without any progress. Raises `httpx.HTTPError` when
    the issuer gives no tokens, `Problem` when no supplier can be registered, and what asyncpg
    raises when a database is away at the beginning.
    """
    async with (
        opened(running) as inside,
        httpx.AsyncClient(timeout=30) as http,
        entered(running.services, await tokens(http, running.issuer), at_once) as house,
    ):
        heads, mails_before = await inside.heads(), await _mails(http, running)
        staff = Play(tasks, run, house)
        began = time.monotonic()
        show.checking("the suppliers")
        buyer = house.person("buyer", COMPANIES[0], nobody)
        await open_market(buyer, run.id, run.day, tasks)
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(_show(staff, inside, heads, show))
            stuck = await staff.run(at_once, patience)
            showing.cancel()
        faults = [*outcome.stuck_lines(stuck), *await _settle(inside, show, patience)]
        seconds = time.monotonic() - began
        faults += outcome.other_ways(staff.desks)
        events: Mapping[str, Mapping[str, int]] = {}
        messages: Mapping[str, int] = {}
        mails = 0
        try:
            faults += await _look_inside(inside, show)
            events, messages = await inside.events_since(heads), await inside.messages_since(heads)
            mails = await _mails(http, running) - mails_before
        except _AWAY as error:
            faults.append(f"what is inside cannot be seen: {type(error).__name__}: {error}")
        return Outcome(
            run=run,
            broker=running.broker,
            orders=len(tasks),
            twins=sum(task.journey.twin != "once" for task in tasks),
            states=outcome.states(staff.desks),
            journeys=outcome.journeys(staff.desks),
            events=events,
            messages=messages,
            mails=mails,
            seconds=seconds,
            faults=outcome.shortened(faults),
        )


async def _show(staff: Play, inside: Inside, before: Mapping[str, int], show: Show) -> None:
    start = sum(before.values())
    while True:
        try:
            events = sum((await inside.heads()).values()) - start
        except _AWAY:
            show.playing(staff.desks, None)
        else:
            show.playing(staff.desks, events)
        await asyncio.sleep(_LOOK)


async def _settle(inside: Inside, show: Show, patience: float) -> Sequence[str]:
    """Wait until all effects are there; what is still to come when nothing moves any more."""
    seen: Sequence[str] = ()
    moved = time.monotonic()
    while True:
        try:
            behind = await inside.behind()
        except _AWAY as error:
            behind = [f"cannot look: {type(error).__name__}: {error}"]
        if not behind:
            return []
        if behind != seen:
            seen, moved = behind, time.monotonic()
        elif time.monotonic() - moved > patience:
            return [f"does not settle: {line}" for line in behind]
        show.checking(behind[0])
        await asyncio.sleep(_LOOK)


async def _look_inside(inside: Inside, show: Show) -> Sequence[str]:
    parked = await inside.parked()
    return [*parked, *await inside.unsound(show.checking), *await inside.differences(show.checking)]


async def _mails(http: httpx.AsyncClient, running: Running) -> int:
    answer = await http.get(f"{running.mail}/count")
    received: int = answer.raise_for_status().json()["received"]
    return received
