"""Migrations: each service brings its own database up to date, when there is something to do.

Starting a service's Python for it takes seconds, and nearly always it would find nothing. So what
was migrated is recorded: while the revisions' files and the database's revision are as they were
then, there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from launch.leash import Leash
from launch.program import Command, DidNotStart, finish
from launch.services import Service, Surroundings, environment


async def migrate(service: Service, around: Surroundings, log: Path, record: Path, leash: Leash) -> None:
    """Bring the database of a service to its newest revision. Raises `DidNotStart`."""
    owner = around.databases[service.name].owner_url
    files = _fingerprint(service)
    if record.exists() and json.loads(record.read_text()) == {
        "files": files,
        "revision": await _revision(owner),
    }:
        return
    env = {**environment(service, 0, around), "OWNER_DATABASE_URL": owner}
    argv = [sys.executable, "-m", service.module, "migrate"]
    await finish(Command(f"{service.name}'s migration", argv, log, env), leash)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({"files": files, "revision": await _revision(owner)}))


def _fingerprint(service: Service) -> str:
    """What the revisions of a service are, in one word."""
    package = find_spec(service.module)
    if package is None or package.origin is None:
        raise DidNotStart(f"the package {service.module} is not installed; run `make setup`")
    digest = hashlib.sha256()
    for file in sorted(Path(package.origin).parent.glob("migrations/**/*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


async def _revision(owner_url: str) -> str | None:
    """The revision that the database is at; None before the first."""
    connection = await asyncpg.connect(owner_url)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close()
