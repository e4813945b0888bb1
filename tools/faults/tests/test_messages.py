"""Checker 7: mails at the sink against notification's log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notebook import owned

from events import Actor, Context, Event, Log, schema
from events.appending import Tip
from events.contracts.messages import MailFailed, MessageAddressed, MessageMailed, Recipient
from faults.checkers import messages
from faults.world import World
from launch.databases import Database

SYSTEM = Context(Actor("notification", frozenset({"system"})), datetime(2026, 5, 4, tzinfo=UTC))


def addressed(message: str) -> MessageAddressed:
    return MessageAddressed(
        message=message, order="7K3M", product_company=None, template="order_received", channel="mail",
        language="en", subject="Your order", body="Thank you.",
        recipient=Recipient(kind="customer", name="c1", address="c1@customer.example"),
    )  # fmt: skip


def mailed(message: str) -> MessageMailed:
    return MessageMailed(message=message, attempt=1)


async def violations(
    database: Database, file: Path, facts: Sequence[Event], arrived: Sequence[str], *, disturbed: bool = True
) -> str:
    async with owned(database) as owner:
        for statement in [*schema.FIRST, *schema.grants(database.name)]:
            await owner.execute(statement)
    async with Log.open(database.service_url) as log:
        await log.append("correspondence-7K3M", Tip(), facts, SYSTEM, key="7K3M")
    lines = [json.dumps({"message_id": f"<{key}@fulfilment.example>"}) + "\n" for key in arrived]
    file.write_text("".join(lines) + '{"message_id": "<half a li')
    world = World({"notification": database}, "", file, [], [], {}, [], disturbed)
    return "\n".join((await messages.one_key_each(world)).violations)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PATIENCE", 0.0)


async def test_what_was_sent_arrived_once_where_nothing_failed(database: Database, tmp_path: Path) -> None:
    facts = [addressed("a"), mailed("a"), addressed("b"), mailed("b")]
    assert not await violations(database, tmp_path / "mail", facts, ["a", "b"], disturbed=False)


async def test_a_mail_may_come_twice_only_where_something_failed(database: Database, tmp_path: Path) -> None:
    facts = [addressed("a"), mailed("a")]
    found = await violations(database, tmp_path / "mail", facts, ["a", "a"], disturbed=False)
    assert found == "a arrived more than once, and nothing had failed"


async def test_it_may_come_twice_after_a_fault(database: Database, tmp_path: Path) -> None:
    assert not await violations(database, tmp_path / "mail", [addressed("a"), mailed("a")], ["a", "a"])


async def test_a_mail_that_is_recorded_as_sent_and_never_came(database: Database, tmp_path: Path) -> None:
    facts = [addressed("a"), mailed("a"), addressed("b"), mailed("b")]
    found = await violations(database, tmp_path / "mail", facts, ["a"])
    assert found == "b is recorded as sent and never arrived"


async def test_a_mail_that_nobody_addressed(database: Database, tmp_path: Path) -> None:
    found = await violations(database, tmp_path / "mail", [addressed("a"), mailed("a")], ["a", "z"])
    assert found == "z arrived, and nobody addressed it"


async def test_a_mail_that_waits_for_ever(database: Database, tmp_path: Path) -> None:
    found = await violations(
        database, tmp_path / "mail", [addressed("a"), mailed("a"), addressed("b")], ["a"]
    )
    assert found == "1 mails were neither sent nor given up within 0 s of the end"


async def test_a_mail_that_was_given_up_is_not_expected(database: Database, tmp_path: Path) -> None:
    given_up = MailFailed(message="b", attempt=1, fault="refused", error="no such mailbox", retry_at=None)
    facts = [addressed("a"), mailed("a"), addressed("b"), given_up]
    assert not await violations(database, tmp_path / "mail", facts, ["a"])


async def test_a_message_that_is_recorded_twice(database: Database, tmp_path: Path) -> None:
    facts = [addressed("a"), addressed("a"), mailed("a"), mailed("a")]
    found = await violations(database, tmp_path / "mail", facts, ["a"])
    assert found == "a was addressed twice\na was recorded as sent twice"


async def test_a_sink_without_mail_proves_nothing(database: Database, tmp_path: Path) -> None:
    assert "nothing was looked at" in await violations(database, tmp_path / "mail", [addressed("a")], [])
