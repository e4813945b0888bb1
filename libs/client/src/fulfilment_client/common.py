"""What several services answer with or ask for.

Generated from docs/openapi by `python -m checks client --write`; do not edit.
"""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class CountedGroup(BaseModel):
    """The rows that agree in the columns asked for."""

    by: dict[str, Any]
    count: int


class Counts(BaseModel):
    """How many there are. A row that holds several values of a column counts once for each."""

    groups: list[CountedGroup]
    """Largest first; none without `by`."""
    total: int
    """All rows, each once."""


class Done(BaseModel):
    """What a command led to."""

    id: str
    version: int
    """Of the thing; also the ETag."""
    position: int
    """Of the service's log; send it as Log-Position to a list that must contain this."""
    events: list[str]
    """Names of the facts it led to; none when it was fulfilled already."""
    state: dict[str, Any]
    """The thing after it."""


class Entry(BaseModel):
    """One thing that happened to an order, or because of it."""

    time: AwareDatetime
    service: str
    type: str
    """The name of the event."""
    meaning: str | None
    """The same in a sentence."""
    who: str
    """Subject of who acted; a service's name where it acted by itself."""
    roles: list[str]
    company: str | None
    why: str | None
    """The reason that was given, where one was."""
    href: str
    """Address of the thing it happened to, in its service."""
    stream: str
    version: int
    position: int
    """In its service's log."""
    id: str
    causation: str | None
    """Id of the event that led to this one, of any service."""
    trace_id: str | None


class Found(BaseModel):
    """One thing, current or as it was."""

    id: str
    version: int
    """Also the ETag."""
    position: int
    """Of its last event in the service's log."""
    state: dict[str, Any]


class Happened(BaseModel):
    """One event of a thing's history."""

    position: int
    version: int
    id: str
    type: str
    time: AwareDatetime
    actor: dict[str, Any]
    """Subject, roles and company of who acted."""
    data: dict[str, Any]
    """As stored."""
    correlation: str
    causation: str | None
    """Id of the event that led to this one."""
    trace_id: str | None


class IssuedKey(BaseModel):
    """A new key."""

    id: str
    key: str | None
    """The key itself: shown now and never again, so null when repeated."""
    position: int


class ListedKey(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    scopes: list[str]
    company: str | None
    """None for the whole group."""
    state: str
    """`active`, `revoked` or `expired`."""
    expires: AwareDatetime | None
    issued_at: AwareDatetime
    issued_by: str
    revoked_at: AwareDatetime | None
    revoked_by: str | None


class StandsAt(BaseModel):
    """One thing of an order, and where it stands."""

    kind: str
    """What it is: the category of its stream."""
    id: str
    href: str
    """Its address in its service."""
    version: int
    position: int
    """Of its last event in its service's log."""
    updated_at: AwareDatetime
    state: dict[str, Any]
    """As its own address shows it."""


class WantApiKey(BaseModel):
    """A key for another system. It is shown once, in the answer."""

    model_config = ConfigDict(extra="forbid")

    name: str
    """What it is for."""
    scopes: list[str]
    """The commands it may give, by name (`ReceiveOrder`), and `read`."""
    company: str | None = None
    """The product company it belongs to; without one it sees the whole group's, which only the group may
    give."""
    expires: AwareDatetime | None = None
    """When it ends by itself; without it, when it is revoked."""


class RevokeApiKey(BaseModel):
    """Let the key open nothing any more, from the next request on."""

    model_config = ConfigDict(extra="forbid")
