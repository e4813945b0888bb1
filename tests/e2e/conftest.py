"""One system over Kafka and one over the embedded feed, each shared by all end-to-end tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from house import House, house

from launch import CannotMeet


@pytest.fixture(scope="session")
def over_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    try:
        with house(tmp_path_factory.mktemp("kafka") / ".data", "kafka") as started:
            yield started
    except CannotMeet as reason:
        if os.environ.get("REQUIRE_KAFKA") == "1":
            pytest.fail(f"REQUIRE_KAFKA=1, but there is no Kafka: {reason}", pytrace=False)
        print(f"\nNO KAFKA: end-to-end tests are skipped: {reason}", file=sys.__stderr__)
        pytest.skip(f"no Kafka: {reason}")


@pytest.fixture(scope="session")
def over_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("embedded") / ".data", "embedded") as started:
        yield started


@pytest.fixture(scope="session", params=["kafka", "embedded"])
def over_each(request: pytest.FixtureRequest) -> House:
    started: House = request.getfixturevalue(f"over_{request.param}")
    return started
