"""What dies is started again; what cannot start says why; what is asked to end does."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from launch import ports
from launch.leash import Leash
from launch.probe import is_ready
from launch.program import Command, DidNotStart, Program
from launch.supervisor import Supervisor

STANDIN = Path(__file__).with_name("standin.py")


def standin(directory: Path, *words: str, grace: float = 10.0) -> Program:
    port = ports.choose()
    command = Command("standin", [sys.executable, str(STANDIN), str(port), *words], directory / "standin.log")
    return Program(command, ready=lambda: is_ready(ports.HOST, port, "/"), grace=grace)


async def never() -> bool:
    return False


async def test_what_is_killed_comes_back_by_itself(tmp_path: Path, leash: Leash) -> None:
    said: list[str] = []
    async with Supervisor(leash, said.append) as supervisor:
        process = await supervisor.start(standin(tmp_path))
        first = process.pid
        process.kill()
        await process.ready()
        assert process.pid != first
    assert said == [
        "standin ended with SIGKILL; starting it again in 0.2 s",
        f"standin is back (pid {process.pid})",
    ]


async def test_what_was_started_again_is_reported(tmp_path: Path, leash: Leash) -> None:
    pids: list[int] = []
    supervisor = Supervisor(leash, lambda _: None, lambda: pids.extend(p.pid for p in supervisor.processes))
    async with supervisor:
        process = await supervisor.start(standin(tmp_path))
        process.kill()
        await process.ready()
    assert len(set(pids)) == 2


async def test_what_cannot_start_fails_with_the_end_of_its_log(tmp_path: Path, leash: Leash) -> None:
    broken = Command(
        "broken", [sys.executable, "-c", "raise SystemExit('no such database')"], tmp_path / "log"
    )
    async with Supervisor(leash, lambda _: None) as supervisor:
        with pytest.raises(DidNotStart, match="exit code 1\nno such database"):
            await supervisor.start(Program(broken, ready=never))


async def test_a_program_that_is_not_there_is_named(tmp_path: Path, leash: Leash) -> None:
    missing = Command("missing", ["/no/such/program"], tmp_path / "log")
    async with Supervisor(leash, lambda _: None) as supervisor:
        with pytest.raises(DidNotStart, match="/no/such/program"):
            await supervisor.start(Program(missing, ready=never))


async def test_what_never_gets_ready_fails(tmp_path: Path, leash: Leash) -> None:
    idle = Command(
        "idle",
        [sys.executable, "-c", "import time; print('waiting', flush=True); time.sleep(600)"],
        tmp_path / "log",
    )
    async with Supervisor(leash, lambda _: None) as supervisor:
        with pytest.raises(DidNotStart, match="was not ready within 1 s\nwaiting"):
            await supervisor.start(Program(idle, ready=never, patience=1.0))


async def test_what_does_not_end_when_asked_is_killed(tmp_path: Path, leash: Leash) -> None:
    said: list[str] = []
    async with Supervisor(leash, said.append) as supervisor:
        process = await supervisor.start(standin(tmp_path, "stubborn", grace=0.2))
    assert said == ["standin did not stop within 0 s and is killed"]
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, signal.SIG_DFL)
