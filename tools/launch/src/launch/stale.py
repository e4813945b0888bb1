"""What a PostgreSQL that was killed leaves behind, cleared away before the next start.

Its pid file may name a number that is somebody else's by now, and PostgreSQL would then refuse to
start; or a server of an earlier launcher may really still run on the data.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

_PATIENCE = 5.0  # seconds for each way of asking it to end
_POLL = 0.05


async def end_stale_server(data: Path) -> None:
    """End a server that still runs on `data`, and remove its pid file."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = _pid_in(pid_file)
    for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not await _is_server(pid, data):
            break
        os.kill(pid, stop)
        for _ in range(round(_PATIENCE / _POLL)):
            if not await _is_server(pid, data):
                break
            await asyncio.sleep(_POLL)
    pid_file.unlink(missing_ok=True)


def _pid_in(pid_file: Path) -> int:
    """The number on the first line; 0 when it was cut off before it was written."""
    first = pid_file.read_text().partition("\n")[0]
    return int(first) if first.isdigit() else 0


async def _is_server(pid: int, data: Path) -> bool:
    """Whether the process `pid` is a PostgreSQL server on this data directory."""
    if pid == 0:
        return False
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        "ps", "-ww", "-o", "command=", "-p", str(pid), stdout=pipe, stderr=nothing
    )
    output, _ = await child.communicate()
    words = output.decode(errors="replace")
    return "postgres" in words and str(data) in words
