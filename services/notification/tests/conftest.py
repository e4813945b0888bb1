"""Notification on a real database, the log of the other services, and a mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import asyncpg
import pytest
from world import Open, World

from events import Log, schema
from launch.databases import Database
from launch.fixtures import Postgres
from notification.app import service
from notification.mailer import mailer
from notification.webhooks.dispatcher import dispatcher
from notification.webhooks.sender import sender
from servicekit import Worker
from servicekit.testing import LocalService, running


@pytest.fixture
def world_database(postgres: Postgres) -> Iterator[Database]:
    name = "test_notification_world"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def world(world_database: Database) -> AsyncIterator[World]:
    """What happens in the other services, all in one log."""
    owner = await asyncpg.connect(world_database.owner_url)
    try:
        for statement in [*schema.FIRST, *schema.grants(world_database.name, "log_reader")]:
            await owner.execute(statement)
    finally:
        await owner.close()
    async with Log.open(world_database.service_url) as log:
        yield World(log)


@pytest.fixture
def open_notification(database: Database, world: World, world_database: Database) -> Open:
    def opened(
        *, smtp_url: str | None = None, mails: bool = True, webhooks: bool = False
    ) -> AbstractAsyncContextManager[LocalService]:
        workers: list[Worker] = [mailer] if mails else []
        workers += [dispatcher, sender] if webhooks else []
        listening = replace(service, sources=("order-intake",), workers=workers)
        urls = {"order-intake": world_database.reader_url}
        return running(listening, database, log_urls=urls, smtp_url=smtp_url)

    return opened
