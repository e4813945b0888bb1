"""A small business for the checkers: notes are taken in one service, and another copies each.

`written` makes what a run without faults leaves behind, by hand: logs, topics, read models, checkpoints,
and a journal of what the clients were told.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from events import (
    Actor,
    Command,
    Context,
    Decider,
    Event,
    Idempotency,
    Log,
    Projection,
    Reactions,
    Recorded,
    Send,
    replay,
    schema,
)
from events.appending import Tip
from events.feed import Partition
from events.publisher import publisher
from events.topic import ends_of, ensure_topic, partition_for
from faults.checkers.looking import connected
from faults.journal import Entry
from faults.world import Race, Recovery, World
from launch.databases import Database
from servicekit import Service

MEI = Actor("mei", frozenset({"writer"}))
AT = datetime(2026, 5, 4, tzinfo=UTC)
NOTES = ("n1", "n2", "n3")


class Taken(Event, name="note.taken.v1"):
    """Somebody wrote a line on a note."""

    text: str


class Copied(Event, name="note.copied.v1"):
    """A line of a note stands on its copy."""

    text: str


class Take(Command):
    text: str


class Copy(Command):
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A note as it is shown."""

    id: str
    lines: tuple[str, ...]


def show(row: Page | None, fact: Recorded[Any]) -> Page:  # of whatever is handled
    return Page(fact.id_in_stream, (*(row.lines if row else ()), fact.event.text))


pages = Projection(
    name="pages", version=1, row=Page, show=show, key=lambda fact: fact.id_in_stream, handles=(Taken, Copied)
)
note = Decider[None](
    "note", None, lambda _, c, __: [Taken(text=c.text)], lambda s, _: s, {Take: frozenset({"writer"})}
)
copy = Decider[None](
    "copy", None, lambda _, c, __: [Copied(text=c.text)], lambda s, _: s, {Copy: frozenset({"system"})}
)


def when_taken(fact: Recorded[Taken]) -> Send:
    return Send(copy, fact.id_in_stream, Copy(text=fact.event.text))


@dataclass(frozen=True)
class Written:
    """A world without faults, and its two services."""

    world: World
    notes: Service
    copies: Service

    @property
    def databases(self) -> Sequence[Database]:
        """Of notes, and of copies."""
        return self.world.databases[self.notes.name], self.world.databases[self.copies.name]


async def written(notes: Database, copies: Database, kafka: str, lines: int) -> Written:
    """So many lines on each of three notes, copied, published and shown."""
    here = Service(
        name=f"notes-{secrets.token_hex(4)}",
        package=Path(),
        deciders=(note,),
        projections=(pages,),
        routers=(),
    )
    there = replace(
        here,
        name=f"copies-{secrets.token_hex(4)}",
        deciders=(copy,),
        reactions=Reactions(when_taken),
        sources=(here.name,),
    )
    for database in (notes, copies):
        async with owned(database) as owner:
            for statement in [*schema.FIRST, *schema.grants(database.name, "log_reader")]:
                await owner.execute(statement)
    journal = await _take(notes, here.name, lines)
    async with Log.open(notes.service_url) as log:
        facts = await log.page(0)
    await published(kafka, here.name, facts)
    await _copy(copies, facts)
    async with Log.open(copies.service_url) as log:
        copied = await log.page(0)
    await published(kafka, there.name, copied)
    for name, database, head in ((here.name, notes, len(facts)), (there.name, copies, len(copied))):
        await _settle(name, database, head)
    await _consumed(copies, f"{there.name}.reactions", here.name, facts, kafka)
    world = World(
        databases={here.name: notes, there.name: copies},
        kafka=kafka,
        mails=Path("/nonexistent"),
        journal=journal,
        recoveries=[Recovery("a burst", 2.0, 5.0)],
        tailed={here.name: [(fact.position, fact.id) for fact in facts]},
        races=[Race("n1", 1, [entry for entry in journal if (entry.id, entry.version) == ("n1", 2)])],
        disturbed=True,
    )
    return Written(world, here, there)


