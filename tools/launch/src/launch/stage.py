"""A stage for parts of the system: a PostgreSQL and a Kafka of its own, databases, and single services.

`launch.system` starts everything as it is used; benchmarks and load tests start here what they need,
as often as they need it. Everything is removed at the end.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from launch import aot, databases, kafka, postgres, services
from launch.databases import Database
from launch.leash import Leash
from launch.migrations import migrate
from launch.ports import HOST, choose
from launch.probe import is_ready
from launch.program import Command, Program, Say
from launch.services import SERVICES, Surroundings
from launch.supervisor import Process, Supervisor


@dataclass(frozen=True, slots=True)
class Place:
    """A started PostgreSQL, and where to put things."""

    directory: Path
    supervisor: Supervisor
    admin_url: str
    say: Say


@asynccontextmanager
async def place(say: Say) -> AsyncIterator[Place]:
    """Start PostgreSQL with fsync on; end and remove it, and all that came after it, on leaving."""
    with tempfile.TemporaryDirectory(prefix="fulfilment-stage-") as directory, Leash() as leash:
        path = Path(os.path.realpath(directory))
        async with Supervisor(leash, say) as supervisor:
            server = await postgres.start(supervisor, path / "postgres", path / "postgres.log")
            yield Place(path, supervisor, server.admin_url, say)


class Stage:
    """What single services run on, made on a `place`."""

    def __init__(self, place: Place) -> None:
        self.place = place.directory
        self.supervisor = place.supervisor
        self.admin_url = place.admin_url
        self.say = place.say
        self.broker: Process | None = None
        """Kafka's, once it was asked for."""
        self._password = databases.passwords(secrets.token_bytes())
        self._bootstrap: str | None = None

    async def kafka(self) -> str:
        """Bootstrap servers of a broker, started when first asked for."""
        if self._bootstrap is None:
            self.say("starting Apache Kafka")
            kit = await kafka.kit(lambda done, total: None)
            cache = await aot.options(kit, self.supervisor.leash, self.say)
            data, log = self.place / "kafka", self.place / "kafka.log"
            started = await kafka.start(self.supervisor, kit, data, log, cache=cache)
            self.broker, self._bootstrap = started.process, started.bootstrap
        return self._bootstrap

    @asynccontextmanager
    async def running(self, *programs: Program) -> AsyncIterator[list[Process]]:
        """Run programs for the length of the block."""
        async with Supervisor(self.supervisor.leash, self.say) as supervisor:
            yield [await supervisor.start(program) for program in programs]

    async def database(self) -> Database:
        """A new database with nothing in it."""
        return await databases.create(self.admin_url, f"stage_{secrets.token_hex(4)}", self._password)

    async def migrated(self, *names: str) -> Mapping[str, Database]:
        """A database for each of the services, as its migrations make it."""
        made = {name: await self.database() for name in names}
        around = Surroundings(made, "http://127.0.0.1:1", "", None)
        for service in SERVICES:
            if service.name in made:
                log, record = self.place / "migrations.log", self.place / made[service.name].name
                await migrate(service, around, log, record, self.supervisor.leash)
        return made

    def serving(
        self,
        name: str,
        around: Surroundings,
        *,
        module: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> tuple[str, Program]:
        """A service's address, and the program that serves it: its own, or another `module`.

        All that it reacts to must be among the databases around it; without Kafka it reads their logs.
        """
        port = choose()
        service = next(one for one in SERVICES if one.name == name)
        argv = [sys.executable, "-m", *([module] if module else [service.module, "serve"])]
        environment = {**services.environment(service, port, around), **(settings or {})}
        command = Command(name, argv, self.place / f"{name}-{port}.log", environment)
        return f"http://{HOST}:{port}", Program(command, ready=lambda: is_ready(HOST, port, "/health/ready"))
