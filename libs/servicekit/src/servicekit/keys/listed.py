"""The keys of a service, as they are listed.

Keys are numbered without gaps, so the list is read from their streams: always current, also
at a past moment, and without a read model that every service would have to keep for a few keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from events.recorded import Actor, Recorded
from servicekit.addresses import Thing
from servicekit.keys.api_key import ApiKey, State
from servicekit.keys.secret import key_id
from servicekit.runtime import Runtime

BLOCK = 50
"""Streams of keys read together, in one query."""


class ListedKey(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    company: str | None = Field(description="None for the whole group.")
    state: str = Field(description="`active`, `revoked` or `expired`.")
    expires: datetime | None
    issued_at: datetime
    issued_by: str
    revoked_at: datetime | None
    revoked_by: str | None


class KeyPage(BaseModel):
    """A page of keys, by number."""

    items: list[ListedKey]
    next: str | None


async def next_number(running: Runtime, keys: Thing[State]) -> int:
    last = 0
    async for number, _ in _streams(running, keys, 0):
        last = number
    return last + 1


async def page_of(
    running: Runtime, keys: Thing[State], who: Actor, after: int, at: int | None, limit: int
) -> tuple[Sequence[tuple[int, dict[str, Any]]], bool]:
    """At most `limit` keys that somebody may see, with their numbers, and whether there are more."""
    found: list[tuple[int, dict[str, Any]]] = []
    time = "SELECT time FROM log.event WHERE position = $1"
    now = running.clock() if at is None else await running.pool.fetchval(time, at)
    async for number, facts in _streams(running, keys, after):
        then = [fact for fact in facts if at is None or fact.position <= at]
        state = keys.decider.fold(fact.event for fact in then)
        if not isinstance(state, ApiKey) or not who.sees(keys.decider.company(state)):
            continue
        if len(found) == limit:
            return found, True
        found.append((number, _listed(facts[0].id_in_stream, state, then, now)))
    return found, False


def _listed(id: str, state: ApiKey, facts: Sequence[Recorded[Any]], now: datetime) -> dict[str, Any]:
    revoked = facts[-1] if state.revoked else None
    return {
        "id": id,
        "name": state.name,
        "scopes": state.scopes,
        "company": state.company,
        "state": state.stands(now),
        "expires": state.expires,
        "issued_at": facts[0].time,
        "issued_by": facts[0].actor.subject,
        "revoked_at": revoked.time if revoked else None,
        "revoked_by": revoked.actor.subject if revoked else None,
    }


async def _streams(
    running: Runtime, keys: Thing[State], after: int
) -> AsyncIterator[tuple[int, Sequence[Recorded[Any]]]]:
    """The number and the facts of each key after a number, until there is none."""
    while True:
        numbers = range(after + 1, after + 1 + BLOCK)
        names = [keys.decider.stream(key_id(running.service.name, number)) for number in numbers]
        for number, facts in zip(numbers, await asyncio.gather(*map(running.log.read, names)), strict=True):
            if not facts:
                return
            yield number, facts
        after += BLOCK
