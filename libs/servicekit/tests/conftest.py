"""The desk, open on a real database."""

from collections.abc import AsyncIterator

import pytest
from desk.app import service

from launch.databases import Database
from servicekit.testing import LocalService, running


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[LocalService]:
    async with running(service, database) as desk:
        yield desk
