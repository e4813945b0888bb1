"""A rebuild with few rows at hand gives what live reading gives, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from test_projection import following
from ticket import Closed, Commented, Opened, append, feed, show, tickets

from events import Garbled, Log, Projection, Projector, Recorded, replay
from events.folding import Folding
from events.parking import EARLIER
from launch.databases import Database


class Word(BaseModel):
    text: str
    at: datetime


class OpenRow(NamedTuple):
    id: str
    title: str
    words: tuple[Word, ...]
    last: Word | None


def show_open(row: OpenRow | None, fact: Recorded[Any]) -> OpenRow | None:
    match fact.event:
        case Opened(title=title):
            return OpenRow(fact.id_in_stream, title, (), None)
        case Commented(text=text) if row is not None:
            word = Word(text=text, at=fact.time)
            return row._replace(words=(*row.words, word), last=word)
        case Closed():
            return None
    return row


open_tickets = Projection(
    name="open_tickets",
    version=1,
    row=OpenRow,
    show=show_open,
    key=lambda fact: fact.id_in_stream,
    handles=(Opened, Commented, Closed),
)


async def crossing_tickets(log: Log, count: int) -> None:
    """Tickets whose events lie far from each other in the log; every third is closed, every ninth opened anew."""
    for n in range(count):
        await append(log, f"ticket-{n}", Opened(title=f"t{n}"))
    for text in ("first", "second"):
        for n in range(count):
            await append(log, f"ticket-{n}", Commented(text=text))
    for n in range(0, count, 3):
        await append(log, f"ticket-{n}", Closed())
    for n in range(0, count, 9):
        await append(log, f"ticket-{n}", Opened(title="again"))


@pytest.mark.parametrize("at_hand", [1, 7, 1000])
@pytest.mark.parametrize("projection", [tickets, open_tickets], ids=lambda one: one.name)
async def test_rows_that_are_put_back_and_taken_again_are_as_they_were(
    log: Log, log_database: Database, pool: Any, projection: Projection[Any], at_hand: int
) -> None:
    projector = Projector(projection, pool, feed(log, log_database))
    async with following(projector):
        await crossing_tickets(log, 30)
        assert await projector.wait(await log.head(), 20)
        difference = await replay(projection, pool, at_hand=at_hand)
        assert difference.none
        assert difference.rows == {"tickets": 30, "open_tickets": 24}[projection.name]
        swapped = await replay(projection, pool, at_hand=at_hand, swap=True)
        assert swapped.none
        assert (await replay(projection, pool)).none


async def test_a_rebuilt_table_has_the_live_one_s_indexes(
    log: Log, log_database: Database, pool: Any
) -> None:
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tickets_v1' ORDER BY 1"
    projector = Projector(tickets, pool, feed(log, log_database))
    async with following(projector):
        await crossing_tickets(log, 3)
        assert await projector.wait(await log.head(), 20)
        before = [tuple(row) for row in await pool.fetch(query)]
        await replay(tickets, pool, swap=True)
    assert [tuple(row) for row in await pool.fetch(query)] == before


def test_what_fails_takes_the_later_events_of_its_key_and_no_earlier_one() -> None:
    facts: list[Recorded[Any] | Garbled] = [
        Recorded.of(Opened(title="x"), stream="ticket-1", version=1),
        Recorded.of(Opened(title="y"), stream="ticket-2", version=1),
        Garbled("1", "not JSON", b"?"),
        Recorded.of(Closed(), stream="ticket-1", version=2),
        Recorded.of(Closed(), stream="ticket-2", version=2),
    ]
    rows: dict[str, Any] = {}
    folding = Folding(tickets)
    failed = folding.show(folding.place(facts), rows)
    assert failed == [(2, "not JSON"), (3, EARLIER)]
    assert (rows["1"].open, rows["2"].open) == (True, False)
    later = folding.show(folding.place(facts[3:]), rows)
    assert later == [(0, EARLIER)]


def test_a_key_that_cannot_be_told_is_a_failure_of_that_event_alone() -> None:
    def key(fact: Recorded[Any]) -> str:
        return str({"ticket.opened.v1": fact.id_in_stream}[fact.name])

    facts: list[Recorded[Any] | Garbled] = [
        Recorded.of(Opened(title="x"), stream="ticket-1"),
        Recorded.of(Closed(), stream="ticket-1", version=2),
    ]
    folding = Folding(replace(tickets, key=key, show=show))
    rows: dict[str, Any] = {}
    assert [place for place, _ in folding.show(folding.place(facts), rows)] == [1]
    assert rows["1"].open
