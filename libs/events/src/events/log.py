"""The log: every fact of a service, append-only, in PostgreSQL.

Positions are dense and in commit order, so a reader that asks for what comes after a
position misses nothing. Appends of concurrent commands share one round trip, one transaction
and one fsync; the reads of their streams are gathered the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import asyncpg

from events.appending import (
    APPEND,
    Append,
    Appended,
    Idempotency,
    KeyReused,
    Stamp,
    Tip,
    Written,
    apart,
    columns,
    new_ids,
    outcomes,
    written,
    written_or_not,
)
from events.connections import Connections
from events.event import Event
from events.gather import Gatherer
from events.paging import COLUMNS, read_page
from events.recorded import Context, Recorded
from events.signal import Signal

T = TypeVar("T")
UNDER_WAY = 2
"""Batches of commands that are with the database at a time: one is made up while it works on the other."""


@dataclass(frozen=True, slots=True)
class History:
    """A stream, and the first outcome of the idempotency key that was asked about with it."""

    facts: Sequence[Recorded[Any]]
    earlier: Appended | None = None

    @property
    def tip(self) -> Tip:
        return Tip(self.facts[-1].version, self.facts[-1].hash) if self.facts else Tip()


_Question = tuple[str, Idempotency | None]


class Log:
    """One service's log. Open it with `Log.open`; share one among all tasks of a process."""

    def __init__(self, dsn: str, *, most: int, limit: int, patience: float) -> None:
        self._reader = Connections(dsn, patience, UNDER_WAY)
        self._writer = Connections(dsn, patience, UNDER_WAY)
        self._bulk = Connections(dsn, patience, UNDER_WAY)
        self._paging = Connections(dsn, patience)
        self._reads: Gatherer[_Question, History] = Gatherer(self._read_all, most=most, limit=limit)
        self._appends: Gatherer[Written, Appended] = Gatherer(
            lambda appends: self._append_all(appends, self._writer), most=most, limit=limit, apart=apart
        )
        self._ids = new_ids()
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
            for connection in (log._reader, log._writer, log._bulk, log._paging):
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
        append = Append(stream, tip, facts, context, key, idempotency)
        return await self._appends(written(append, Stamp.of(context), self._ids))

    async def append_batch(self, appends: Sequence[Append]) -> Sequence[Appended | BaseException]:
        """Append what many commands led to, in one transaction; each has its own outcome, in order.

        For bulk work, which brings its own batches: they go past the gathering, over connections of
        their own, so single commands wait for one batch at most. A stream or an idempotency key may
        stand only once in a batch (`ValueError`). What `append` raises for one command is its outcome
        here; `Unavailable` is raised for all of them.
        """
        parts = [part for append in appends for part in apart(append)]
        if len(set(parts)) < len(parts):
            raise ValueError("a stream or an idempotency key stands twice in a batch: send it in two")
        contexts = {id(append.context): append.context for append in appends}  # mostly one for all
        stamps = {number: Stamp.of(context) for number, context in contexts.items()}
        rows = [written_or_not(append, stamps[id(append.context)], self._ids) for append in appends]
        fitting = [one for one in rows if isinstance(one, Written)]
        outcomes = iter(await self._append_all(fitting, self._bulk) if fitting else ())
        return [next(outcomes) if isinstance(one, Written) else one for one in rows]

    async def page(self, after: int, limit: int = 1000) -> list[Recorded[Any]]:
        """Events after a position, oldest first."""
        return await self._paging.use(lambda connection: read_page(connection, after, limit))

    async def head(self) -> int:
        """The position of the last event; 0 in an empty log."""
        return int(await self._paging.use(lambda c: c.fetchval("SELECT position FROM log.head")))

    async def ask(self, work: Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[T]]) -> T:
        """A read of one's own, on the connection that `page` uses; after an outage it is done again."""
        return await self._paging.use(work)

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

    async def _append_all(
        self, appends: Sequence[Written], writer: Connections
    ) -> Sequence[Appended | BaseException]:
        batch = columns(appends)
        try:
            rows = await writer.use(lambda c: c.fetch(APPEND, *batch))
        except asyncpg.PostgresError as error:
            if len(appends) == 1:
                return [error]
            # One of them cannot be stored; it must not take the others with it.
            alone = [
                await asyncio.gather(self._append_all([one], writer), return_exceptions=True)
                for one in appends
            ]
            return [one[0] if isinstance(one[0], BaseException) else one[0][0] for one in alone]
        self.appended.set()
        return outcomes(appends, rows)


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
