"""The log: every fact of a service, append-only, in PostgreSQL.

Positions are dense and in commit order, so a reader that asks for what comes after a
position misses nothing. Appends of concurrent commands share one round trip, one transaction
and one fsync; the reads of their streams are gathered the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import structlog

from events.chain import link
from events.event import Context, Event, Recorded
from events.gather import Gatherer
from events.signal import Signal

logger = structlog.get_logger(__name__)
T = TypeVar("T")
COLUMNS = "position, stream, version, name, key, id, time, data, metadata, hash"
LARGEST_EVENT = 900_000
"""Bytes of one event's data; what fits a Kafka record of 1 MiB with its headers."""
UNDER_WAY = 2
"""Batches of commands that are with the database at a time: one is made up while it works on the other."""


class Conflict(Exception):
    """Somebody else was faster: the stream is not at the version that was expected."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}; read it again and decide anew")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(Exception):
    """An idempotency key came again with another payload."""

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key!r} was used for another request; use a new key")


class TooLarge(Exception):
    """An event is over `LARGEST_EVENT`."""


class Unavailable(Exception):
    """The database could not be reached for a while.

    Whether the command took effect is unknown: send it again with the same idempotency key.
    """


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
class Appended:
    """Where a command's facts are: the stream's version and the log's position after them."""

    stream: str
    version: int
    size: int
    """How many facts the command led to; they end at `version`."""
    position: int
    replayed: bool = False
    """True when an earlier command with the same key had this outcome, and nothing was done now."""


@dataclass(frozen=True, slots=True)
class History:
    """A stream, and the first outcome of the idempotency key that was asked about with it."""

    facts: Sequence[Recorded[Any]]
    earlier: Appended | None = None

    @property
    def tip(self) -> Tip:
        return Tip(self.facts[-1].version, self.facts[-1].hash) if self.facts else Tip()


@dataclass(frozen=True, slots=True)
class _Row:
    version: int
    name: str
    key: str
    id: UUID
    time: datetime
    data: str
    metadata: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class _Append:
    stream: str
    tip: Tip
    rows: Sequence[_Row]
    idempotency: Idempotency | None


_Question = tuple[str, Idempotency | None]


