"""A small business of its own for the tests of the library: tickets that are opened and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from events import (
    Actor,
    Appended,
    Command,
    Context,
    Decider,
    Event,
    Idempotency,
    Log,
    Projection,
    Recorded,
    Refused,
    Tip,
)
from events.log_feed import LogFeed
from events.parking import Parked
from launch.databases import Database


class Opened(Event, name="ticket.opened.v1"):
    """Somebody needs help."""

    title: str


class Commented(Event, name="ticket.commented.v1"):
    """Somebody said something."""

    text: str


class Closed(Event, name="ticket.closed.v1"):
    """It is done."""


class Open(Command):
    title: str


class Comment(Command):
    text: str


class Close(Command):
    pass


@dataclass(frozen=True)
class Ticket:
    title: str = ""
    closed: bool = False


def decide(ticket: Ticket, command: Open | Comment | Close, context: Context) -> Sequence[Event]:
    match command:
        case Open(title=title) if not ticket.title:
            return [Opened(title=title)]
        case Open(title=ticket.title):
            return []
        case Comment(text=text) if ticket.title and not ticket.closed:
            return [Commented(text=text)]
        case Close() if ticket.title:
            return [] if ticket.closed else [Closed()]
        case _:
            raise Refused("ticket-state", f"a ticket in the state {ticket} takes no {type(command).__name__}")


def evolve(ticket: Ticket, fact: Event) -> Ticket:
    match fact:
        case Opened(title=title):
            return Ticket(title)
        case Closed():
            return replace(ticket, closed=True)
    return ticket


ANYBODY = frozenset({"clerk", "system"})
ticket = Decider("ticket", Ticket(), decide, evolve, {Open: ANYBODY, Comment: ANYBODY, Close: ANYBODY})
CLERK = Actor("lin", frozenset({"clerk"}))


def context(by: Actor = CLERK) -> Context:
    return Context(by, datetime(2026, 3, 1, 8, tzinfo=UTC), correlation="test")


@dataclass(frozen=True, slots=True)
class TicketRow:
    id: str
    title: str
    comments: int
    words: tuple[str, ...]
    open: bool
    last_at: datetime | None


def show(row: TicketRow | None, fact: Recorded[Any]) -> TicketRow | None:
    match fact.event:
        case Opened(title=title):
            return TicketRow(fact.id_in_stream, title, 0, (), True, fact.time)
        case Commented(text=text):
            assert row is not None
            if text == "poison":
                raise RuntimeError("this row cannot be shown")
            return replace(row, comments=row.comments + 1, words=(*row.words, text)[-3:], last_at=fact.time)
        case Closed():
            assert row is not None
            return replace(row, open=False)
    return row


tickets = Projection(
    name="tickets", version=1, row=TicketRow, show=show, key=lambda fact: fact.id_in_stream,
    handles=(Opened, Commented, Closed), indexes=(("open", "title"),),
)  # fmt: skip


async def append(
    log: Log, stream: str, *facts: Any, tip: Tip | None = None, key: str | None = None
) -> Appended:
    tip = (await log.history(stream, None)).tip if tip is None else tip
    idempotency = Idempotency(key, b"asked") if key else None
    return await log.append(stream, tip, facts, context(), key=stream, idempotency=idempotency)


def feed(log: Log, database: Database, page: int = 1000) -> LogFeed:
    return LogFeed(
        {"tickets": database.service_url}, locks=database.service_url, appended=log.appended, page=page
    )


def version_of(parked: Parked) -> int:
    assert isinstance(parked.fact, Recorded)
    return parked.fact.version
