"""The client's opposite in these tests: the real order-intake, on a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from listening import Listening, Served

from events import Reactions
from launch.databases import Database
from order_intake.app import service
from servicekit.testing import running


@pytest.fixture
async def served(database: Database) -> AsyncIterator[Served]:
    """order-intake by itself: nothing comes from the other services."""
    alone = replace(service, reactions=Reactions(), sources=())
    async with running(alone, database) as opened, Listening(opened) as url:
        yield Served(url, opened.issuer.token)
