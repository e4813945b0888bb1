"""The system under faults: the same programs that production runs, with a proxy before everything.

Services reach PostgreSQL each through a proxy of its own and Kafka through one that they share;
clients reach services through proxies too, so that a cut makes outcomes unknown. Whoever checks
goes past the proxies.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from events.topic import ensure_topic
from faults.disk import Disk, disk
from launch import aot, databases, kafka, postgres
from launch.databases import Database
from launch.jars import Progress
from launch.leash import Leash
from launch.migrations import migrate
from launch.ports import HOST, choose
from launch.probe import is_ready
from launch.program import Command, Program, Say
from launch.proxy import Proxy, through
from launch.running import Running
from launch.services import SERVICES, Surroundings, program
from launch.supervisor import Process, Supervisor

LONGEST_PAUSE = 1.0
"""Seconds until something that died again and again is started: here dying is what it is for."""


@dataclass(frozen=True, slots=True)
class System:
    """A running system and its handles."""

    running: Running
    """Past all proxies."""
    doors: Mapping[str, str]
    """By service, its address for clients."""
    processes: Mapping[str, Process]
    """The services by name, `postgres` and `kafka`."""
    proxies: Mapping[str, Proxy]
    """`http SERVICE` and `postgres SERVICE` for each service, and `kafka`."""
    disk: Disk
    """Where PostgreSQL keeps its data."""
    armed: Path
    """The directory in which crash points are armed."""
    mails: Path


@asynccontextmanager
async def assembled(
    place: Path, say: Say, progress: Progress, *, plant: int | None = None
) -> AsyncIterator[System]:
    """Start it all in `place`, an empty directory. Raises `DidNotStart`, `JavaMissing`, `JarsMissing`."""
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(disk(place))
        leash = stack.enter_context(Leash())
        stores = await stack.enter_async_context(Supervisor(leash, say))
        services = await stack.enter_async_context(Supervisor(leash, say))
        build = _Building(place, leash, stores, services, say, plant)
        stack.push_async_callback(build.close)
        yield await build.all(at, progress)


class _Building:
    def __init__(
        self,
        place: Path,
        leash: Leash,
        stores: Supervisor,
        services: Supervisor,
        say: Say,
        plant: int | None,
    ) -> None:
        self._place = place
        self._leash = leash
        self._stores = stores
        self._services = services
        self._say = say
        self._plant = plant
        self._proxies: dict[str, Proxy] = {}

    async def all(self, at: Disk, progress: Progress) -> System:
        self._say(f"PostgreSQL keeps its data on {at.kind}")
        server = await postgres.start(
            self._stores, at.place / "postgres", self._log("postgres"), longest_pause=LONGEST_PAUSE
        )
        password = databases.passwords(secrets.token_bytes())
        made = {one.name: await databases.create(server.admin_url, one.module, password) for one in SERVICES}
        broker = await self._broker(progress)
        issuer, smtp = await self._issuer()
        self._say("PostgreSQL, Kafka and the issuer are ready")
        around = Surroundings(made, issuer, smtp, f"{HOST}:{self._proxies['kafka'].port}")
        async with asyncio.TaskGroup() as group:
            starting = {one.name: group.create_task(self._service(one.name, around)) for one in SERVICES}
        addresses = {name: task.result() for name, task in starting.items()}
        self._say("all services are ready")
        everyone = [*self._stores.processes, *self._services.processes]
        running = Running(
            services=addresses, issuer=issuer, mail=f"{issuer}/mail", smtp=smtp, broker="kafka", why="faults",
            kafka=broker, postgres_admin_url=server.admin_url, databases=made, pids={}, launcher_pid=os.getpid(),
        )  # fmt: skip
        return System(
            running=running,
            doors={name: through(url, self._proxies[f"http {name}"]) for name, url in addresses.items()},
            processes={process.name: process for process in everyone if process.name != "issuer"},
            proxies=self._proxies,
            disk=at,
            armed=self._armed,
            mails=self._place / "mail" / "messages.jsonl",
        )

    async def close(self) -> None:
        for proxy in self._proxies.values():
            await proxy.cut()

    @property
    def _armed(self) -> Path:
        return self._place / "armed"

    def _log(self, name: str) -> Path:
        return self._place / "logs" / f"{name}.log"

    async def _proxy(self, name: str, port: int) -> Proxy:
        # A port below those of outgoing connections, so that nobody connects to itself while it is cut.
        proxy = self._proxies[name] = Proxy(HOST, port, listen=choose())
        await proxy.mend()
        return proxy

    async def _broker(self, progress: Progress) -> str:
        kit = await kafka.kit(progress)
        cache = await aot.options(kit, self._leash, self._say)
        port = choose()
        proxied = kafka.Proxied(port, (await self._proxy("kafka", port)).port)
        started = await kafka.start(
            self._stores, kit, self._place / "kafka", self._log("kafka"), cache=cache, proxied=proxied,
            longest_pause=LONGEST_PAUSE,
        )  # fmt: skip
        for one in SERVICES:
            await ensure_topic(started.bootstrap, one.name)
        return started.bootstrap

    async def _issuer(self) -> tuple[str, str]:
        port, smtp = choose(), choose()
        ports = ["--port", str(port), "--smtp-port", str(smtp)]
        argv = [sys.executable, "-m", "launch.issuer", *ports, "--data", str(self._place)]
        command = Command("issuer", argv, self._log("issuer"))
        await self._stores.start(Program(command, lambda: is_ready(HOST, port, "/.well-known/jwks.json")))
        return f"http://{HOST}:{port}", f"smtp://{HOST}:{smtp}"

    async def _service(self, name: str, around: Surroundings) -> str:
        """Migrate past the proxies, serve through them; its own address."""
        service = next(one for one in SERVICES if one.name == name)
        record = self._place / "migrated" / f"{service.module}.json"
        direct = replace(around, kafka=None)
        await migrate(service, direct, self._log(f"{name}-migration"), record, self._leash)
        if self._plant is not None:
            from faults.plants import plant_database  # the bugs are only there when one is asked for

            await plant_database(self._plant, around.databases[name].owner_url)
        place = around.databases[name].service_url
        proxy = await self._proxy(f"postgres {name}", int(place.rpartition("/")[0].rpartition(":")[2]))
        own: Database = replace(around.databases[name], service_url=through(place, proxy))
        port = choose()
        await self._proxy(f"http {name}", port)
        served = program(
            service, port, replace(around, databases={**around.databases, name: own}), self._log(name)
        )
        command = served.command
        self._armed.mkdir(exist_ok=True)
        env = {**command.env, "FAULTS_DIR": str(self._armed), "PLANT": str(self._plant or "")}
        argv = [sys.executable, "-m", "faults.program", service.module, "serve"]
        await self._services.start(
            replace(served, command=replace(command, argv=argv, env=env), longest_pause=LONGEST_PAUSE)
        )
        return f"http://{HOST}:{port}"
