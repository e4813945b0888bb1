"""A real Prometheus (Debian's package, or one on the path) that watches the running system."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from faults.alarms.rules import Document
from launch.ports import HOST, choose
from launch.probe import is_ready
from launch.program import Command, DidNotStart, Program
from launch.supervisor import Supervisor

_POLL = 0.25


@dataclass(frozen=True, slots=True)
class Alert:
    """One that fires at this moment, as Prometheus tells it."""

    name: str
    labels: tuple[tuple[str, str], ...]
    summary: str


class Prometheus:
    """What its API says."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def firing(self) -> Sequence[Alert]:
        """The alerts that fire now; those that are pending do not."""
        answer = await self._http.get(f"{self.url}/api/v1/alerts")
        alerts = answer.raise_for_status().json()["data"]["alerts"]
        return [
            Alert(one["labels"]["alertname"], tuple(sorted(one["labels"].items())), one["annotations"]["summary"])
            for one in alerts
            if one["state"] == "firing"
        ]  # fmt: skip

    async def until(self, met: Callable[[Sequence[Alert]], bool], seconds: float) -> Sequence[Alert] | None:
        """Look again and again until the alerts are as they should be; None when that takes too long."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while clock() < end:
            if met(alerts := await self.firing()):
                return alerts
            await asyncio.sleep(_POLL)
        return None

    async def answers(self, query: str, seconds: float) -> int:
        """How many series a query gave within the last seconds."""
        now = time.time()
        asked: dict[str, str | float] = {"query": query, "start": now - seconds, "end": now, "step": 5}
        answer = await self._http.get(f"{self.url}/api/v1/query_range", params=asked)
        return len(answer.raise_for_status().json()["data"]["result"])


async def start(
    supervisor: Supervisor, http: httpx.AsyncClient, place: Path, rules: Document, configuration: Document
) -> Prometheus:
    """Start one on its own port. Raises `DidNotStart`, also when there is no such program."""
    program = shutil.which("prometheus")
    if program is None:
        raise DidNotStart("there is no prometheus on the path: install Debian's package prometheus")
    place.mkdir()
    (place / "rules.yml").write_text(yaml.safe_dump(rules))
    (place / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    port = choose()
    argv = [
        program, f"--config.file={place / 'prometheus.yml'}", f"--storage.tsdb.path={place / 'data'}",
        f"--web.listen-address={HOST}:{port}",
    ]  # fmt: skip
    command = Command("prometheus", argv, place / "prometheus.log")
    await supervisor.start(Program(command, lambda: is_ready(HOST, port, "/-/ready")))
    return Prometheus(f"http://{HOST}:{port}", http)
