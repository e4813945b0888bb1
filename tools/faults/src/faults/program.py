"""A service with crash points: `python -m faults.program MODULE serve` serves as `python -m MODULE serve` does.

A few functions are wrapped first; with `PLANT=n` in the environment a bug is planted as well. What is
to be wrapped must be there: a function that was renamed stops the program at once, and is named.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Any

from events import Command
from faults import points
from faults.points import die_if_armed
from servicekit import main


class Renamed(SystemExit):
    """What a crash point wraps is not there any more."""


def swap(place: str, name: str, wrap: Callable[[Any], Any]) -> None:
    """Put `wrap(it)` in the place of the attribute `name` of a module or of a `module:Class`."""
    module, _, inner = place.partition(":")
    try:
        owner: Any = import_module(module)
        owner = getattr(owner, inner) if inner else owner
        there = getattr(owner, name)
    except (ImportError, AttributeError) as error:
        raise Renamed(f"faults.program wraps {place}.{name}, which is not there: {error}") from error
    setattr(owner, name, wrap(there))


def wrap_all(service: str) -> None:
    """All crash points of a service."""
    swap("events.log:Log", "append", lambda append: _after(append, service, points.BEFORE_PUBLISHING))
    swap("events.relay", "publisher", lambda publisher: _publisher(publisher, service))
    swap("events.checkpoint:Marks", "store", lambda store: _store(store, service))
    if service == "notification":
        from notification.correspondence import RecordMailed
        from notification.webhooks.line import RecordDelivery

        for place, kind, point in (
            ("notification.posting", RecordMailed, points.SENT),
            ("notification.webhooks.attempt", RecordDelivery, points.HOOKED),
        ):
            swap(place, "record", functools.partial(_record, service, kind, point))


def _after(work: Callable[..., Awaitable[Any]], service: str, point: str) -> Callable[..., Awaitable[Any]]:
    """`work`, and the point right behind it."""

    @functools.wraps(work)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        answer = await work(*args, **kwargs)
        die_if_armed(service, point)
        return answer

    return wrapped


Publisher = Callable[..., AbstractAsyncContextManager[Callable[[Sequence[Any]], Awaitable[None]]]]


def _publisher(publisher: Publisher, service: str) -> Publisher:
    @asynccontextmanager
    async def wrapped(*args: Any, **kwargs: Any) -> AsyncIterator[Callable[[Sequence[Any]], Awaitable[None]]]:
        async with publisher(*args, **kwargs) as publish:
            yield _after(publish, service, points.BEFORE_CHECKPOINT)

    return wrapped


def _store(store: Callable[..., Awaitable[Any]], service: str) -> Callable[..., Awaitable[Any]]:
    """What a reaction led to is committed when its checkpoint is stored; a read model's rows go with it."""

    @functools.wraps(store)
    async def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        reaction = self._consumer == f"{service}.reactions"
        die_if_armed(service, points.REACTED if reaction else points.SHOWN)
        return await store(self, *args, **kwargs)

    return wrapped


def _record(
    service: str, kind: type[Command], point: str, record: Callable[..., Awaitable[None]]
) -> Callable[..., Awaitable[None]]:
    """What was sent successfully is recorded by a command of this kind."""

    @functools.wraps(record)
    async def wrapped(runtime: Any, decider: Any, id: str, command: Any, cause: Any) -> None:
        if isinstance(command, kind):
            die_if_armed(service, point)
        await record(runtime, decider, id, command, cause)

    return wrapped


def run(module: str) -> None:
    """Wrap, plant, and hand over to the service's own command line."""
    service = import_module(f"{module}.app").service
    wrap_all(service.name)
    if number := os.environ.get("PLANT"):
        from faults.plants import plant  # the bugs are only there when one is asked for

        plant(int(number), service.name)
    main(service)


if __name__ == "__main__":
    run(sys.argv.pop(1))