async def _take(notes: Database, service: str, lines: int) -> list[Entry]:
    journal: list[Entry] = []
    numbers = count(1)
    async with Log.open(notes.service_url) as log:
        for line in range(lines):
            for id in NOTES:
                number = next(numbers)
                stream = f"note-{id}"
                so_far = await log.read(stream)
                tip = Tip(so_far[-1].version, so_far[-1].hash) if so_far else Tip()
                done = await log.append(
                    stream, tip, [Taken(text=f"line {line}")], Context(MEI, AT), key=id,
                    idempotency=Idempotency(f'["http",null,"mei","k{number}"]', b"d"),
                )  # fmt: skip
                entry = Entry(
                    number,
                    service,
                    f"/notes/{id}",
                    f"k{number}",
                    "done",
                    200,
                    id,
                    done.version,
                    done.position,
                )
                journal.append(replace(entry, events=(Taken.name,)))
    return journal


async def _copy(copies: Database, facts: Sequence[Recorded[Any]]) -> None:
    system = Actor("copies", frozenset({"system"}))
    async with Log.open(copies.service_url) as log:
        for fact in facts:
            stream = f"copy-{fact.id_in_stream}"
            so_far = await log.read(stream)
            tip = Tip(so_far[-1].version, so_far[-1].hash) if so_far else Tip()
            await log.append(
                stream, tip, [Copied(text=fact.event.text)], Context(system, AT, causation=str(fact.id)), key=fact.key,
                idempotency=Idempotency(f"{fact.id}/when_taken/0", fact.id.bytes),
            )  # fmt: skip


async def published(kafka: str, topic: str, facts: Sequence[Recorded[Any]]) -> None:
    """The facts on a topic, in this order."""
    await ensure_topic(kafka, topic)
    async with publisher(kafka, topic, {}) as publish:
        await publish(facts)


async def _settle(service: str, database: Database, head: int) -> None:
    """The read model and the relay are at the end of the log."""
    async with owned(database) as owner:
        await owner.execute("INSERT INTO feed.relay (topic, position) VALUES ($1, $2)", service, head)
        await _checkpoint(owner, pages.consumer, Partition(service, -1), head, head)
    async with asyncpg.create_pool(database.service_url, min_size=0, max_size=3) as pool:
        await replay(pages, pool, swap=True)


async def _consumed(
    database: Database, consumer: str, topic: str, facts: Sequence[Recorded[Any]], kafka: str
) -> None:
    ends = await ends_of(kafka, [topic])
    async with owned(database) as owner:
        for part, end in ends.items():
            mine = [f.position for f in facts if partition_for(f.key.encode(), len(ends)) == part.number]
            await _checkpoint(owner, consumer, part, end, max(mine, default=0))


async def _checkpoint(owner: Any, consumer: str, part: Partition, offset: int, position: int) -> None:
    await owner.execute(
        "INSERT INTO feed.checkpoint (consumer, source, partition, next_offset, position) VALUES ($1, $2, $3, $4, $5)",
        consumer, part.source, part.number, offset, position,
    )  # fmt: skip


def owned(
    database: Database,
) -> AbstractAsyncContextManager[Any]:  # an asyncpg connection, which has no types
    return connected(database.owner_url)


@asynccontextmanager
async def tampered(database: Database, table: str, *statements: str) -> AsyncIterator[None]:
    """A table changed by its owner, past the trigger that refuses that; as it was afterwards."""
    # Read models are the service's own.
    url = database.service_url if table.startswith("read.") else database.owner_url
    async with connected(url) as owner:
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        saved = await owner.fetch(f"TABLE {table}")
        for statement in statements:
            assert await owner.execute(statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")
        try:
            yield
        finally:
            await owner.execute(f"DELETE FROM {table}")
            schema_name, _, name = table.partition(".")
            await owner.copy_records_to_table(name, schema_name=schema_name, records=saved)
