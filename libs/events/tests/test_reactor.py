"""Reactions take effect once, in order, whatever is delivered twice or breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ticket import Close, Closed, Comment, Commented, Open, Opened, append, context, feed, ticket, version_of

from events import Actor, CommandHandler, Log, Reactions, Reactor, Recorded, Send
from events.log_feed import LogFeed
from events.parking import EARLIER, list_parked, replay_parked
from launch.databases import Database


def when_opened(fact: Recorded[Opened]) -> Send | None:
    if fact.event.title == "quiet":
        return None
    return Send(ticket, f"echo-{fact.id_in_stream}", Open(title=f"about {fact.event.title}"))


def when_commented(fact: Recorded[Commented]) -> list[Send]:
    if fact.event.text == "poison":
        raise RuntimeError("cannot react to this")
    echo = f"echo-{fact.id_in_stream}"
    return [Send(ticket, echo, Comment(text=fact.event.text)), Send(ticket, echo, Comment(text="!"))]


def when_closed(fact: Recorded[Closed]) -> Send | None:
    if fact.stream.startswith("ticket-echo"):
        return None
    return Send(ticket, f"echo-{fact.id_in_stream}", Close())


def only_people(reaction: Any) -> Any:
    """The tests' reactions write to the log they read: do not echo the echoes."""

    def react(fact: Recorded[Any]) -> Any:
        return None if fact.stream.startswith("ticket-echo") else reaction(fact)

    react.__name__ = reaction.__name__
    react.__annotations__ = {"fact": reaction.__annotations__["fact"]}
    return react


ALL = Reactions(only_people(when_opened), only_people(when_commented), only_people(when_closed))


def reactor(log: Log, database: Database, pool: Any, reactions: Reactions = ALL) -> Reactor:
    return Reactor(
        "tickets", reactions, CommandHandler(log), pool, feed(log, database, page=50), lambda: context().at
    )


@asynccontextmanager
async def running(*reactors: Reactor) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.run()) for one in reactors]
        yield
        for task in tasks:
            task.cancel()


async def until_done(pool: Any, log: Log) -> None:
    async with asyncio.timeout(20):
        while await pool.fetchval("SELECT max(position) FROM feed.checkpoint") != await log.head():
            await asyncio.sleep(0.02)


async def echoed(log: Log, id: str) -> list[Any]:
    return [fact.event for fact in await log.read(f"ticket-echo-{id}")]


async def test_every_fact_takes_effect_once_and_in_order(log: Log, log_database: Database, pool: Any) -> None:
    async with running(reactor(log, log_database, pool), reactor(log, log_database, pool)):
        for n in range(30):
            await append(
                log, f"ticket-{n}", Opened(title=f"t{n}"), Commented(text="a"), Commented(text="b"), Closed()
            )
        await until_done(pool, log)
    for n in range(30):
        texts = [Commented(text=t) for t in ("a", "!", "b", "!")]
        assert await echoed(log, str(n)) == [Opened(title=f"about t{n}"), *texts, Closed()]


async def test_what_is_delivered_again_changes_nothing(log: Log, log_database: Database, pool: Any) -> None:
    await append(log, "ticket-1", Opened(title="x"), Commented(text="a"))
    async with running(reactor(log, log_database, pool)):
        await until_done(pool, log)
    head = await log.head()
    await pool.execute("DELETE FROM feed.checkpoint")  # died after the effects, before the checkpoint
    async with running(reactor(log, log_database, pool)):
        await until_done(pool, log)
    assert await log.head() == head


async def test_effects_know_their_cause(log: Log, log_database: Database, pool: Any) -> None:
    await append(log, "ticket-1", Opened(title="x"))
    async with running(reactor(log, log_database, pool)):
        await until_done(pool, log)
    (cause,) = await log.read("ticket-1")
    (effect,) = await log.read("ticket-echo-1")
    assert (effect.causation, effect.correlation) == (str(cause.id), cause.correlation)
    assert effect.actor == Actor("tickets", frozenset({"system"}))


async def test_a_fact_that_breaks_a_reaction_is_parked_with_all_later_ones_of_its_order(
    log: Log, log_database: Database, pool: Any
) -> None:
    async with running(reactor(log, log_database, pool)):
        await append(log, "ticket-1", Opened(title="x"), Commented(text="poison"), Commented(text="later"))
        await append(log, "ticket-2", Opened(title="y"), Commented(text="fine"))
        await until_done(pool, log)
        await append(log, "ticket-1", Closed())
        await until_done(pool, log)
    assert await echoed(log, "1") == [Opened(title="about x")]
    assert len(await echoed(log, "2")) == 3
    parked = await list_parked(pool)
    assert [(p.key, version_of(p)) for p in parked] == [("ticket-1", 2), ("ticket-1", 3), ("ticket-1", 4)]

    def when_commented(fact: Recorded[Commented]) -> Send | None:
        return Send(ticket, f"echo-{fact.id_in_stream}", Comment(text=fact.event.text))

    mended = reactor(log, log_database, pool, Reactions(when_opened, when_commented, when_closed))
    assert await replay_parked(pool, mended.consumer, "ticket-1", mended.replay) == 3
    assert await list_parked(pool) == []
    assert await echoed(log, "1") == [
        Opened(title="about x"), Commented(text="poison"), Commented(text="later"), Closed(),
    ]  # fmt: skip


async def test_an_order_waits_for_what_is_parked_from_another_source_at_the_same_time(
    log: Log, log_database: Database, pool: Any
) -> None:
    await append(log, "ticket-1", Opened(title="x"), Commented(text="poison"))
    dsn = log_database.service_url
    both = LogFeed({"here": dsn, "there": dsn}, locks=dsn)
    one = Reactor("tickets", ALL, CommandHandler(log), pool, both, lambda: context().at)
    async with running(one), asyncio.timeout(20):
        while len(await list_parked(pool)) < 3:
            await asyncio.sleep(0.02)
    waiting = [(p.partition.source, version_of(p), p.reason == EARLIER) for p in await list_parked(pool)]
    assert waiting[:3] == [("here", 2, False), ("there", 1, True), ("there", 2, True)]


async def test_a_refused_command_is_parked_and_says_why(log: Log, log_database: Database, pool: Any) -> None:
    async with running(reactor(log, log_database, pool, Reactions(when_commented))):
        await append(log, "ticket-1", Opened(title="x"), Commented(text="to nothing"))
        await until_done(pool, log)
    (parked,) = await list_parked(pool)
    assert "takes no Comment" in parked.reason
