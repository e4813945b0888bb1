"""Facts: what an event is, how it is named, stored and read back.

An event's stored name (`order.received.v1`) is its identity for ever: a class may be
renamed, a stored name never. Reading is forgiving (unknown fields are ignored, old
versions are upcast); the published schema is strict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json, to_json

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


E = TypeVar("E", bound=Event)

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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the token's subject, roles, and product company (None for the whole group)."""

    subject: str
    roles: frozenset[str] = frozenset()
    company: str | None = None
    scopes: frozenset[str] | None = field(default=None, compare=False)
    """The commands that an API key is limited to, by name; None for people. Not stored with what it does."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(self.roles))

    def sees(self, company: str | None) -> bool:
        """Whether facts of `company` may be shown to this actor."""
        return self.company is None or company is None or self.company == company


@dataclass(frozen=True, slots=True)
class Context:
    """What comes in with a command: who asks, when (UTC), and what it belongs to."""

    by: Actor
    at: datetime
    correlation: str = ""
    causation: str | None = None
    traceparent: str | None = None

    def to_metadata(self) -> str:
        """What is stored beside an event's data, as compact JSON. The time has a column of its own."""
        actor: dict[str, Any] = {"subject": self.by.subject, "roles": sorted(self.by.roles)}
        if self.by.company is not None:
            actor["company"] = self.by.company
        more: dict[str, Any] = {"actor": actor, "correlation": self.correlation}
        if self.causation is not None:
            more["causation"] = self.causation
        if self.traceparent is not None:
            more["traceparent"] = self.traceparent
        return to_json(more).decode()

    @classmethod
    def from_metadata(cls, metadata: str, at: datetime) -> Context:
        """The reverse of `to_metadata`."""
        more = from_json(metadata)
        actor = more["actor"]
        by = _actor(actor["subject"], tuple(actor["roles"]), actor.get("company"))
        return cls(by, at, more["correlation"], more.get("causation"), more.get("traceparent"))


@lru_cache(1024)  # the same people again and again; each about 1 kB
def _actor(subject: str, roles: tuple[str, ...], company: str | None) -> Actor:
    return Actor(subject, frozenset(roles), company)


class Recorded(Generic[E]):
    """An event as the log holds it. Data and metadata are decoded when first asked for."""

    __slots__ = (
        "_context", "_event", "data", "hash", "id", "key", "name", "position", "stream", "time", "version",
    )  # fmt: skip

    def __init__(
        self,
        *,
        position: int,
        stream: str,
        version: int,
        name: str,
        data: str | bytes,
        key: str,
        id: UUID,
        time: datetime,
        actor: Actor,
        correlation: str = "",
        causation: str | None = None,
        traceparent: str | None = None,
        hash: bytes = b"",
        event: E | None = None,
    ) -> None:
        self.position = position
        """Place in the service's log: 1, 2, 3... without gaps, in commit order."""
        self.stream = stream
        self.version = version
        """Place in its stream: 1, 2, 3..."""
        self.name = name
        """The name it was stored under, before upcasting."""
        self.data = data
        self.key = key
        """What orders it on the way to consumers: the order's id where there is one."""
        self.id = id
        self.time = time
        self.hash = hash
        self._context: Context | str | Callable[[], Context] = Context(
            actor, time, correlation, causation, traceparent
        )
        self._event = event

    @classmethod
    def stored(cls, row: Iterable[Any]) -> Recorded[E]:
        """From a row of `log.event`: position, stream, version, name, key, id, time, data, metadata, hash."""
        self = cls.__new__(cls)
        (
            self.position, self.stream, self.version, self.name, self.key, self.id, self.time, self.data,
            self._context, self.hash,
        ) = row  # fmt: skip
        self._event = None
        return self

    @classmethod
    def received(
        cls,
        *,
        position: int,
        stream: str,
        version: int,
        name: str,
        data: str,
        key: str,
        id: UUID,
        time: datetime,
        hash: bytes,
        context: Callable[[], Context],
    ) -> Recorded[E]:
        """From a topic. `context` is asked when somebody wants to know."""
        self = cls.__new__(cls)
        self.position, self.stream, self.version, self.name, self.data = position, stream, version, name, data
        self.key, self.id, self.time, self.hash = key, id, time, hash
        self._context = context
        self._event = None
        return self

    @property
    def kind(self) -> type[E]:
        """The class of `event`, known without decoding it. Raises `Unreadable`."""
        return kind_of(self.name)  # type: ignore[return-value]  # the caller chose E by name

    @property
    def context(self) -> Context:
        """Who asked for it, when, and what it belongs to."""
        context = self._context
        if not isinstance(context, Context):
            context = Context.from_metadata(context, self.time) if isinstance(context, str) else context()
            self._context = context
        return context

    @property
    def actor(self) -> Actor:
        return self.context.by

    @property
    def correlation(self) -> str:
        return self.context.correlation

    @property
    def causation(self) -> str | None:
        return self.context.causation

    @property
    def traceparent(self) -> str | None:
        return self.context.traceparent

    @property
    def event(self) -> E:
        """The fact, upcast to its newest version. Raises `Unreadable`."""
        if self._event is None:
            self._event = decode(self.name, self.data)  # type: ignore[assignment]  # the caller chose E by name
        return self._event  # type: ignore[return-value]

    @property
    def id_in_stream(self) -> str:
        """The stream's name without its category: `order-7K3M` gives `7K3M`."""
        return self.stream.partition("-")[2]

    @classmethod
    def of(
        cls,
        event: E,
        *,
        stream: str = "example-1",
        version: int = 1,
        position: int = 1,
        key: str | None = None,
        time: datetime | None = None,
        actor: Actor | None = None,
        id: UUID | None = None,
    ) -> Recorded[E]:
        """An event as if it had been recorded; for tests and examples."""
        return cls(
            position=position, stream=stream, version=version, name=event.name,
            data=event.model_dump_json(), key=key or stream.partition("-")[2], id=id or uuid4(),
            time=time or datetime(2026, 1, 1, tzinfo=UTC), actor=actor or Actor("example"), event=event,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<{self.position} {self.stream}@{self.version} {self.name}>"
