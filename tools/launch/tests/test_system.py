"""The whole system: found while it runs, one to a directory, back after a kill, and gone afterwards."""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil
import pytest

import launch
from launch import AlreadyRunning, Running, Wish


async def seen_ready(running: Running) -> set[str]:
    async with httpx.AsyncClient(timeout=30) as client:
        return {
            n for n, url in running.services.items() if (await client.get(f"{url}/health/ready")).is_success
        }


@pytest.mark.timeout(300)
async def test_from_start_to_end(tmp_path: Path) -> None:
    said: list[str] = []
    async with launch.system(tmp_path, wish=Wish("embedded"), say=said.append) as system:
        running = system.running
        assert await seen_ready(running) == {"order-intake", "review", "procurement", "notification"}
        assert (running.broker, running.why) == ("embedded", "BROKER=embedded asks for it")
        assert launch.find(tmp_path) == running

        with pytest.raises(AlreadyRunning, match="already runs on"):
            async with launch.system(tmp_path):
                pass

        for name in ("review", "postgres", "issuer"):
            system.kill(name)
            await system.ready(name)
        found = launch.find(tmp_path)
        assert found is not None
        assert found.pids == system.running.pids
        assert not set(found.pids.values()) & {
            running.pids[name] for name in ("review", "postgres", "issuer")
        }
        assert sum("ended with SIGKILL" in line for line in said) == 3
    assert launch.find(tmp_path) is None
    assert not any(psutil.pid_exists(pid) for pid in found.pids.values())


def test_a_run_file_that_a_killed_launcher_left_behind_deceives_nobody(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "launcher.lock").touch()
    assert launch.find(tmp_path) is None
