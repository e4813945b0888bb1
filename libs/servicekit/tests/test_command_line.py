"""The command line, as ops use it, on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from desk.app import service
from desk.repair import RepairDone
from typer.testing import CliRunner

from events import Reactions, Recorded, Send
from launch.databases import Database
from servicekit.cli import command_line
from servicekit.testing import running

Run = Callable[..., Awaitable[Any]]  # Any: typer keeps its runner's result private


@pytest.fixture
def run(database: Database) -> Run:
    """`python -m desk` with these arguments."""
    environment = {
        "DATABASE_URL": database.service_url,
        "OWNER_DATABASE_URL": database.owner_url,
        "COLUMNS": "200",
    }

    async def run(*arguments: str, **more: str) -> Any:
        runner = CliRunner(env=environment | more)
        return await asyncio.to_thread(runner.invoke, command_line(service), arguments)

    return run


@pytest.fixture
async def lived(database: Database) -> Database:
    """A database in which three things were repaired."""
    async with running(service, database) as desk:
        anna = desk.client("anna", "clerk")
        for title in ("clock", "lamp", "radio"):
            number = (await anna.post("/repairs", json={"title": title})).json()["id"]
            await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
        await desk.settled()
    return database


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_migrations_run_once_and_again(run: Run) -> None:
    for _ in range(2):
        done = await run("migrate")
        assert (done.exit_code, done.stdout.strip()) == (0, "desk: schema at 0001"), done.output


async def test_what_is_not_set_is_named(run: Run) -> None:
    done = await run("serve", DATABASE_URL="")
    assert done.exit_code == 2
    for name in ("DATABASE_URL", "JWKS_URL", "TOKEN_ISSUER", "TOKEN_AUDIENCE"):
        assert name in done.output


async def test_events_are_printed_in_order(run: Run, lived: Database) -> None:
    lines = (await run("events", "tail", "--after", "0", "--no-follow")).stdout.splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, 10))
    done = await run("events", "tail", "--after", "0", "--type", "repair.done.v1", "--no-follow")
    only = done.stdout.splitlines()
    assert len(only) == 3
    assert json.loads(only[0].split(" anna ")[1]) == {"how": "oil"}
    last = (await run("events", "tail", "--no-follow")).stdout.splitlines()
    assert last == lines


async def test_a_replay_equals_the_live_table(run: Run, lived: Database) -> None:
    done = await run("replay", "shelf")
    assert done.exit_code == 0, done.output
    assert "3 rows at position 9" in done.stdout
    assert "no difference" in done.stdout


async def test_a_replay_tells_what_differs_and_a_rebuild_mends_it(run: Run, lived: Database) -> None:
    tamper = "UPDATE read.shelf_v1 SET title = 'forged' WHERE title = 'lamp' RETURNING number"
    connection = await asyncpg.connect(lived.service_url)
    number = await connection.fetchval(tamper)
    await connection.close()
    done = await run("replay", "shelf")
    assert done.exit_code == 1
    assert f"different: {number}" in done.stdout
    rebuilt = await run("rebuild", "shelf")
    assert rebuilt.exit_code == 0, rebuilt.stderr
    assert (await run("replay", "shelf")).exit_code == 0


async def test_a_replay_of_the_past(run: Run, lived: Database) -> None:
    done = await run("replay", "shelf", "--until", "1")
    assert done.exit_code == 0
    assert "1 rows at position 1" in done.stdout
    assert "0 rows at position 0" in (await run("replay", "shelf", "--until", "2020-01-01T00:00:00Z")).stdout
    for nonsense in ("yesterday", "2020-01-01T00:00:00"):
        assert (await run("replay", "shelf", "--until", nonsense)).exit_code == 2


async def test_what_is_not_there_is_said(run: Run, lived: Database) -> None:
    done = await run("replay", "cellar")
    assert done.exit_code == 1
    assert "desk has shelf" in done.stdout
    assert (await run("parked", "show", "7")).exit_code == 1


async def test_a_forged_event_is_found(run: Run, lived: Database) -> None:
    sound = await run("verify")
    assert sound.exit_code == 0, sound.stderr
    assert "9 events in 3 streams: sound" in sound.stdout
    await execute(
        lived.owner_url,
        "ALTER TABLE log.event DISABLE TRIGGER USER; "
        """UPDATE log.event SET data = '{"how":"magic"}' WHERE name = 'repair.done.v1' AND position < 5""",
    )
    done = await run("verify")
    assert done.exit_code == 1
    assert "not sound" in done.stdout
    assert "its content or what came before it was changed" in done.stdout


async def test_parked_events_are_listed_shown_and_replayed(run: Run, database: Database) -> None:
    async with running(service, database) as desk:
        anna = desk.client("anna", "clerk")
        await desk.runtime.pool.execute(
            'INSERT INTO feed.parked (consumer, key, source, partition, "offset", fact, readable, reason) '
            "VALUES ('shelf_v1', 'GONE', 'desk', 0, 0, 'nonsense', false, 'no event at all')"
        )
        number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
        await desk.settled()
    listed = await run("parked", "list")
    assert listed.exit_code == 0
    assert "GONE" in listed.stdout
    assert number not in listed.stdout
    shown = await run("parked", "show", "1")
    assert "no event at all" in shown.stdout
    replayed = await run("parked", "replay")
    assert replayed.exit_code == 1
    assert "1 still wait" in replayed.stdout


async def test_what_is_no_event_can_be_given_up(run: Run, database: Database) -> None:
    assert (await run("migrate")).exit_code == 0
    for offset in (1, 2):
        await execute(
            database.owner_url,
            'INSERT INTO feed.parked (consumer, key, source, partition, "offset", fact, readable, reason) '
            f"VALUES ('desk.reactions', 'k', 'desk', 0, {offset}, 'noise', false, 'no event at all')",
        )
    given_up = await run("parked", "discard", "1")
    assert (given_up.exit_code, "1 later ones wait" in given_up.stdout) == (0, True), given_up.output
    assert (await run("parked", "discard", "1")).exit_code == 1


async def test_after_a_fix_what_was_parked_is_replayed_in_order(run: Run, database: Database) -> None:
    def when_repair_done(fact: Recorded[RepairDone]) -> Send:
        raise KeyError("a bug of this release")

    async with running(replace(service, reactions=Reactions(when_repair_done)), database) as desk:
        anna = desk.client("anna", "clerk")
        number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
        await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
        await desk.settled()
    listed = await run("parked", "list")
    assert "desk.reactions" in listed.stdout
    assert "a bug of this release" in listed.stdout
    refused = await run("parked", "discard", "1")
    assert (refused.exit_code, "must not go on without it" in refused.stdout) == (1, True)
    replayed = await run("parked", "replay", "1")
    assert (replayed.exit_code, replayed.stdout) == (0, f"desk.reactions {number}: 1 replayed, none waits\n")
    assert "nothing is parked" in (await run("parked", "list")).stdout
    last = (await run("events", "tail", "--no-follow")).stdout.splitlines()[-1]
    assert "repair.thanked.v1" in last
