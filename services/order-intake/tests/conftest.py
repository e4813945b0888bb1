"""Order-intake on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from order_office import Office

from events.testing import MONDAY
from launch.databases import Database
from order_intake.app import service
from servicekit.testing import LocalService, running


@pytest.fixture
async def intake(database: Database) -> AsyncIterator[LocalService]:
    """The service with its reactions to its own facts: what review and procurement say is given by the test."""
    alone = replace(service, sources=("order-intake",))
    async with running(alone, database, clock=lambda: MONDAY) as opened:
        yield opened


@pytest.fixture
def office(intake: LocalService) -> Office:
    return Office(intake)
