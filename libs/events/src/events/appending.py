"""What is appended to a log and what came of it: the rows of commands' facts, and their outcomes.

Pure: the log sends the rows and gets the outcomes, one batch of commands at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import urandom
from typing import NamedTuple

import asyncpg

from events.chain import hashed, microseconds
from events.event import Event
from events.recorded import Context

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


class Append(NamedTuple):
    """One command's facts, to be appended with those of others by `Log.append_batch`."""

    stream: str
    tip: Tip
    facts: Sequence[Event]
    context: Context
    key: str
    idempotency: Idempotency | None = None


class Appended(NamedTuple):
    """Where a command's facts are: the stream's version and the log's position after them."""

    stream: str
    version: int
    size: int
    """How many facts the command led to; they end at `version`."""
    position: int
    replayed: bool = False
    """True when an earlier command with the same key had this outcome, and nothing was done now."""


class _Row(NamedTuple):
    """An event, as the texts that the log takes."""

    stream: str
    version: str
    name: str
    key: str
    id: str
    micros: str
    data: str
    metadata: str
    hash: str


class Written(NamedTuple):
    """A command's facts as rows, and what they follow on."""

    stream: str
    tip: Tip
    rows: Sequence[_Row]
    idempotency: Idempotency | None


APPEND = (  # log.append is in events.schema
    "SELECT command, outcome, stream, version, size, position FROM log.append("
    + ", ".join(f"${number}::text" for number in range(1, 17))
    + ")"
)


def apart(append: Append | Written) -> Sequence[str]:
    """What may stand only once in a batch: its stream, and its idempotency key."""
    return (
        (append.stream,) if append.idempotency is None else (append.stream, f"key {append.idempotency.key}")
    )


class Stamp(NamedTuple):
    """What all facts of a context have in common in the log."""

    metadata: str
    micros: int
    """Since 1970."""

    @classmethod
    def of(cls, context: Context) -> Stamp:
        return cls(context.to_metadata(), microseconds(context.at))


def written_or_not(append: Append, stamp: Stamp, ids: Iterator[str]) -> Written | ValueError | TooLarge:
    """As `written`; what cannot be stored has its error for an outcome."""
    try:
        return written(append, stamp, ids)
    except (ValueError, TooLarge) as error:
        return error


def written(append: Append, stamp: Stamp, ids: Iterator[str]) -> Written:
    """The rows of an append, each chained to the one before. Raises `TooLarge`.

    `ValueError` for a stream or a key that is not one line: the log is sent a line for each.
    """
    stream, tip, facts, _, key, idempotency = append
    for name in (stream, key) if idempotency is None else (stream, key, idempotency.key):
        if not name or "\n" in name:
            raise ValueError(f"streams and keys are one line each: {name!r}")
    rows = []
    previous, (metadata, micros) = tip.hash, stamp
    time = str(micros)
    for version, fact in enumerate(facts, tip.version + 1):
        # What model_dump_json calls with fourteen more arguments, which cost as much as a small event.
        json, name, id = fact.__pydantic_serializer__.to_json(fact), fact.name, next(ids)
        if (size := len(json)) > LARGEST_EVENT:
            raise TooLarge(f"{name} would have {size:,} bytes; at most {LARGEST_EVENT:,} are stored")
        data = json.decode()
        previous = hashed(previous, stream, version, name, key, id, micros, data, metadata)
        rows.append(_Row(stream, str(version), name, key, id, time, data, metadata, previous.hex()))
    return Written(stream, tip, rows, idempotency)


_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


DRAWN = 64
"""Ids that are drawn at a time: asking the system for chance takes longer than all else about one."""


def new_ids() -> Iterator[str]:
    """Random UUIDs of version 4 (RFC 9562), for ever, in a fifth of the time that `str(uuid4())` takes."""
    while True:
        digits = urandom(16 * DRAWN).hex()
        for at in range(0, 32 * DRAWN, 32):
            one = digits[at : at + 32]
            yield f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{_VARIANT[one[16]]}{one[17:20]}-{one[20:]}"


def columns(appends: Sequence[Written]) -> Sequence[str]:
    """The parameters of `APPEND`: a batch's commands and their rows, column by column, a line for each."""
    commands = [
        (
            stream,
            str(tip.version),
            tip.hash.hex(),
            idempotency.key if idempotency else "",
            idempotency.digest.hex() if idempotency else "",
            rows[0].id if rows else "",
            str(len(rows)),
        )
        for stream, tip, rows, idempotency in appends
    ]
    rows = [row for append in appends for row in append.rows]
    of_rows = zip(*rows, strict=True) if rows else [()] * len(_Row._fields)
    return ["\n".join(column) for column in (*zip(*commands, strict=True), *of_rows)]


def outcomes(appends: Sequence[Written], rows: Sequence[asyncpg.Record]) -> list[Appended | BaseException]:
    """What the log said of a batch: where it begins, and what became of those that were not just appended."""
    (_, _, _, _, _, position), *others = rows
    told = {number: row for number, *row in others}
    result: list[Appended | BaseException] = []
    for number, append in enumerate(appends, 1):
        if number in told:
            result.append(_outcome(append, *told[number]))
        else:
            size = len(append.rows)
            position += size
            result.append(Appended(append.stream, append.tip.version + size, size, position))
    return result


def _outcome(
    append: Written, outcome: str, stream: str, version: int, size: int, position: int
) -> Appended | BaseException:
    idempotency = append.idempotency
    if outcome == "conflict":
        return Conflict(stream, append.tip.version, version)
    if outcome == "key_reused":
        assert idempotency is not None
        return KeyReused(idempotency.key, stream)
    return Appended(stream, version, size, position, replayed=idempotency is not None)
