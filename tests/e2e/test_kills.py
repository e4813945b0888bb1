"""kill -9 while orders are on their way: the launcher starts it again, and all ends as if nothing had been."""

from __future__ import annotations

import pytest
import topics
from house import House

pytestmark = pytest.mark.timeout(240)
SERVICES = ("order-intake", "review", "procurement", "notification")


@pytest.mark.parametrize("name", [*SERVICES, "kafka", "postgres"])
def test_over_kafka(over_kafka: House, name: str) -> None:
    before = over_kafka.running.pids[name]
    assert over_kafka.play(8, kill=name).faults == []
    assert over_kafka.running.pids[name] != before
    assert topics.faults(over_kafka.running) == []


@pytest.mark.parametrize("name", ["review", "postgres"])
def test_over_the_embedded_feed(over_embedded: House, name: str) -> None:
    before = over_embedded.running.pids[name]
    assert over_embedded.play(8, kill=name).faults == []
    assert over_embedded.running.pids[name] != before
