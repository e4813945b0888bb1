"""Facts: what an event is, how it is named, stored and read back.

An event's stored name (`order.received.v1`) is its identity for ever: a class may be
renamed, a stored name never. Reading is forgiving (unknown fields are ignored, old
versions are upcast); the published schema is strict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

_NAME = re.compile(r"^(?P<stem>[a-z][a-z_]*\.[a-z][a-z_]*)\.v(?P<number>[1-9][0-9]*)$")


class Part(BaseModel):
    """A value inside an event or a command: immutable, compared by content."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Event(BaseModel):
    """A fact. Subclass it with the name it is stored under: `class X(Event, name="order.x.v1")`."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)
    name: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # Any: pydantic's own signature
        name = kwargs.get("name")
        if name is None:
            return
        if not _NAME.match(name):
            raise TypeError(f"{name!r} is not of the form subject.past_tense.v1")
        if name in _EVENTS and _EVENTS[name].__qualname__ != cls.__qualname__:
            raise TypeError(f"{name} is already the name of {_EVENTS[name].__qualname__}")
        cls.name = name
        _EVENTS[name] = cls

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)


_EVENTS: dict[str, type[Event]] = {}
_UPCASTS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {}


class Unreadable(ValueError):
    """A stored or received event that this code cannot turn into a fact: garbage, or too new."""


def known_events() -> Iterator[tuple[str, type[Event]]]:
    """All registered events by stored name, sorted."""
    return iter(sorted(_EVENTS.items()))


def upcast(
    old: str, to: str
) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Register how the data of event `old` becomes that of `to`, its successor.

    Applied on reading, step by step until a registered event is reached; what is stored
    never changes.
    """

    def register(
        step: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Callable[[dict[str, Any]], dict[str, Any]]:
        _UPCASTS[old] = (to, step)
        return step

    return register


def current_name(name: str) -> str:
    """The name an event stored as `name` has after upcasting; itself when there is no step."""
    while name in _UPCASTS:
        name = _UPCASTS[name][0]
    return name


def kind_of(name: str) -> type[Event]:
    """The class of the event stored as `name`, after upcasting. Raises `Unreadable` saying what to do."""
    kind = _EVENTS.get(current_name(name) if name in _UPCASTS else name)
    if kind is None:
        raise Unreadable(f"no code here knows {name}; deploy a version that does, then replay")
    return kind


def decode(name: str, data: str | bytes) -> Event:
    """Turn stored JSON into the fact it names. Raises `Unreadable` saying what to do."""
    if name not in _UPCASTS:
        kind = kind_of(name)
        try:
            # What model_validate_json calls with seven more arguments, which cost as much as a small event.
            return cast(Event, kind.__pydantic_validator__.validate_json(data))
        except ValueError as error:
            raise Unreadable(f"{name} does not fit its schema: {error}") from error
    try:
        value = from_json(data)
        while name in _UPCASTS:
            name, step = _UPCASTS[name]
            value = step(value)
        return _EVENTS[name].model_validate(value, strict=False)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"cannot upcast to {name}: {error}") from error
