"""Read models equal a fresh replay, at every batch size, after parking, rebuilding and a new version."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from ticket import Closed, Commented, Opened, TicketRow, append, feed, show, tickets, version_of

from events import Log, Projection, Projector, Recorded, replay
from events.parking import list_parked, replay_parked
from events.projector import VersionNotRaised, prepare, seen
from launch.databases import Database


@asynccontextmanager
async def following(projector: Projector[Any]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(projector.run())  # what breaks it breaks the test
        yield
        task.cancel()


async def rows(pool: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await pool.fetch("SELECT * FROM read.tickets ORDER BY id")]


async def some_tickets(log: Log, count: int = 40) -> None:
    for n in range(count):
        await append(log, f"ticket-{n}", Opened(title=f"t{n}"), Commented(text="a"), Commented(text="b"))
    for n in range(0, count, 3):
        await append(log, f"ticket-{n}", Closed())


@pytest.mark.parametrize("page", [1, 7, 500])
async def test_the_live_table_equals_a_replay(log: Log, log_database: Database, pool: Any, page: int) -> None:
    projector = Projector(tickets, pool, feed(log, log_database, page))
    async with following(projector):
        await some_tickets(log)
        assert await projector.wait(await log.head(), 20)
        difference = await replay(tickets, pool)
    assert difference.none
    assert difference.rows == 40
    assert (await rows(pool))[0] == ("0", "t0", 2, ["a", "b"], False, (await log.read("ticket-0"))[2].time)


async def test_a_list_that_waited_for_a_position_contains_it(
    log: Log, log_database: Database, pool: Any
) -> None:
    projector = Projector(tickets, pool, feed(log, log_database))
    async with following(projector):
        for n in range(50):
            done = await append(log, f"ticket-{n}", Opened(title="x"))
            assert await projector.wait(done.position, 5)
            assert await pool.fetchval("SELECT title FROM read.tickets WHERE id = $1", str(n)) == "x"
        assert not await projector.wait(await log.head() + 1, 0.05)


async def test_a_row_that_cannot_be_shown_parks_its_order_and_stops_no_other(
    log: Log, log_database: Database, pool: Any
) -> None:
    projector = Projector(tickets, pool, feed(log, log_database))
    async with following(projector):
        await append(log, "ticket-1", Opened(title="x"), Commented(text="poison"), Commented(text="later"))
        await append(log, "ticket-2", Opened(title="y"), Commented(text="fine"))
        await append(log, "ticket-1", Closed())
        assert await projector.wait(await log.head(), 5)
    assert [row[:3] for row in await rows(pool)] == [("1", "x", 0), ("2", "y", 1)]
    parked = await list_parked(pool)
    assert [(p.key, version_of(p)) for p in parked] == [("ticket-1", 2), ("ticket-1", 3), ("ticket-1", 4)]
    assert "RuntimeError: this row cannot be shown" in parked[0].reason

    assert await replay_parked(pool, tickets.consumer, "ticket-1", projector.replay) == 0
    assert (await list_parked(pool))[0].attempts == 2

    def mended(row: TicketRow | None, fact: Recorded[Any]) -> TicketRow | None:
        return row if getattr(fact.event, "text", "") == "poison" else show(row, fact)

    after = Projector(replace(tickets, show=mended), pool, feed(log, log_database))
    assert await replay_parked(pool, tickets.consumer, "ticket-1", after.replay) == 3
    assert await list_parked(pool) == []
    assert (await rows(pool))[0][:5] == ("1", "x", 1, ["later"], False)
    assert (await replay(after.projection, pool)).none


async def test_a_damaged_row_is_named_and_a_rebuild_mends_it_under_the_readers(
    log: Log, log_database: Database, pool: Any
) -> None:
    projector = Projector(tickets, pool, feed(log, log_database))
    stop = asyncio.Event()
    reads = 0

    async def read() -> None:
        nonlocal reads
        while not stop.is_set():
            assert await pool.fetchval("SELECT count(*) FROM read.tickets") >= 38
            reads += 1
            await asyncio.sleep(0)

    async with following(projector):
        await some_tickets(log)
        assert await projector.wait(await log.head(), 20)
        await pool.execute("UPDATE read.tickets_v1 SET comments = 99 WHERE id = '7'")
        await pool.execute("DELETE FROM read.tickets_v1 WHERE id = '8'")
        await pool.execute("UPDATE read.tickets_v1 SET id = '800' WHERE id = '9'")
        damaged = await replay(tickets, pool)
        assert (damaged.changed, damaged.missing, damaged.surplus) == (["7"], ["8", "9"], ["800"])
        reader = asyncio.create_task(read())
        await append(log, "ticket-late", Opened(title="while rebuilding"))
        await replay(tickets, pool, swap=True)
        done = await append(log, "ticket-later", Opened(title="after it"))
        assert await projector.wait(done.position, 5)
        stop.set()
        await reader
        assert (await replay(tickets, pool)).none
    assert reads
    assert len(await rows(pool)) == 42
    assert await pool.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'read'") == 1


async def test_the_past_is_replayed_to_a_position(log: Log, log_database: Database, pool: Any) -> None:
    projector = Projector(tickets, pool, feed(log, log_database))
    async with following(projector):
        await some_tickets(log, 3)
        assert await projector.wait(await log.head(), 5)
    progress: list[tuple[int, int]] = []
    past = await replay(tickets, pool, until=4, progress=lambda done, total: progress.append((done, total)))
    assert past.rows == 2
    assert past.missing == []
    assert progress[-1] == (4, 4)


@dataclass(frozen=True, slots=True)
class WiderRow:
    id: str
    title: str
    shouted: str


def show_wider(row: WiderRow | None, fact: Recorded[Any]) -> WiderRow | None:
    match fact.event:
        case Opened(title=title):
            return WiderRow(fact.id_in_stream, title, title.upper())
    return row


async def test_a_new_version_is_built_beside_the_old_and_swapped_when_it_is_whole(
    log: Log, log_database: Database, pool: Any
) -> None:
    async with following(Projector(tickets, pool, feed(log, log_database))) as _:
        await some_tickets(log)
        await asyncio.wait_for(_until_seen(tickets, pool, await log.head()), 20)
    wider = Projection(
        name="tickets", version=2, row=WiderRow, show=show_wider, key=tickets.key, handles=tickets.handles
    )
    projector = Projector(wider, pool, feed(log, log_database, page=10))
    async with following(projector):
        assert await projector.wait(await log.head(), 20)
        await asyncio.wait_for(_until_swapped(pool), 20)
    assert await pool.fetchval("SELECT shouted FROM read.tickets WHERE id = '7'") == "T7"
    assert (await replay(wider, pool)).none


async def test_a_row_that_changed_without_its_version_is_told_at_start(
    log: Log, log_database: Database, pool: Any
) -> None:
    await prepare(tickets, pool)
    changed = Projection(
        name="tickets", version=1, row=WiderRow, show=show_wider, key=tickets.key, handles=tickets.handles
    )
    with pytest.raises(VersionNotRaised, match=r"shouted.* raise the version of .* tickets to 2"):
        await Projector(changed, pool, feed(log, log_database)).run()
    await prepare(tickets, pool)
    await prepare(replace(changed, version=2), pool)


async def _until_seen(projection: Any, pool: Any, position: int) -> None:
    while await seen(projection, pool) < position:
        await asyncio.sleep(0.02)


async def _until_swapped(pool: Any) -> None:
    while await pool.fetchval("SELECT version FROM feed.projection") != 2:
        await asyncio.sleep(0.02)
