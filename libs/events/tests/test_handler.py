"""Commands are decided on what the log says, once, and races are decided anew."""

import asyncio
from dataclasses import replace

import pytest
from ticket import CLERK, Close, Closed, Comment, Commented, Open, Opened, context, ticket

from events import Actor, CommandHandler, Conflict, Forbidden, Idempotency, KeyReused, Log, NotFound, Refused
from events.testing import given


async def test_a_command_leads_to_facts_and_their_state(log: Log) -> None:
    outcome = await CommandHandler(log).handle(ticket, "1", Open(title="x"), context())
    assert (outcome.id, outcome.version, outcome.position, outcome.events) == ("1", 1, 1, [Opened(title="x")])
    assert outcome.state.title == "x"


async def test_a_command_already_fulfilled_adds_nothing(log: Log) -> None:
    handler = CommandHandler(log)
    await handler.handle(ticket, "1", Open(title="x"), context())
    again = await handler.handle(ticket, "1", Open(title="x"), context())
    assert (again.version, again.position, list(again.events), again.replayed) == (1, 1, [], False)
    assert await log.head() == 1


async def test_commands_that_race_without_a_version_are_all_carried_out(log: Log) -> None:
    handler = CommandHandler(log)
    await handler.handle(ticket, "1", Open(title="x"), context())
    await asyncio.gather(*(handler.handle(ticket, "1", Comment(text=str(n)), context()) for n in range(6)))
    assert {f.event.text for f in (await log.read("ticket-1"))[1:]} == set("012345")


async def test_of_64_commands_for_one_version_one_is_carried_out(log: Log) -> None:
    handler = CommandHandler(log)
    await handler.handle(ticket, "1", Open(title="x"), context())
    outcomes = await asyncio.gather(
        *(handler.handle(ticket, "1", Comment(text=str(n)), context(), expected=1) for n in range(64)),
        return_exceptions=True,
    )
    assert sum(isinstance(o, Conflict) for o in outcomes) == 63
    assert len(await log.read("ticket-1")) == 2


async def test_a_repeated_key_gives_the_first_outcome_whatever_happened_since(log: Log) -> None:
    handler = CommandHandler(log)
    key = Idempotency("lin/1", b"open x")
    await handler.handle(ticket, "1", Open(title="x"), context(), idempotency=key)
    await handler.handle(ticket, "1", Comment(text="later"), context())
    again = await handler.handle(ticket, "another", Open(title="x"), context(), idempotency=key)
    assert (again.id, again.version, again.events, again.replayed) == ("1", 1, [Opened(title="x")], True)
    with pytest.raises(KeyReused):
        await handler.handle(ticket, "1", Close(), context(), idempotency=Idempotency("lin/1", b"close"))


async def test_a_fulfilled_command_repeats_its_empty_outcome(log: Log) -> None:
    handler = CommandHandler(log)
    await handler.handle(ticket, "1", Open(title="x"), context())
    key = Idempotency("lin/2", b"open x")
    for _ in range(2):
        outcome = await handler.handle(ticket, "1", Open(title="x"), context(), idempotency=key)
        assert (outcome.version, list(outcome.events)) == (1, [])


async def test_a_role_that_may_not_is_told_which_may(log: Log) -> None:
    with pytest.raises(Forbidden, match="needs one of the roles clerk, system"):
        await CommandHandler(log).handle(
            ticket, "1", Open(title="x"), context(Actor("eve", frozenset({"guest"})))
        )


def test_the_kit_reads_as_sentences() -> None:
    opened = given(ticket, Opened(title="x"))
    opened.when(Comment(text="a"), by=CLERK).then(Commented(text="a"))
    opened.when(Open(title="x"), by=CLERK).then_nothing()
    opened.when(Close(), by=CLERK).then_kinds(Closed)
    given(ticket).when(Close(), by=CLERK).refused("ticket-state")
    with pytest.raises(AssertionError):
        opened.when(Comment(text="a"), by=CLERK).then(Commented(text="b"))
    with pytest.raises(AssertionError, match="refused"):
        given(ticket).when(Close(), by=CLERK).then()


def test_another_companys_thing_is_not_there() -> None:
    ours = replace(ticket, company=lambda state: "switchgear")
    with pytest.raises(NotFound, match="no such ticket"):
        ours.handle(
            ours.fold([Opened(title="x")]),
            Close(),
            context(Actor("wu", frozenset({"clerk"}), "transformers")),
        )
    with pytest.raises(Refused):
        ours.handle(ours.initial, Close(), context(Actor("wu", frozenset({"clerk"}), "switchgear")))
