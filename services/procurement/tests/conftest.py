"""Procurement open on a real database, and the log of order-intake that it listens to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from centre import Centre

from events import Log, schema
from events.testing import MONDAY
from launch.databases import Database
from launch.fixtures import Postgres
from procurement.app import service
from servicekit.testing import LocalService, running


@pytest.fixture
def intake_database(postgres: Postgres) -> Iterator[Database]:
    name = "test_procurement_intake"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def intake(intake_database: Database) -> AsyncIterator[Log]:
    """Order-intake's log."""
    owner = await asyncpg.connect(intake_database.owner_url)
    try:
        for statement in [*schema.FIRST, *schema.grants(intake_database.name, "log_reader")]:
            await owner.execute(statement)
    finally:
        await owner.close()
    async with Log.open(intake_database.service_url) as log:
        yield log


@pytest.fixture
async def procurement(
    database: Database, intake: Log, intake_database: Database
) -> AsyncIterator[LocalService]:
    urls = {"order-intake": intake_database.reader_url}
    async with running(service, database, clock=lambda: MONDAY, log_urls=urls) as opened:
        yield opened


@pytest.fixture
async def centre(procurement: LocalService, intake: Log) -> Centre:
    """Its people, who have registered the supplier S-17."""
    people = Centre(procurement, intake)
    await people.register()
    return people
