"""The services as they are wired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from events.contracts import COMMON, OWNERS
from events.event import Event, known_events

if TYPE_CHECKING:  # what is checked may be broken; that must not keep the other checks from running
    from servicekit.service import Service


def wired() -> Mapping[str, Service]:
    """Each service's composition, by its name. Raises `ImportError` where one cannot be had."""
    return {name: import_module(f"{name.replace('-', '_')}.app").service for name in OWNERS}


def events_of(service: str) -> Sequence[type[Event]]:
    """The events a service records, by stored name."""
    return [kind for _, kind in known_events() if kind.__module__ == OWNERS[service].__name__]


def common_events() -> Sequence[type[Event]]:
    """The events that every service records besides its own, by stored name."""
    modules = {module.__name__ for module in COMMON}
    return [kind for _, kind in known_events() if kind.__module__ in modules]
