"""Review by itself on a real database, and the people who work with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from review_house import House

from events import Reactions
from events.testing import MONDAY
from launch.databases import Database
from review.app import service
from servicekit.testing import LocalService, running


@pytest.fixture
async def review(database: Database) -> AsyncIterator[LocalService]:
    """The service by itself: what order-intake says is given by the test."""
    alone = replace(service, reactions=Reactions(), sources=())
    async with running(alone, database, clock=lambda: MONDAY) as opened:
        yield opened


@pytest.fixture
def house(review: LocalService) -> House:
    """Its people."""
    return House(review)
