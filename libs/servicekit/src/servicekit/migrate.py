"""Migrations: one alembic tree in each service's package, run as the database's owner.

A service's `migrations/env.py` is two lines, `from servicekit.migrate import run` and `run()`;
its first revision calls `create_log()`.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from events import schema
from servicekit.service import Service
from servicekit.settings import DatabaseSettings

READER = "log_reader"
"""The role that the embedded feeds of other services read a log as; it is granted that where it exists."""


def migrate(service: Service, settings: DatabaseSettings) -> str:
    """Bring a service's database to the newest revision; several at once wait for each other. Gives the revision."""
    if settings.owner_database_url is None:
        raise ValueError(
            "OWNER_DATABASE_URL is not set; migrations run as the database's owner, not as the service"
        )
    config = _config(service.package)
    config.attributes["owner_url"] = settings.owner_database_url.get_secret_value()
    config.attributes["service_role"] = make_url(settings.database_url.get_secret_value()).username
    command.upgrade(config, "head")
    return Revisions(service.package).head


class Revisions:
    """The revisions that a service's code knows."""

    def __init__(self, package: Path) -> None:
        self._script = ScriptDirectory.from_config(_config(package))

    @cached_property
    def head(self) -> str:
        return self._script.get_current_head() or ""

    def is_older(self, revision: str) -> bool:
        """Whether a database at `revision` lacks something. One this code does not know is newer: a
        rolling deployment migrates before the last old process ends."""
        try:
            return revision != self.head and self._script.get_revision(revision) is not None
        except CommandError:
            return False


def run() -> None:
    """What `env.py` calls: upgrade online, in one transaction, one process at a time."""
    asyncio.run(_run(context.config.attributes["owner_url"]))


def create_log() -> None:
    """The log, the feeds' places and the read models' schema, with what the service's role may do there."""
    bind = op.get_bind()
    reader = bind.scalar(text("SELECT rolname FROM pg_roles WHERE rolname = :reader"), {"reader": READER})
    role = context.config.attributes["service_role"]
    for statement in [*schema.FIRST, *schema.grants(role, reader)]:
        bind.exec_driver_sql(statement)
    bind.exec_driver_sql(f'GRANT SELECT ON alembic_version TO "{role}"')


async def _run(url: str) -> None:
    async def connect() -> Any:  # by asyncpg itself, which knows all that a URL may say
        return await asyncpg.connect(url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    context.configure(connection=connection)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))"))
        context.run_migrations()


def _config(package: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(package / "migrations").replace("%", "%%"))
    return config
