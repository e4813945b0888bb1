"""The machine a figure is of, and whether it had anything else to do."""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no types

QUIET = 0.10
"""Share of the processors that others may use while we measure."""
PATIENCE = 30.0
"""Seconds to wait for a quiet moment; then it is measured all the same, and said."""


def described() -> str:
    """Processors, memory and Python, in a line."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores ({_model()}), {memory:.0f} GiB, Python {platform.python_version()}"


async def quiet(patience: float = PATIENCE) -> float:
    """Wait until the machine is idle; the share of its processors that is in use after that.

    Call it while nothing of ours works.
    """
    until = asyncio.get_running_loop().time() + patience
    psutil.cpu_percent()
    while True:
        await asyncio.sleep(1.0)
        used = float(psutil.cpu_percent()) / 100
        if used <= QUIET or asyncio.get_running_loop().time() >= until:
            return used


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
