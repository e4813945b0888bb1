"""Services as programs of their own, as in production: one process, one worker."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from importlib import import_module

from benchmarks.stage import Stage
from launch import services
from launch.databases import Database
from launch.ports import HOST, choose
from launch.probe import is_ready
from launch.program import Command, Program
from launch.services import SERVICES, Surroundings
from servicekit.migrate import migrate
from servicekit.testing import TokenIssuer, settings_for


async def migrated(stage: Stage, issuer: TokenIssuer, *names: str) -> Mapping[str, Database]:
    """A database for each of the services, as its migrations make it."""
    made = {}
    for name in names:
        database = made[name] = await stage.database()
        service = import_module(f"{name.replace('-', '_')}.app").service
        await asyncio.to_thread(migrate, service, settings_for(database, issuer))
    return made


def serving(
    stage: Stage,
    name: str,
    databases: Mapping[str, Database],
    issuer: TokenIssuer,
    *,
    module: str | None = None,
    kafka: str | None = None,
) -> tuple[str, Program]:
    """A service's address, and the program that serves it: its own, or another `module`.

    All that it reacts to must be among `databases`; without `kafka` it reads their logs.
    """
    port = choose()
    service = next(one for one in SERVICES if one.name == name)
    around = Surroundings(databases, issuer.url, "", kafka)
    argv = [sys.executable, "-m", *([module] if module else [service.module, "serve"])]
    command = Command(name, argv, stage.place / f"{name}.log", services.environment(service, port, around))
    return f"http://{HOST}:{port}", Program(command, ready=lambda: is_ready(HOST, port, "/health/ready"))
