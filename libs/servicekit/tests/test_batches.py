"""Batch routes: what one request may do to others in the same batch, which is nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from desk.app import service
from desk.repair import AskRepair, FinishRepair, State, repair

from events import Command, CommandHandler, Context, Event, Reactions
from launch.databases import Database
from servicekit import Resource
from servicekit.batches import WIDTH
from servicekit.testing import LocalService, running


def with_a_bug(state: State, command: Command, context: Context) -> Sequence[Event]:
    if isinstance(command, FinishRepair) and command.how == "hammer":
        raise RuntimeError("a bug, which quotes the secret word hunter2")
    return repair.decide(state, command, context)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[LocalService]:
    numbers = iter(range(1000))
    repairs = Resource(replace(repair, decide=with_a_bug), path="/repairs", tag="Repairs")
    repairs.create(AskRepair, new_id=lambda: f"R{next(numbers)}", summary="Bring something")
    repairs.batch("/ends", FinishRepair, summary="Say how many were repaired")
    async with running(
        replace(service, routers=(repairs.router,), reactions=Reactions(), sources=()), database
    ) as opened:
        yield opened


async def ends(desk: LocalService, ways: Sequence[str]) -> list[dict[str, Any]]:
    anna = desk.client("anna", "clerk")
    for _ in ways:
        assert (await anna.post("/repairs", json={"title": "clock"})).status_code == 201
    batch = [{"id": f"R{number}", "command": {"how": how}} for number, how in enumerate(ways)]
    answer = await anna.post("/repairs/ends", json={"items": batch})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_bug_in_one_item_is_that_item_s_alone_and_gives_nothing_away(desk: LocalService) -> None:
    outcomes = await ends(desk, ["oil", "hammer", "glue"])
    assert [item["status"] for item in outcomes] == [200, 500, 200]
    assert outcomes[1]["problem"]["type"] == "/problems/internal-error"
    assert "hunter2" not in str(outcomes)


async def test_so_many_items_at_the_same_time_and_no_more(
    desk: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, at_once, most = CommandHandler.handle, 0, 0

    async def counted(*args: Any, **kwargs: Any) -> Any:  # the real handler's arguments
        nonlocal at_once, most
        at_once, most = at_once + 1, max(most, at_once + 1)
        await asyncio.sleep(0)
        try:
            return await handle(*args, **kwargs)
        finally:
            at_once -= 1

    monkeypatch.setattr(CommandHandler, "handle", counted)
    outcomes = await ends(desk, ["oil"] * (3 * WIDTH))
    assert {item["status"] for item in outcomes} == {200}
    assert most == WIDTH


def test_a_batch_names_no_single_thing_in_its_path() -> None:
    with pytest.raises(ValueError, match="ids are in the body"):
        Resource(repair, path="/repairs", tag="Repairs").batch("/{id}/ends", FinishRepair, summary="")
