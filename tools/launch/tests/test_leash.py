"""Nothing is left behind, also when the launcher itself is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

LAUNCHER = Path(__file__).with_name("launcher.py")


@pytest.fixture(params=["asyncio", "uvloop"])
def launcher(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A launcher in a process of its own, and the pids of what it started and of its watcher."""
    argv = [sys.executable, LAUNCHER, tmp_path, request.param]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, [int(word) for word in process.stdout.readline().split()]
        process.kill()


def test_killing_the_launcher_ends_all_it_started(launcher: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, started = launcher
    assert all(_lives(pid) for pid in started)
    process.kill()
    _wait_until_gone(started)


def test_a_killed_watcher_is_replaced_at_the_next_start(
    launcher: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, (polite, stubborn, watcher) = launcher
    os.kill(watcher, signal.SIGKILL)
    os.kill(polite, signal.SIGKILL)  # it is started again, and that brings a new watcher
    back = _wait_for_line(process, "polite is back")
    process.kill()
    _wait_until_gone([stubborn, int(back.partition("pid ")[2].rstrip(")\n"))])


def _wait_for_line(process: subprocess.Popen[str], start: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if line.startswith(start))


def _wait_until_gone(pids: list[int]) -> None:
    while any(_lives(pid) for pid in pids):
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """A zombie that nobody has waited for is not alive."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
