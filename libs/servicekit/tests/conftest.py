"""The desk, open on a real database."""

from collections.abc import AsyncIterator

import pytest
import structlog
from desk.app import service

from launch.databases import Database
from servicekit.telemetry import errors_in_short
from servicekit.testing import LocalService, running


@pytest.fixture(scope="session", autouse=True)
def _short_logs() -> None:
    structlog.configure(processors=[errors_in_short, structlog.processors.KeyValueRenderer()])


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[LocalService]:
    async with running(service, database) as desk:
        yield desk