class Log:
    """One service's log. Open it with `Log.open`; share one among all tasks of a process."""

    def __init__(self, dsn: str, *, most: int, limit: int, patience: float) -> None:
        self._reader = _Connections(dsn, patience, UNDER_WAY)
        self._writer = _Connections(dsn, patience, UNDER_WAY)
        self._paging = _Connections(dsn, patience)
        self._reads: Gatherer[_Question, History] = Gatherer(self._read_all, most=most, limit=limit)
        self._appends: Gatherer[_Append, Appended] = Gatherer(
            self._append_all, most=most, limit=limit, apart=_apart
        )
        self.appended = Signal()
        """Set after every append of this process; a follower of the log waits for it."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, dsn: str, *, most: int = 500, limit: int = 2000, patience: float = 10.0
    ) -> AsyncIterator[Log]:
        """Connect as the service's role.

        `most` commands share a round trip, more than `limit` waiting ones are refused
        (`Overloaded`), and an outage longer than `patience` seconds is told (`Unavailable`).
        """
        log = cls(dsn, most=most, limit=limit, patience=patience)
        tasks = [asyncio.create_task(g.run()) for g in (log._reads, log._appends) for _ in range(UNDER_WAY)]
        try:
            yield log
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for connection in (log._reader, log._writer, log._paging):
                await connection.close()

    async def read(self, stream: str) -> Sequence[Recorded[Any]]:
        """All events of a stream in order; empty when there is none."""
        return (await self._reads((stream, None))).facts

    async def history(self, stream: str, idempotency: Idempotency | None) -> History:
        """A stream, and what came of the key before. Raises `KeyReused`."""
        return await self._reads((stream, idempotency))

    async def append(
        self,
        stream: str,
        tip: Tip,
        facts: Sequence[Event],
        context: Context,
        *,
        key: str,
        idempotency: Idempotency | None = None,
    ) -> Appended:
        """Add facts after `tip`, all or none, durably.

        `key` orders them on the way to consumers. Without facts only the idempotency key is
        recorded. Raises `Conflict`, `KeyReused`, `TooLarge`, `Overloaded`, `Unavailable`.
        """
        return await self._appends(_Append(stream, tip, _rows(stream, tip, facts, context, key), idempotency))

    async def page(self, after: int, limit: int = 1000) -> list[Recorded[Any]]:
        """Events after a position, oldest first."""
        return await self._paging.use(lambda connection: read_page(connection, after, limit))

    async def head(self) -> int:
        """The position of the last event; 0 in an empty log."""
        return int(await self._paging.use(lambda c: c.fetchval("SELECT position FROM log.head")))

    async def _read_all(self, questions: Sequence[_Question]) -> Sequence[History | BaseException]:
        streams = list({stream for stream, _ in questions})
        keys = list({asked.key for _, asked in questions if asked})
        rows = await self._reader.use(
            lambda c: c.fetch(
                f"SELECT {COLUMNS} FROM log.event WHERE stream = ANY($1::text[]) ORDER BY stream, version",
                streams,
            )
        )
        facts: dict[str, Sequence[Recorded[Any]]] = {
            stream: [Recorded.stored(row) for row in group]
            for stream, group in groupby(rows, itemgetter("stream"))
        }
        known = {}
        if keys:
            seen = await self._reader.use(
                lambda c: c.fetch(
                    "SELECT key, digest, stream, version, size, position FROM log.command WHERE key = ANY($1::text[])",
                    keys,
                )
            )
            known = {row["key"]: row for row in seen}
        return [_history(facts.get(stream, []), asked, known) for stream, asked in questions]

    async def _append_all(self, appends: Sequence[_Append]) -> Sequence[Appended | BaseException]:
        arrays = _arrays(appends)
        try:
            rows = await self._writer.use(lambda c: c.fetch(_APPEND, *arrays))
        except asyncpg.PostgresError:
            if len(appends) == 1:
                raise
            # One of them cannot be stored; it must not take the others with it.
            alone = [await asyncio.gather(self._append_all([one]), return_exceptions=True) for one in appends]
            return [one[0] if isinstance(one[0], BaseException) else one[0][0] for one in alone]
        self.appended.set()
        return [_appended(append, row) for append, row in zip(appends, rows, strict=True)]


async def read_page(connection: Any, after: int, limit: int) -> list[Recorded[Any]]:  # a connection or a pool
    """Events of a log after a position, oldest first, at most `limit`."""
    rows = await connection.fetch(
        f"SELECT {COLUMNS} FROM log.event WHERE position > $1 ORDER BY position LIMIT $2",
        after,
        limit,
    )
    return [Recorded.stored(row) for row in rows]


async def pages(
    connection: Any, after: int, until: int, size: int = 1000
) -> AsyncGenerator[list[Recorded[Any]], None]:
    """All events after a position up to another that is there, page by page.

    While one page is worked on, the next is on its way; nobody else may use the connection.
    """
    coming = asyncio.create_task(read_page(connection, after, min(size, until - after)))
    try:
        while facts := await coming:
            after = facts[-1].position
            coming = asyncio.create_task(read_page(connection, after, min(size, until - after)))
            await asyncio.sleep(0)  # lets it ask
            yield facts
    finally:
        coming.cancel()
        await asyncio.wait([coming])


_APPEND = (
    "SELECT outcome, stream, version, size, position FROM log.append("
    "$1::text[], $2::int[], $3::bytea[], $4::text[], $5::bytea[], $6::uuid[], $7::int[], $8::int[], $9::int[], "
    "$10::text[], $11::text[], $12::uuid[], $13::timestamptz[], $14::text[], $15::text[], $16::bytea[])"
)


def _apart(append: _Append) -> Sequence[str]:
    return (
        (append.stream,) if append.idempotency is None else (append.stream, f"key {append.idempotency.key}")
    )


def _rows(stream: str, tip: Tip, facts: Sequence[Event], context: Context, key: str) -> Sequence[_Row]:
    rows = []
    previous = tip.hash
    metadata = context.to_metadata() if facts else ""
    for version, fact in enumerate(facts, tip.version + 1):
        data = fact.model_dump_json()
        if len(data.encode()) > LARGEST_EVENT:
            raise TooLarge(
                f"{fact.name} would have {len(data):,} bytes; at most {LARGEST_EVENT:,} are stored"
            )
        id = uuid4()
        previous = link(
            previous, stream=stream, version=version, name=fact.name, key=key, id=id, time=context.at,
            data=data, metadata=metadata,
        )  # fmt: skip
        rows.append(_Row(version, fact.name, key, id, context.at, data, metadata, previous))
    return rows


def _arrays(appends: Sequence[_Append]) -> Sequence[Sequence[Any]]:
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


def _appended(append: _Append, row: asyncpg.Record) -> Appended | BaseException:
    outcome, stream, version, size, position = row
    if outcome == "conflict":
        return Conflict(stream, append.tip.version, version)
    if outcome == "key_reused":
        assert append.idempotency is not None
        return KeyReused(append.idempotency.key)
    return Appended(
        stream, version, size, position, replayed=outcome == "replayed" and append.idempotency is not None
    )


def _history(
    facts: Sequence[Recorded[Any]], asked: Idempotency | None, known: dict[str, asyncpg.Record]
) -> History | BaseException:
    seen = known.get(asked.key) if asked else None
    if asked is None or seen is None:
        return History(facts)
    if seen["digest"] != asked.digest:
        return KeyReused(asked.key)
    return History(
        facts, Appended(seen["stream"], seen["version"], seen["size"], seen["position"], replayed=True)
    )


OUTAGES = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
           asyncpg.InsufficientResourcesError, asyncpg.InternalClientError, TimeoutError)  # fmt: skip
"""What asyncpg raises when the database is away, starting, stopping or full; worth trying again."""


class _Connections:
    """Connections that are opened when needed and again after an outage."""

    def __init__(self, dsn: str, patience: float, count: int = 1) -> None:
        self._dsn = dsn
        self._patience = patience
        self._free: asyncio.LifoQueue[asyncpg.Connection[asyncpg.Record] | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._free.put_nowait(None)

    async def use(self, work: Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[T]]) -> T:
        """Do `work`, again on a new connection after an outage: it must bear being done twice."""
        connection = await self._free.get()
        try:
            until = asyncio.get_running_loop().time() + self._patience
            pause = 0.05
            while True:
                try:
                    if connection is None or connection.is_closed():
                        connection = await asyncpg.connect(
                            self._dsn, timeout=self._patience, command_timeout=self._patience
                        )
                    return await work(connection)
                except OUTAGES as error:
                    _terminate(connection)
                    if asyncio.get_running_loop().time() + pause > until:
                        raise Unavailable(
                            f"the database did not answer for {self._patience:g} s: {error!r}"
                        ) from error
                    logger.warning("database away, trying again", error=repr(error), seconds=pause)
                except asyncio.CancelledError:
                    _terminate(
                        connection
                    )  # an answer may still be on its way; nobody may take it for another's
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
        finally:
            self._free.put_nowait(connection)

    async def close(self) -> None:
        while not self._free.empty():
            connection = self._free.get_nowait()
            if connection is not None:
                with suppress(*OUTAGES):
                    await connection.close(timeout=2)


def _terminate(connection: asyncpg.Connection[asyncpg.Record] | None) -> None:
    if connection is not None:
        connection.terminate()
