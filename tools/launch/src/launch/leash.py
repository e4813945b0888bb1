"""The leash: programs started on it end when the launcher ends, even by SIGKILL.

A small watcher process reads a pipe whose other end only the launcher holds. Each program is
started through a shell that writes its process group to the pipe before it becomes the program,
so there is no moment at which one runs unknown. When the pipe closes, the watcher stops them all; and
when its parent is another than the launcher: a program may have inherited the pipe's other end
(uvloop gives its children more than they were to get), and would keep it open for ever.
The watcher runs this file alone and imports nothing but the standard library, so it starts fast.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from types import TracebackType

_ANNOUNCE = 'echo "+ $$ $0" >&0; exec "$@" </dev/null'
_GRACE = 5.0  # seconds between asking the programs to stop and killing them
_LOOK = (
    0.5  # seconds between two looks whether the launcher lives, and after its end for what was just starting
)


class Leash:
    """Use as `with Leash() as leash`; leaving it stops whatever is still on it."""

    def __init__(self) -> None:
        self._held: dict[int, signal.Signals] = {}

    def __enter__(self) -> Leash:
        self._watch()
        return self

    @property
    def watcher_pid(self) -> int:
        """The watcher, which tests kill."""
        return self._watcher.pid

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(BrokenPipeError):  # the watcher is gone
            os.write(self._pipe, b"end\n")
        os.close(self._pipe)
        self._watcher.wait()

    def command(self, argv: Sequence[str], stop: signal.Signals) -> list[str]:
        """What to run instead of `argv`, with `stdin` as its input and in a session of its own.

        `stop` is what the program gets first when the launcher is gone.
        """
        if self._watcher.poll() is not None:
            os.close(self._pipe)
            self._watch()
        return ["/bin/sh", "-c", _ANNOUNCE, str(int(stop)), *argv]

    @property
    def stdin(self) -> int:
        """The pipe a program announces itself on. It reads from /dev/null afterwards."""
        return self._pipe

    def hold(self, pid: int, stop: signal.Signals) -> None:
        """Remember a started program, in case the watcher must be replaced."""
        self._held[pid] = stop

    def release(self, pid: int) -> None:
        """Forget a program that has ended, before its number is given to another."""
        if self._held.pop(pid, None) is not None:
            with contextlib.suppress(BrokenPipeError):  # the watcher is gone; the next start replaces it
                os.write(self._pipe, f"- {pid}\n".encode())

    def _watch(self) -> None:
        reading, self._pipe = os.pipe()
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(os.getpid())], stdin=reading, start_new_session=True
        )
        os.close(reading)
        for pid, stop in self._held.items():
            os.write(self._pipe, f"+ {pid} {int(stop)}\n".encode())


def watch() -> None:
    """Follow the announcements on standard input; when it closes, stop all that is left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    running: dict[int, int] = {}
    for line in _announcements(launcher=int(sys.argv[1])):
        if line == "end":
            break
        sign, named, *stop = line.split()
        if sign == "+":
            running[int(named)] = int(stop[0])
        else:
            running.pop(int(named), None)
    for group in reversed(running):
        _signal(group, running[group])
    deadline = time.monotonic() + _GRACE
    while any(_signal(group, 0) for group in running) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in running:
        _signal(group, signal.SIGKILL)


def _announcements(launcher: int) -> Iterator[str]:
    """The lines of the pipe, until nobody can write to it any more or the launcher is gone."""
    unfinished = b""
    lives = True
    while lives:
        lives = os.getppid() == launcher
        while select.select([0], [], [], _LOOK)[0]:
            piece = os.read(0, 65536)
            if not piece:
                return
            *lines, unfinished = (unfinished + piece).split(b"\n")
            yield from (line.decode() for line in lines)


def _signal(group: int, number: int) -> bool:
    """Signal a process group; False when there is none."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # PermissionError: the number is another's by now
        return False
    return True


if __name__ == "__main__":
    watch()
