"""Checker 7: webhooks at their receiver against notification's log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notebook import owned

from events import Actor, Context, Event, Log, schema
from events.appending import Tip
from events.contracts.messages import DeliveryQueued, DeliverySucceeded
from faults.checkers import messages
from faults.world import World
from launch.databases import Database

SYSTEM = Context(Actor("notification", frozenset({"system"})), datetime(2026, 5, 4, tzinfo=UTC))
FIRST, SECOND = "wh_0123456789ab.7K3M.0123456789ab", "wh_0123456789ab.7K3M.ba9876543210"


def queued(delivery: str) -> DeliveryQueued:
    return DeliveryQueued(
        delivery=delivery, subscription="wh_0123456789ab", product_company=None, sequence=1, announced=None
    )


def taken(delivery: str) -> DeliverySucceeded:
    return DeliverySucceeded(delivery=delivery, attempt=1, status=204)


async def violations(
    database: Database,
    place: Path,
    facts: Sequence[Event],
    arrived: Sequence[str],
    *,
    disturbed: bool = True,
) -> Sequence[str]:
    async with owned(database) as owner:
        for statement in [*schema.FIRST, *schema.grants(database.name)]:
            await owner.execute(statement)
    async with Log.open(database.service_url) as log:
        await log.append("line-wh_0123456789ab.7K3M", Tip(), facts, SYSTEM, key="7K3M")
    hooks = place / "hooks"
    hooks.write_text("".join(json.dumps({"webhook_id": key}) + "\n" for key in arrived))
    world = World(
        {"notification": database}, "", place / "mail", [], [], {}, [], disturbed, webhooks=hooks
    )  # fmt: skip
    (place / "mail").write_text('{"message_id": "<a@x>"}\n')
    return [one for one in (await messages.one_key_each(world)).violations if "webhook" in one]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PATIENCE", 0.0)


async def test_each_came_once(database: Database, tmp_path: Path) -> None:
    facts = [queued(FIRST), taken(FIRST), queued(SECOND), taken(SECOND)]
    assert not await violations(database, tmp_path, facts, [FIRST, SECOND], disturbed=False)


async def test_one_may_come_twice_only_where_something_failed(database: Database, tmp_path: Path) -> None:
    facts = [queued(FIRST), taken(FIRST)]
    found = await violations(database, tmp_path, facts, [FIRST, FIRST], disturbed=False)
    assert found == [f"{FIRST} is a webhook that arrived more than once, and nothing had failed"]


async def test_one_that_is_recorded_as_taken_and_never_came(database: Database, tmp_path: Path) -> None:
    facts = [queued(FIRST), taken(FIRST), queued(SECOND), taken(SECOND)]
    found = await violations(database, tmp_path, facts, [FIRST])
    assert found == [
        f"{SECOND} is a webhook that is recorded as taken and never arrived",
        f"{SECOND} is a webhook that was queued and never arrived",
    ]


async def test_one_that_nobody_queued(database: Database, tmp_path: Path) -> None:
    found = await violations(database, tmp_path, [queued(FIRST), taken(FIRST)], [FIRST, SECOND])
    assert found == [f"{SECOND} is a webhook that arrived, and nobody queued it"]
