"""Programs: what to run, and running one to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launch.leash import Leash
from launch.unprivileged import Account

LONGEST_PAUSE = 10.0
Say = Callable[[str], None]
"""Told, in one line, what a person at the terminal should know."""


class DidNotStart(Exception):
    """Something could not be started. The text says why, and ends with the last lines of its log."""


async def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, as whom, and where its output goes."""

    name: str
    argv: Sequence[str]
    log: Path
    """Its output is appended here."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the launcher's own environment."""
    account: Account = field(default_factory=Account)
    stop: signal.Signals = signal.SIGTERM
    """What asks it to end."""


@dataclass(frozen=True, slots=True)
class Program:
    """A server to keep running, and how to tell that it works."""

    command: Command
    ready: Callable[[], Awaitable[bool]]
    """Asked again and again after a start until it says yes."""
    before: Callable[[], Awaitable[None]] = _nothing
    """Done before every start."""
    grace: float = 10.0
    """Seconds it has to end when asked, before it is killed."""
    patience: float = 120.0
    """Seconds until its first start counts as failed."""
    longest_pause: float = LONGEST_PAUSE
    """Seconds at most between a death and the next start; the first pauses are shorter."""


async def spawn(command: Command, leash: Leash) -> asyncio.subprocess.Process:
    """Start it, on the leash and in a session of its own. Raises `OSError`."""
    argv = leash.command([*command.account.prefix, *command.argv], command.stop)
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=leash.stdin, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, **command.env}, **command.account.options,
        )  # fmt: skip
    leash.hold(child.pid, command.stop)
    return child


async def finish(command: Command, leash: Leash) -> None:
    """Run it to its end. Raises `DidNotStart` when it fails."""
    child = await spawn(command, leash)
    try:
        if code := await child.wait():
            raise failure(command, f"failed with {reason(code)}")
    finally:
        kill_group(child.pid)
        leash.release(child.pid)


def failure(command: Command, what: str) -> DidNotStart:
    """An error that shows the end of the log."""
    return DidNotStart(f"{command.name} {what}\n{_tail(command.log)}\n(all of it: {command.log})")


def reason(code: int) -> str:
    """An exit status in words."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def kill_group(group: int) -> None:
    """SIGKILL to whatever is left of a program and of what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
