"""Forty orders of the book through the whole system, over Kafka and over the embedded feed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import asyncpg
import pytest
import topics
from house import House, new_run

pytestmark = pytest.mark.timeout(240)


def test_forty_orders_end_as_planned_and_nothing_is_left_over(over_each: House) -> None:
    outcome = over_each.play(40)
    assert outcome.faults == []
    assert all(planned == seen > 0 for planned, seen in outcome.journeys.values()), outcome.journeys
    assert sum(outcome.states.values()) == 40
    assert outcome.mails >= outcome.messages["mail"] > 0
    if over_each.running.kafka:
        assert topics.faults(over_each.running) == []


def test_a_run_that_is_resumed_does_nothing_twice(over_embedded: House) -> None:
    run = new_run()
    assert over_embedded.play(5, run=run).faults == []
    resumed = over_embedded.play(8, run=run)
    assert resumed.faults == []
    assert resumed.events["order-intake"]["order.received.v1"] == 3, (
        "the first five orders were there already"
    )


def test_a_read_model_that_was_tampered_with_is_told_and_rebuilt(over_embedded: House) -> None:
    """What a play says at its end is worth something: it would not say it of a wrong table."""
    assert over_embedded.play(1).faults == []
    database = over_embedded.running.databases["order-intake"].service_url
    asyncio.run(
        _execute(database, "UPDATE read.order_book_v2 SET state = 'forgotten' WHERE state = 'parts_ready'")
    )
    [fault] = over_embedded.play(1).faults
    assert fault.startswith("order_book of order-intake differs from its replay")
    rebuild = [sys.executable, "-m", "order_intake", "rebuild", "order_book"]
    subprocess.run(rebuild, check=True, env={**os.environ, "DATABASE_URL": database}, capture_output=True)
    assert over_embedded.play(1).faults == []


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        changed = await connection.execute(statement)
    finally:
        await connection.close()
    assert changed != "UPDATE 0"
