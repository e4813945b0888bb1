"""Facts as a log holds them: with who asked for them, when, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from pydantic_core import from_json, to_json

from events.event import Event, decode, kind_of

E = TypeVar("E", bound=Event)


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
