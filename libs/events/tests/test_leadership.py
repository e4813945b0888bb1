"""One leads at a time; who loses the connection loses the lead, at once."""

import asyncio
from typing import Any

import asyncpg
import pytest

from events.leadership import LeadershipLost, leadership
from launch.databases import Database
from launch.fixtures import Postgres


async def test_a_second_one_waits_until_the_first_is_done(database: Database) -> None:
    order = []

    async def lead(name: str, done: asyncio.Event) -> None:
        async with leadership(database.service_url, "it", retry=0.02):
            order.append(f"{name} leads")
            await done.wait()
            order.append(f"{name} is done")

    first, second = asyncio.Event(), asyncio.Event()
    second.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(lead("one", first))
        while not order:
            await asyncio.sleep(0.01)
        group.create_task(lead("two", second))
        await asyncio.sleep(0.2)  # time enough for it to break in
        first.set()
    assert order == ["one leads", "one is done", "two leads", "two is done"]


async def test_other_names_and_other_databases_have_their_own_leaders(
    database: Database, postgres: Postgres
) -> None:
    async with asyncio.timeout(10), leadership(database.service_url, "it"):
        async with leadership(database.service_url, "something else"):
            pass
        async with leadership(postgres.admin_url, "it"):
            pass


async def test_work_is_cancelled_when_the_connection_is_lost(database: Database, postgres: Postgres) -> None:
    async def work() -> None:
        async with leadership(database.service_url, "it") as connection:
            await _end(postgres, await connection.fetchval("SELECT pg_backend_pid()"))
            await asyncio.Event().wait()

    async with asyncio.timeout(10):
        with pytest.raises(LeadershipLost, match="'it' is lost"):
            await work()
        async with leadership(database.service_url, "it"):
            pass


async def test_a_leader_cannot_write_once_the_connection_is_lost(
    database: Database, postgres: Postgres
) -> None:
    async def work() -> None:
        async with leadership(database.service_url, "it") as connection:
            await _end(postgres, await connection.fetchval("SELECT pg_backend_pid()"))
            while True:
                await connection.execute("SELECT 1")

    with pytest.raises(LeadershipLost):
        await work()


async def test_the_work_s_own_failure_stays_what_it_is(database: Database) -> None:
    for error in (TimeoutError("mine"), ValueError("mine")):
        with pytest.raises(type(error), match="mine"):
            async with leadership(database.service_url, "it"):
                raise error


async def test_cancelling_a_leader_frees_the_lead(database: Database) -> None:
    leading = asyncio.Event()

    async def lead() -> None:
        async with leadership(database.service_url, "it"):
            leading.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(lead())
    await leading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), leadership(database.service_url, "it", retry=0.02):
        pass


async def _end(postgres: Postgres, pid: int) -> None:
    admin: Any = await asyncpg.connect(postgres.admin_url)
    await admin.execute("SELECT pg_terminate_backend($1)", pid)
    await admin.close()
