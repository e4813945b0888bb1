"""What the scenarios run on: one PostgreSQL, one Kafka when it is needed, and services started for each of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from launch.databases import Database
from launch.program import Say
from launch.services import SERVICES, Surroundings
from launch.stage import Stage
from servicekit.testing import TokenIssuer

Progress = Callable[[float, str], None]
"""Told how much of a scenario is done, from 0 to 1, and what is going on."""
NAMES = tuple(service.name for service in SERVICES)


@dataclass(frozen=True, slots=True)
class House:
    """Where a scenario finds what it needs."""

    stage: Stage
    issuer: TokenIssuer
    say: Say
    progress: Progress
    quick: bool
    minutes: float
    """How long Kafka is away in the scenario about that."""

    def seconds(self, full: float, quick: float) -> float:
        return quick if self.quick else full

    def token(self, *roles: str) -> str:
        return self.issuer.token("lin.yue", *(roles or ("sales",)))

    def around(self, databases: Mapping[str, Database], kafka: str | None = None) -> Surroundings:
        """What the services on these databases are told."""
        return Surroundings(databases, self.issuer.url, "smtp://127.0.0.1:1", kafka)


def memory(pid: int) -> float:
    """MiB that a process has in memory (Linux's RSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory of its own: it has ended")


@asynccontextmanager
async def sampled(pid: int) -> AsyncIterator[list[float]]:
    """The memory of a process, looked at all the time while the block runs."""
    sizes = [memory(pid)]

    async def look() -> None:
        while True:
            await asyncio.sleep(0.2)
            sizes.append(memory(pid))

    looking = asyncio.create_task(look())
    try:
        yield sizes
    finally:
        looking.cancel()


class Stopwatch:
    """Shows how much of a known time has passed."""

    def __init__(self, progress: Progress, seconds: float) -> None:
        self._progress = progress
        self._seconds = seconds
        self._started = time.monotonic()

    def tell(self, what: str) -> None:
        self._progress(min(1.0, (time.monotonic() - self._started) / self._seconds), what)
