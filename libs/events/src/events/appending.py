"""What is appended to a log and what came of it: the rows of commands' facts, and their outcomes.

Pure: the log sends the rows and gets the outcomes, one batch of commands at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from events.chain import link
from events.event import Context, Event

LARGEST_EVENT = 900_000
"""Bytes of one event's data; what fits a Kafka record of 1 MiB with its headers."""


class Conflict(Exception):
    """Somebody else was faster: the stream is not at the version that was expected."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}; read it again and decide anew")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(Exception):
    """An idempotency key came again with another payload."""

    def __init__(self, key: str, stream: str | None = None) -> None:
        super().__init__(f"idempotency key {key!r} was used for another request; use a new key")
        self.stream = stream
        """What the first request was about, where the log told."""


class TooLarge(Exception):
    """An event is over `LARGEST_EVENT`."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of a stream as its reader saw it."""

    version: int = 0
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A key (unique in a service) and the digest of what was asked under it."""

    key: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """One command's facts, to be appended with those of others by `Log.append_batch`."""

    stream: str
    tip: Tip
    facts: Sequence[Event]
    context: Context
    key: str
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a command's facts are: the stream's version and the log's position after them."""

    stream: str
    version: int
    size: int
    """How many facts the command led to; they end at `version`."""
    position: int
    replayed: bool = False
    """True when an earlier command with the same key had this outcome, and nothing was done now."""


class _Row(NamedTuple):  # made faster than a dataclass
    version: int
    name: str
    key: str
    id: UUID
    time: datetime
    data: str
    metadata: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A command's facts as rows, and what they follow on."""

    stream: str
    tip: Tip
    rows: Sequence[_Row]
    idempotency: Idempotency | None


APPEND = (  # log.append is in events.schema
    "SELECT outcome, stream, version, size, position FROM log.append("
    "$1::text[], $2::int[], $3::bytea[], $4::text[], $5::bytea[], $6::uuid[], $7::int[], $8::int[], $9::int[], "
    "$10::text[], $11::text[], $12::uuid[], $13::timestamptz[], $14::text[], $15::text[], $16::bytea[])"
)


def apart(append: Append | Written) -> Sequence[str]:
    """What may stand only once in a batch: its stream, and its idempotency key."""
    return (
        (append.stream,) if append.idempotency is None else (append.stream, f"key {append.idempotency.key}")
    )


def written_or_not(append: Append, metadata: str) -> Written | TooLarge:
    """As `written`; what cannot be stored has its error for an outcome."""
    try:
        return written(append, metadata)
    except TooLarge as error:
        return error


def written(append: Append, metadata: str) -> Written:
    """The rows of an append, each chained to the one before. Raises `TooLarge`."""
    rows = []
    previous, stream, key, time = append.tip.hash, append.stream, append.key, append.context.at
    for version, fact in enumerate(append.facts, append.tip.version + 1):
        data = fact.model_dump_json()
        if (size := len(data.encode())) > LARGEST_EVENT:
            raise TooLarge(f"{fact.name} would have {size:,} bytes; at most {LARGEST_EVENT:,} are stored")
        id = uuid4()
        previous = link(
            previous, stream=stream, version=version, name=fact.name, key=key, id=id, time=time, data=data,
            metadata=metadata,
        )  # fmt: skip
        rows.append(_Row(version, fact.name, key, id, time, data, metadata, previous))
    return Written(stream, append.tip, rows, append.idempotency)


def arrays(appends: Sequence[Written]) -> Sequence[Sequence[Any]]:  # Any: a column's values
    """The parameters of `APPEND`: a batch's commands and their rows, column by column."""
    rows = [(number, row) for number, append in enumerate(appends, 1) for row in append.rows]
    return (
        [a.stream for a in appends],
        [a.tip.version for a in appends],
        [a.tip.hash for a in appends],
        [a.idempotency.key if a.idempotency else None for a in appends],
        [a.idempotency.digest if a.idempotency else None for a in appends],
        [a.rows[0].id if a.rows else None for a in appends],
        [len(a.rows) for a in appends],
        [number for number, _ in rows],
        [row.version for _, row in rows],
        [row.name for _, row in rows],
        [row.key for _, row in rows],
        [row.id for _, row in rows],
        [row.time for _, row in rows],
        [row.data for _, row in rows],
        [row.metadata for _, row in rows],
        [row.hash for _, row in rows],
    )


def outcome(append: Written, row: asyncpg.Record) -> Appended | BaseException:
    """What the log said of one command of a batch."""
    outcome, stream, version, size, position = row
    if outcome == "conflict":
        return Conflict(stream, append.tip.version, version)
    if outcome == "key_reused":
        assert append.idempotency is not None
        return KeyReused(append.idempotency.key, stream)
    return Appended(
        stream, version, size, position, replayed=outcome == "replayed" and append.idempotency is not None
    )
