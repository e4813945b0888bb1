"""Bugs on the way into the log, and from there to the topic."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import repeat
from typing import Any
from uuid import uuid4

from events import Idempotency, Recorded
from faults.program import swap

EVERY = 50
"""One event in so many is lost."""
PAUSE = 90.0
"""Seconds; more than anybody may take to recover."""
SPELL = 3.0
"""Seconds after which an order's events go to another partition."""


def keys_of_clients_are_forgotten() -> None:
    """A command that is sent again under its key is carried out again."""

    def forgetful(handle: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(*args: Any, idempotency: Idempotency | None = None, **more: Any) -> Any:
            if idempotency is not None and idempotency.key.startswith('["http"'):
                idempotency = replace(idempotency, key=f"{idempotency.key}/{uuid4()}")
            return await handle(*args, idempotency=idempotency, **more)

        return wrapped

    swap("events.handler:CommandHandler", "handle", forgetful)


def the_expected_version_is_not_looked_at() -> None:
    """A command that names a version is carried out on any."""

    def careless(handle: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(*args: Any, expected: int | None = None, **more: Any) -> Any:
            return await handle(*args, expected=0 if expected == 0 else None, **more)

        return wrapped

    swap("events.handler:CommandHandler", "handle", careless)


def the_uncommitted_is_published() -> None:
    """The relay publishes an event that was never committed."""

    def eager(read_page: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(*args: Any) -> list[Recorded[Any]]:
            facts: list[Recorded[Any]] = await read_page(*args)
            if not facts:
                return facts
            last = facts[-1]
            made_up = Recorded.of(
                last.event, stream=last.stream, version=last.version, position=last.position, key=last.key
            )
            return [*facts, made_up]

        return wrapped

    swap("events.relay", "read_page", eager)


def some_events_are_not_published() -> None:
    """The relay goes on past events that were not taken by the topic."""

    def lossy(publisher: Callable[..., Any]) -> Callable[..., Any]:
        @asynccontextmanager
        async def wrapped(*args: Any) -> AsyncIterator[Callable[[Sequence[Recorded[Any]]], Any]]:
            async with publisher(*args) as publish:
                yield lambda facts: publish([fact for fact in facts if fact.position % EVERY])

        return wrapped

    swap("events.relay", "publisher", lossy)


def partitions_change_with_time() -> None:
    """An order's events go now to this partition, now to that."""

    def anywhere(partition_for: Callable[[bytes, int], int]) -> Callable[[bytes, int], int]:
        return lambda key, count: (partition_for(key, count) + int(time.monotonic() / SPELL)) % count

    swap("events.publisher", "partition_for", anywhere)


def the_relay_waits_ever_longer() -> None:
    """After a failure the relay waits for longer than anybody may take to recover."""

    def long(_: Callable[..., Iterator[float]]) -> Callable[..., Iterator[float]]:
        return lambda *_args, **_more: repeat(PAUSE)

    swap("events.relay", "pauses", long)
