"""PostgreSQL comes back after whatever was done to it, with everything that was committed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncpg
import pytest

from launch import postgres
from launch.leash import Leash
from launch.program import spawn
from launch.supervisor import Supervisor


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


async def remember(url: str, what: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS notes (what text)")
        await connection.execute("INSERT INTO notes VALUES ($1)", what)
    finally:
        await connection.close()


async def remembered(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["what"] for row in await connection.fetch("SELECT what FROM notes")]
    finally:
        await connection.close()


async def test_what_was_committed_survives_a_kill(data: Path, leash: Leash) -> None:
    async with Supervisor(leash, lambda _: None) as supervisor:
        server = await postgres.start(supervisor, data, data.with_suffix(".log"))
        await remember(server.admin_url, "before the kill")
        server.process.kill()
        await server.process.ready()
        assert await remembered(server.admin_url) == ["before the kill"]


async def test_data_and_password_survive_a_restart(data: Path, leash: Leash) -> None:
    for expected in (["first"], ["first", "second"]):
        async with Supervisor(leash, lambda _: None) as supervisor:
            server = await postgres.start(supervisor, data, data.with_suffix(".log"))
            await remember(server.admin_url, expected[-1])
            assert await remembered(server.admin_url) == expected


@pytest.mark.parametrize(
    "pid", [str(os.getpid()), "", "garbage"], ids=["of another program", "empty", "garbage"]
)
async def test_a_pid_file_left_behind_does_not_stop_it(data: Path, leash: Leash, pid: str) -> None:
    async with Supervisor(leash, lambda _: None) as supervisor:
        await postgres.start(supervisor, data, data.with_suffix(".log"))
    (data / "postmaster.pid").write_text(f"{pid}\n{data}\n")
    async with Supervisor(leash, lambda _: None) as supervisor:
        server = await postgres.start(supervisor, data, data.with_suffix(".log"))
        assert await postgres.answers(server.admin_url)


async def test_a_server_left_behind_is_ended_first(data: Path, leash: Leash) -> None:
    async with Supervisor(leash, lambda _: None) as supervisor:
        first = await postgres.start(supervisor, data, data.with_suffix(".log"))
    left_behind = await spawn(first.process.program.command, leash)
    while not await postgres.answers(first.admin_url):
        await asyncio.sleep(0.05)
    async with Supervisor(leash, lambda _: None) as supervisor:
        second = await postgres.start(supervisor, data, data.with_suffix(".log"))
        assert await left_behind.wait() == 0
        assert await postgres.answers(second.admin_url)
