"""What the library's statements mean, as far as the simulation has their tables.

Each is known by a part of its text that no other has. A statement that is not here stops the
simulation: say what it does below. Whether PostgreSQL agrees is for the tests against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import from_json

from simulation import business

if TYPE_CHECKING:
    from simulation.database import Session

Rows = Sequence[Any]
Work = Callable[..., Rows]
_known: list[tuple[str, Work]] = []
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Record(tuple[Any, ...]):
    """Like asyncpg's: values by place or by name."""

    names: Sequence[str]

    @classmethod
    def of(cls, **values: Any) -> Record:
        record = cls(values.values())
        record.names = tuple(values)
        return record

    def __getitem__(self, place: Any) -> Any:
        return super().__getitem__(self.names.index(place) if isinstance(place, str) else place)


class _Event(Record):
    names = ("position", "stream", "version", "name", "key", "id", "time", "data", "metadata", "hash")


@cache
def find(statement: str) -> Work:
    """What does this statement."""
    for part, work in _known:
        if part in statement:
            return work
    raise NotImplementedError(f"the simulation does not know this statement, add it here: {statement}")


def _means(*parts: str) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        _known.extend((part, work) for part in parts)
        return work

    return register


# The log


@_means("FROM log.append(")
def _append(session: Session, _: str, *columns: str) -> Rows:
    database = session.database
    commands, events = _lines(columns[:7]), _lines(columns[7:])
    rows: list[Any] = [(0, None, None, None, None, len(database.events))]
    for number, (stream, version_, hash, key, digest, first, size_) in enumerate(commands, 1):
        version, size = int(version_), int(size_)
        there = database.tips.setdefault(stream, [])
        seen = database.commands.get(key)
        if seen is not None:
            replayed = seen[0] == bytes.fromhex(digest)
            rows.append(
                (number, "replayed", *seen[1:])
                if replayed
                else (number, "key_reused", stream, version, size, 0)
            )
        elif (len(there), there[-1][9].hex() if there else "") == (version, hash):
            for _, at, name, order, id, micros, data, metadata, chained in (
                e for e in events if e[0] == stream
            ):
                event = _Event(
                    (
                        len(database.events) + 1, stream, int(at), name, order, UUID(id),
                        _EPOCH + timedelta(microseconds=int(micros)), data, metadata, bytes.fromhex(chained),
                    )
                )  # fmt: skip
                database.events.append(event)
                there.append(event)
            if key:
                outcome = (stream, version + size, size, len(database.events))
                database.commands[key] = (bytes.fromhex(digest), *outcome)
        elif size and version < len(there) and str(there[version][5]) == first:
            rows.append((number, "replayed", stream, version + size, size, there[version + size - 1][0]))
        else:
            rows.append((number, "conflict", stream, len(there), size, len(database.events)))
    return rows


def _lines(columns: Sequence[str]) -> Sequence[Sequence[str]]:
    """The rows of columns that come as a text each, a line for each row."""
    return list(zip(*(column.split("\n") for column in columns), strict=True)) if any(columns) else []


@_means("FROM log.event WHERE stream = ANY")
def _streams(session: Session, _: str, streams: Sequence[str]) -> Rows:
    return [event for stream in sorted(streams) for event in session.database.tips.get(stream, ())]


@_means("FROM log.command WHERE key = ANY")
def _commands(session: Session, _: str, keys: Sequence[str]) -> Rows:
    found = [(key, session.database.commands.get(key)) for key in keys]
    names = ("key", "digest", "stream", "version", "size", "position")
    return [Record.of(**dict(zip(names, (key, *seen), strict=True))) for key, seen in found if seen]


@_means("FROM log.event WHERE position > $1 ORDER BY position LIMIT $2")
def _page(session: Session, _: str, after: int, limit: int) -> Rows:
    return session.database.events[after : after + limit]


@_means("FROM log.event WHERE position = $1 + 1) FROM log.head")
def _look(session: Session, _: str, published: int) -> Rows:
    events = session.database.events
    return [(len(events), events[published][6] if published < len(events) else None)]


@_means("SELECT position, id FROM log.event WHERE position = ANY")
def _ids(session: Session, _: str, positions: Sequence[int]) -> Rows:
    events = session.database.events
    return [(events[at - 1][0], events[at - 1][5]) for at in positions if at <= len(events)]


@_means("SELECT position FROM log.head")
def _head(session: Session, _: str) -> Rows:
    return [(len(session.database.events),)]


# Locks


@_means("pg_try_advisory_lock")
def _try_lock(session: Session, _: str, name: str) -> Rows:
    got = session.database.take(name, session)
    if got:
        session.session_locks.add(name)
    return [(got,)]


@_means("pg_advisory_xact_lock")
def _lock(session: Session, statement: str, *names: str) -> Rows:
    session.lock((statement[-3:], *names))
    return []


# Checkpoints


@_means("SELECT coalesce(max(position), 0) FROM feed.relay")
def _relay(session: Session, _: str, topic: str) -> Rows:
    row = session.get(("feed.relay", topic))
    return [(row["position"] if row else 0,)]


