"""The whole system on one machine: what is started, in which order, and with what.

This is the only place where the parts are put together; `make run`, the demo and the end-to-end
tests all come here.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from launch import aot, brokers, databases, kafka, postgres
from launch.brokers import Choice, Wish
from launch.databases import Database
from launch.jars import Progress
from launch.leash import Leash
from launch.migrations import migrate
from launch.ports import HOST
from launch.probe import is_ready
from launch.program import Command, Program, Say
from launch.running import Running, only_one, publish
from launch.services import SERVICES, Service, Surroundings, program
from launch.site import USUAL_PORTS, Site
from launch.supervisor import Process, Supervisor


def _quiet(_done: int, _total: int) -> None:
    return


@asynccontextmanager
async def system(
    data: Path,
    *,
    wish: Wish | None = None,
    admin_url: str | None = None,
    usual_ports: bool = False,
    say: Say = print,
    progress: Progress = _quiet,
) -> AsyncIterator[System]:
    """Start everything on the directory `data`, and stop it on leaving.

    `wish` is what the settings ask of the broker, `admin_url` a PostgreSQL of one's own; `say` and
    `progress` are told what goes on. Raises `DidNotStart`, `CannotMeet` and `AlreadyRunning`.
    """
    site = Site(data.resolve(), usual_ports)
    with only_one(site.data), Leash() as leash:
        started = System(site, leash, say, progress)
        # What others depend on is in an outer supervisor, and so ends after them.
        async with started.stores, started.middle, started.services:
            await started.start(wish or Wish(), admin_url)
            yield started


class System:
    """A running system, as the one who started it sees it. `system` makes it."""

    def __init__(self, site: Site, leash: Leash, say: Say, progress: Progress) -> None:
        self._site = site
        self._leash = leash
        self._say = say
        self._progress = progress
        self._running: Running | None = None
        self.stores = Supervisor(leash, say, self._publish)
        self.middle = Supervisor(leash, say, self._publish)
        self.services = Supervisor(leash, say, self._publish)

    @property
    def running(self) -> Running:
        """Where everything is, with the process ids of this moment."""
        if self._running is None:
            raise RuntimeError("the system is not ready yet")
        return replace(self._running, pids={name: process.pid for name, process in self._processes.items()})

    def kill(self, name: str) -> None:
        """`kill -9` of a service, `postgres`, `kafka` or `issuer`. It is started again."""
        self._processes[name].kill()

    async def ready(self, name: str) -> None:
        """Wait until that program is up, also again after a death."""
        await self._processes[name].ready()

    async def start(self, wish: Wish, admin_url: str | None) -> None:
        """Start all, as far as possible at the same time."""
        async with _together() as group:
            stores = group.create_task(self._start_databases(admin_url))
            broker = group.create_task(self._start_broker(wish))
            issuer = group.create_task(self._start_issuer())
        url, made = stores.result()
        choice, bootstrap = broker.result()
        issuer_url, smtp = issuer.result()
        ports = {one.name: self._site.port(one.port) for one in SERVICES}
        around = Surroundings(made, issuer_url, smtp, bootstrap, ports)
        async with _together() as group:
            services = {one.name: group.create_task(self._start_service(one, around)) for one in SERVICES}
        self._running = Running(
            services={name: service.result() for name, service in services.items()}, issuer=issuer_url,
            mail=f"{issuer_url}/mail", smtp=smtp, broker="kafka" if bootstrap else "embedded", why=choice.why,
            kafka=bootstrap, postgres_admin_url=url, databases=made, pids={}, launcher_pid=os.getpid(),
        )  # fmt: skip
        self._publish()

    async def _start_databases(self, admin_url: str | None) -> tuple[str, dict[str, Database]]:
        if admin_url is None:
            data, log = self._site.data / "postgres", self._site.log("postgres")
            started = await postgres.start(self.stores, data, log, self._site.wish("postgres"))
            admin_url = started.admin_url
        password = databases.passwords(self._site.secret())
        made = {one.name: await databases.create(admin_url, one.module, password) for one in SERVICES}
        self._say("PostgreSQL is ready")
        return admin_url, made

    async def _start_broker(self, wish: Wish) -> tuple[Choice, str | None]:
        choice = await brokers.choose(wish, self._say, self._progress)
        bootstrap = choice.bootstrap
        if choice.kit:
            cache = await aot.options(choice.kit, self._leash, self._say)
            data, log, port = self._site.data / "kafka", self._site.log("kafka"), self._site.wish("kafka")
            started = await kafka.start(self.middle, choice.kit, data, log, wished_port=port, cache=cache)
            bootstrap = started.bootstrap
        if bootstrap:
            await brokers.hold_to(self._site.data / "kafka-cluster", bootstrap)
            from events.topic import ensure_topic  # slow to import; other things are starting meanwhile

            for service in SERVICES:
                await ensure_topic(bootstrap, service.name)
            self._say("Kafka is ready")
        return choice, bootstrap

    async def _start_issuer(self) -> tuple[str, str]:
        port, smtp_port = self._site.port(USUAL_PORTS["issuer"]), self._site.port(USUAL_PORTS["smtp"])
        ports = ["--port", str(port), "--smtp-port", str(smtp_port)]
        argv = [sys.executable, "-m", "launch.issuer", *ports, "--data", str(self._site.data)]
        command = Command("issuer", argv, self._site.log("issuer"))
        await self.middle.start(Program(command, lambda: is_ready(HOST, port, "/.well-known/jwks.json")))
        return f"http://{HOST}:{port}", f"smtp://{HOST}:{smtp_port}"

    async def _start_service(self, service: Service, around: Surroundings) -> str:
        port, log = around.ports[service.name], self._site.log(service.name)
        record = self._site.data / "migrated" / f"{service.module}.json"
        await migrate(service, around, log, record, self._leash)
        await self.services.start(program(service, port, around, log))
        self._say(f"{service.name} is ready")
        return f"http://{HOST}:{port}"

    @property
    def _processes(self) -> dict[str, Process]:
        everyone = [*self.stores.processes, *self.middle.processes, *self.services.processes]
        return {process.name: process for process in everyone}

    def _publish(self) -> None:
        """Write down where everything is, once all is; and again whenever something was started anew."""
        if self._running is not None:
            publish(self._site.data, self.running)


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first failure is the failure, so that a person reads one error and not a tree."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
