"""A database with the log's schema, and a log on it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from events import Log, schema
from launch.databases import Database


@pytest.fixture
async def log_database(database: Database) -> Database:
    owner = await asyncpg.connect(database.owner_url)
    try:
        for statement in [*schema.FIRST, *schema.grants(database.name, "log_reader")]:
            await owner.execute(statement)
    finally:
        await owner.close()
    return database


@pytest.fixture
async def log(log_database: Database) -> AsyncIterator[Log]:
    async with Log.open(log_database.service_url) as log:
        yield log


@pytest.fixture
async def pool(log_database: Database) -> AsyncIterator[Any]:  # asyncpg has no types
    async with asyncpg.create_pool(log_database.service_url, min_size=1, max_size=4) as pool:
        yield pool
