"""Parking: an event that cannot be handled waits here, with all later ones of its order.

Every other order goes on. After a fix the parked events are replayed, in order. Both sides
take one advisory lock per consumer and key, so nothing slips in between.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from pydantic_core import from_json, to_json

from events.checkpoint import Connection
from events.feed import Delivery, Garbled, Partition
from events.recorded import Actor, Recorded

logger = structlog.get_logger(__name__)
Fact = Recorded[Any] | Garbled
EARLIER = "an earlier event of this key is parked"
"""Why an event is parked that may be as good as any."""


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that waits, why, and since when (UTC)."""

    number: int
    consumer: str
    key: str
    partition: Partition
    offset: int
    fact: Fact
    reason: str
    parked_at: datetime
    attempts: int


class Failed(NamedTuple):
    """What could not be handled, and why."""

    partition: Partition
    delivery: Delivery
    reason: str


async def park_all(connection: Connection, consumer: str, failed: Sequence[Failed]) -> None:
    """Store what could not be handled, in the transaction that moves the checkpoints past it."""
    for one in sorted(failed, key=lambda one: (one.partition, one.delivery.offset)):
        await park(connection, consumer, *one)


async def park(
    connection: Connection, consumer: str, partition: Partition, delivery: Delivery, reason: str
) -> None:
    """Store one event, behind those of its key that wait already."""
    fact = delivery.fact
    await connection.execute(
        """
        INSERT INTO feed.parked (consumer, key, source, partition, "offset", fact, readable, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (consumer, source, partition, "offset") DO NOTHING""",
        consumer, fact.key, partition.source, partition.number, delivery.offset, _store(fact),
        isinstance(fact, Recorded), reason[:4000],
    )  # fmt: skip


def tell(consumer: str, failed: Sequence[Failed]) -> None:
    """Log lines for whoever looks after the consumer, once all of it is stored."""
    for one in failed:
        logger.error(
            "event parked", consumer=consumer, key=one.delivery.fact.key, reason=in_short(one.reason)
        )


async def parked_among(connection: Connection, consumer: str, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys have parked events.

    In a transaction, their locks are held until its end: a replay is either done or not begun.
    """
    query = "SELECT DISTINCT key FROM feed.parked WHERE consumer = $1 AND key = ANY($2::text[])"
    found = await connection.fetch(query, consumer, list(keys))
    if not found:
        return frozenset()
    for key in sorted(row["key"] for row in found):
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})", consumer, key)
    found = await connection.fetch(query, consumer, [row["key"] for row in found])
    return frozenset(row["key"] for row in found)


async def list_parked(
    connection: Connection, *, consumer: str | None = None, key: str | None = None, limit: int = 200
) -> Sequence[Parked]:
    """What is parked, in the order it will be replayed in."""
    rows = await connection.fetch(
        """
        SELECT * FROM feed.parked
        WHERE ($1::text IS NULL OR consumer = $1) AND ($2::text IS NULL OR key = $2)
        ORDER BY number LIMIT $3""",
        consumer, key, limit,
    )  # fmt: skip
    return [_parked(row) for row in rows]


async def show_parked(connection: Connection, number: int) -> Parked | None:
    """One parked event."""
    row = await connection.fetchrow("SELECT * FROM feed.parked WHERE number = $1", number)
    return _parked(row) if row else None


async def discard(connection: Connection, number: int) -> bool:
    """Give up one parked event for good, on a person's word; the later ones of its key can be replayed then."""
    return bool(await connection.fetchval("DELETE FROM feed.parked WHERE number = $1 RETURNING true", number))


Handle = Callable[[Connection, Recorded[Any]], Awaitable[None]]


async def replay_parked(pool: Connection, consumer: str, key: str, handle: Handle) -> int:
    """Handle a key's parked events in order until one fails again or none is left; how many went.

    `handle` gets the connection of the transaction that also removes the event.
    """
    done = 0
    while True:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})", consumer, key)
            row = await connection.fetchrow(
                "SELECT * FROM feed.parked WHERE consumer = $1 AND key = $2 ORDER BY number LIMIT 1",
                consumer,
                key,
            )
            if row is None:
                return done
            parked = _parked(row)
            if isinstance(parked.fact, Garbled):
                return done
            try:
                async with connection.transaction():
                    await handle(connection, parked.fact)
            except Exception as error:  # noqa: BLE001  # kept with the event, for whoever asked
                await connection.execute(
                    "UPDATE feed.parked SET attempts = attempts + 1, reason = $2 WHERE number = $1",
                    parked.number, describe(error),
                )  # fmt: skip
                return done
            await connection.execute("DELETE FROM feed.parked WHERE number = $1", parked.number)
            done += 1


def describe(error: BaseException) -> str:
    """An error in one line: its kind and what it says."""
    return f"{type(error).__name__}: {error}"[:4000]


def in_short(reason: str) -> str:
    """A reason for log lines: the lines after the first may quote what people wrote, and `parked show` has them."""
    return reason.partition("\n")[0][:300]


_LOCK = "hashtextextended($1::text || '/' || $2::text, 0)"


def _parked(row: Any) -> Parked:  # an asyncpg record
    return Parked(
        number=row["number"], consumer=row["consumer"], key=row["key"],
        partition=Partition(row["source"], row["partition"]), offset=row["offset"],
        fact=_load(row["fact"]) if row["readable"] else Garbled(row["key"], row["reason"], row["fact"]),
        reason=row["reason"], parked_at=row["parked_at"], attempts=row["attempts"],
    )  # fmt: skip


def _store(fact: Fact) -> bytes:
    if isinstance(fact, Garbled):
        return fact.raw
    return to_json({
        "position": fact.position, "stream": fact.stream, "version": fact.version, "name": fact.name,
        "data": fact.data if isinstance(fact.data, str) else fact.data.decode(), "key": fact.key,
        "id": str(fact.id), "time": fact.time.isoformat(), "correlation": fact.correlation,
        "causation": fact.causation, "traceparent": fact.traceparent, "hash": fact.hash.hex(),
        "actor": {"subject": fact.actor.subject, "roles": sorted(fact.actor.roles), "company": fact.actor.company},
    })  # fmt: skip


def _load(raw: bytes) -> Recorded[Any]:
    stored = from_json(raw)
    actor = stored.pop("actor")
    return Recorded(**{
        **stored,
        "id": UUID(stored["id"]), "time": datetime.fromisoformat(stored["time"]),
        "hash": bytes.fromhex(stored["hash"]),
        "actor": Actor(actor["subject"], frozenset(actor["roles"]), actor["company"]),
    })  # fmt: skip
