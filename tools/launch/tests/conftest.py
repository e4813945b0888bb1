"""A leash and what the supervisor says, for the tests of supervision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from launch.leash import Leash


@pytest.fixture
def leash() -> Iterator[Leash]:
    with Leash() as leash:
        yield leash
