"""What this service has of one order: where its things stand, and what happened to them.

All of it is folded from streams, so it is current, and at any past moment it is what it was.
order-intake asks every service for it, to show an order's page and its timeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from pydantic_core import from_json

from events.event import Unreadable
from events.recorded import Actor, Recorded
from servicekit.addresses import Thing
from servicekit.owners import company_of, may_see
from servicekit.runtime import Runtime


class StandsAt(BaseModel):
    """One thing of an order, and where it stands."""

    kind: str = Field(description="What it is: the category of its stream.", examples=["review"])
    id: str
    href: str = Field(description="Its address in its service.", examples=["/cases/7K3M-2Q9X-F"])
    version: int
    position: int = Field(description="Of its last event in its service's log.")
    updated_at: datetime
    state: dict[str, Any] = Field(description="As its own address shows it.")


class Entry(BaseModel):
    """One thing that happened to an order, or because of it."""

    time: datetime
    service: str
    type: str = Field(description="The name of the event.", examples=["order.refused.v1"])
    meaning: str | None = Field(description="The same in a sentence.")
    who: str = Field(description="Subject of who acted; a service's name where it acted by itself.")
    roles: list[str]
    company: str | None
    why: str | None = Field(description="The reason that was given, where one was.")
    href: str = Field(description="Address of the thing it happened to, in its service.")
    stream: str
    version: int
    position: int = Field(description="In its service's log.")
    id: str
    causation: str | None = Field(description="Id of the event that led to this one, of any service.")
    trace_id: str | None


async def things(running: Runtime, number: str, who: Actor, as_of: datetime | None) -> list[StandsAt]:
    """The states of an order's things here. Raises what `Log.read` raises."""
    return [_stands(one) for one in await _read(running, number, who, as_of)]


async def entries(running: Runtime, number: str, who: Actor, as_of: datetime | None) -> list[Entry]:
    """All that happened to an order's things here, in the order of the log. Raises as `things`."""
    read = await _read(running, number, who, as_of)
    happened = [(fact, _address(one)) for one in read for fact in one.facts]
    happened.sort(key=lambda pair: pair[0].position)
    return [_entry(fact, address, running.service.name) for fact, address in happened]


class _Read(NamedTuple):
    thing: Thing[Any]  # Any: each has a state of its own
    id: str
    facts: Sequence[Recorded[Any]]


async def _read(running: Runtime, number: str, who: Actor, as_of: datetime | None) -> Sequence[_Read]:
    """The things that the caller may see, each with what was known then; gathered in two reads."""
    parts = running.service.of_order
    under_it = [(part.thing, number) for part in parts if part.named_by is None]
    own = _visible(who, await _histories(running, under_it))
    named = {
        part.thing.decider.stream(id): (part.thing, id)
        for part in parts
        if part.named_by is not None
        for one in own
        for fact in one.facts
        if (id := part.named_by(fact)) is not None
    }
    seen = [*own, *_visible(who, await _histories(running, list(named.values())))]
    known = [one._replace(facts=_until(one.facts, as_of)) for one in seen]
    return [one for one in known if one.facts]


def _visible(who: Actor, read: Sequence[_Read]) -> Sequence[_Read]:
    return [one for one in read if may_see(who, company_of(one.thing.decider, one.facts))]


async def _histories(running: Runtime, wanted: Sequence[tuple[Thing[Any], str]]) -> Sequence[_Read]:
    histories = await asyncio.gather(*(running.log.read(thing.decider.stream(id)) for thing, id in wanted))
    return [_Read(thing, id, facts) for (thing, id), facts in zip(wanted, histories, strict=True)]


def _until(facts: Sequence[Recorded[Any]], as_of: datetime | None) -> Sequence[Recorded[Any]]:
    """Up to the last that had happened by then."""
    if as_of is None:
        return facts
    return facts[: max((fact.version for fact in facts if fact.time <= as_of), default=0)]


def _stands(one: _Read) -> StandsAt:
    last = one.facts[-1]
    state = one.thing.decider.fold(fact.event for fact in one.facts)
    return StandsAt(
        kind=one.thing.decider.category,
        id=one.id,
        href=_address(one),
        version=last.version,
        position=last.position,
        updated_at=last.time,
        state=dict(one.thing.show(state)),
    )


def _address(one: _Read) -> str:
    return f"{one.thing.path}/{one.id}"


def _entry(fact: Recorded[Any], address: str, service: str) -> Entry:
    data = from_json(fact.data)
    reason = data.get("reason") if isinstance(data, dict) else None
    return Entry(
        time=fact.time,
        service=service,
        type=fact.name,
        meaning=_meaning(fact),
        who=fact.actor.subject,
        roles=sorted(fact.actor.roles),
        company=fact.actor.company,
        why=reason if isinstance(reason, str) else None,
        href=address,
        stream=fact.stream,
        version=fact.version,
        position=fact.position,
        id=str(fact.id),
        causation=fact.causation,
        trace_id=fact.traceparent.split("-")[1] if fact.traceparent else None,
    )


def _meaning(fact: Recorded[Any]) -> str | None:
    """The first sentence of what the event's class says it is."""
    try:
        said = fact.kind.__doc__
    except Unreadable:
        return None
    return " ".join(said.strip().partition("\n\n")[0].split()) if said else None
