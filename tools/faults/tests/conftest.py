"""What a run without faults leaves behind, made once for all tests of the checkers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from notebook import Written, written

from faults.checkers import looking
from launch.fixtures import Postgres


@pytest.fixture(scope="session")
def _notebook(postgres: Postgres, kafka: str) -> Iterator[Written]:
    names = [f"test_{secrets.token_hex(6)}" for _ in range(2)]
    notes, copies = [postgres.create_database(name) for name in names]
    yield asyncio.run(written(notes, copies, kafka, lines=12))
    for name in names:
        postgres.drop_database(name)


@pytest.fixture
def notebook(_notebook: Written, monkeypatch: pytest.MonkeyPatch) -> Written:
    """A world of two small services, as the checkers know them."""
    for service in (_notebook.notes, _notebook.copies):
        monkeypatch.setitem(looking.SERVICES, service.name, service)
    return _notebook