@_means("INSERT INTO feed.relay")
def _relay_on(session: Session, _: str, topic: str, position: int) -> Rows:
    session.lock(("feed.relay", topic))
    row = session.get(("feed.relay", topic))
    if row is None or row["position"] < position:
        session.put(("feed.relay", topic), {"position": position})
    return []


@_means("DELETE FROM feed.relay")
def _relay_anew(session: Session, _: str, topic: str) -> Rows:
    session.put(("feed.relay", topic), None)
    return []


@_means("FROM feed.checkpoint WHERE consumer = $1")
def _checkpoints(session: Session, _: str, consumer: str) -> Rows:
    rows = [row for row in session.scan("feed.checkpoint") if row["consumer"] == consumer]
    names = ("source", "partition", "next_offset", "position")
    return [Record.of(**{name: row[name] for name in names}) for row in rows]


@_means("INSERT INTO feed.checkpoint")
def _checkpoint_on(
    session: Session, _: str, consumer: str, sources: Sequence[str], partitions: Sequence[int],
    *columns: Sequence[Any],
) -> Rows:  # fmt: skip
    moved: list[Any] = []
    places = [("feed.checkpoint", (consumer, *one)) for one in zip(sources, partitions, strict=True)]
    for place in places:
        session.lock(place)
    for place, source, partition, offset, position, *old in zip(
        places, sources, partitions, *columns, strict=True
    ):
        row = session.get(place)
        if row is None or [row["next_offset"], row["position"]] == old:
            names = {"consumer": consumer, "source": source, "partition": partition}
            session.put(place, {**names, "next_offset": offset, "position": position})
            moved.append((True,))
    return moved


# What is parked


@_means("INSERT INTO feed.parked")
def _park(
    session: Session, _: str, consumer: str, key: str, source: str, partition: int, offset: int, fact: bytes,
    readable: bool, reason: str,
) -> Rows:  # fmt: skip
    of = {"consumer": consumer, "source": source, "partition": partition, "offset": offset}
    if any(all(row[name] == value for name, value in of.items()) for row in session.scan("feed.parked")):
        return []
    session.database.sequence += 1
    number = session.database.sequence
    more = {
        "key": key,
        "fact": fact,
        "readable": readable,
        "reason": reason,
        "parked_at": None,
        "attempts": 1,
    }
    session.put(("feed.parked", number), {"number": number, **of, **more})
    return []


@_means("SELECT DISTINCT key FROM feed.parked")
def _parked_among(session: Session, _: str, consumer: str, keys: Sequence[str]) -> Rows:
    rows = [row for row in session.scan("feed.parked") if row["consumer"] == consumer and row["key"] in keys]
    return [Record.of(key=key) for key in sorted({row["key"] for row in rows})]


@_means("SELECT * FROM feed.parked WHERE consumer = $1 AND key = $2")
def _first_parked(session: Session, _: str, consumer: str, key: str) -> Rows:
    rows = [r for r in session.scan("feed.parked") if (r["consumer"], r["key"]) == (consumer, key)]
    return [min(rows, key=lambda row: int(row["number"]))] if rows else []


@_means("UPDATE feed.parked")
def _still_parked(session: Session, _: str, number: int, reason: str) -> Rows:
    row = session.get(("feed.parked", number))
    assert row is not None
    session.put(("feed.parked", number), {**row, "attempts": row["attempts"] + 1, "reason": reason})
    return []


@_means("DELETE FROM feed.parked")
def _unpark(session: Session, _: str, number: int) -> Rows:
    session.put(("feed.parked", number), None)
    return []


# Read models


@_means("SELECT to_regclass")
def _table(session: Session, _: str, relation: str) -> Rows:
    return [(None if session.get(("tables", relation)) is None else relation,)]


@_means("CREATE TABLE read.")
def _create(session: Session, statement: str) -> Rows:
    name = statement.split()[2].removeprefix("read.")
    session.put(("tables", f'read."{name}"'), {})
    return []


_COLUMNS = list(business.shown.shape)  # those of the other table are the same


@_means("FROM pg_attribute")
def _columns(_: Session, __: str, ___: str) -> Rows:
    return _COLUMNS


@_means("FROM feed.projection WHERE name = $1")
def _live(session: Session, _: str, name: str) -> Rows:
    row = session.get(("feed.projection", name))
    return [(row["version"],)] if row else []


@_means("INSERT INTO feed.projection")
def _live_on(session: Session, _: str, name: str, version: int, relation: str) -> Rows:
    session.put(("feed.projection", name), {"version": version, "relation": relation})
    return []


@_means("CREATE VIEW", "DROP VIEW", "ANALYZE")
def _nothing(_: Session, __: str) -> Rows:
    return []


@_means('SELECT "id", "versions" FROM read.')
def _rows(session: Session, statement: str, keys: Sequence[str]) -> Rows:
    rows = [session.get((_relation(statement), key)) for key in sorted(keys)]
    return [Record((row["id"], row["versions"])) for row in rows if row]


@_means("INSERT INTO read.")
def _upsert(session: Session, statement: str, rows: str) -> Rows:
    for row in from_json(rows):
        session.put((_relation(statement), row["id"]), row)
    return []


def _relation(statement: str) -> str:
    return statement.partition('read."')[2].partition('"')[0]
