"""What all services have of one order, as far as the caller may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter
from starlette.requests import Request

from events import Actor, NotFound
from order_intake.order import order
from servicekit import Runtime
from servicekit.of_order import Entry, StandsAt, entries, things
from servicekit.peers import Answers

PEERS = ("review", "procurement", "notification")
"""The services that have something of an order beside this one, in the order of the flow (C1)."""
T = TypeVar("T")
_things = TypeAdapter(list[StandsAt])
_entries = TypeAdapter(list[Entry])


async def things_across(
    running: Runtime, request: Request, who: Actor, number: str, as_of: datetime | None
) -> Answers[list[StandsAt]]:
    """Where the things of an order stand, by service. Raises `NotFound` for who may not see the order."""
    return await _across(running, request, who, number, as_of, "", things, _things)


async def entries_across(
    running: Runtime, request: Request, who: Actor, number: str, as_of: datetime | None
) -> Answers[list[Entry]]:
    """All that happened to the things of an order, by service. Raises as `things_across`."""
    return await _across(running, request, who, number, as_of, "/events", entries, _entries)


_Own = Callable[[Runtime, str, Actor, datetime | None], Awaitable[T]]


async def _across(
    running: Runtime,
    request: Request,
    who: Actor,
    number: str,
    as_of: datetime | None,
    part: str,
    own: _Own[T],
    shape: TypeAdapter[T],
) -> Answers[T]:
    await _admit(running, who, number, as_of)
    path = f"/of-order/{quote(number, safe='')}{part}"
    if as_of is not None:
        path += "?" + urlencode({"as_of": as_of.isoformat()})
    mine, theirs = await asyncio.gather(
        own(running, number, who, as_of), running.peers.ask(PEERS, path, shape, request)
    )
    return Answers({running.service.name: mine, **theirs.parts}, theirs.missing)


async def _admit(running: Runtime, who: Actor, number: str, as_of: datetime | None) -> None:
    """Raise `NotFound` unless there is, or was by then, such an order that the caller may see."""
    facts = await running.log.read(order.stream(number))
    if not facts:
        raise NotFound("not-found", "no such order")
    order.admit(order.fold(fact.event for fact in facts), who)
    if as_of is not None and facts[0].time > as_of:
        raise NotFound("not-found", f"there was no such order at {as_of.isoformat()}")
