"""What Prometheus is told, and what it is not."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from desk.app import service

from launch.databases import Database
from servicekit import lags
from servicekit.testing import LocalService, running

TIMEOUTS = 'db_client_connection_timeouts_total{db_client_connection_pool_name="reads"}'


async def figures(desk: LocalService) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = await desk.nobody.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = (line for line in answer.text.splitlines() if not line.startswith("#"))
    samples = (line.rpartition(" ") for line in lines)
    return {name: float(value) for name, _, value in samples}


async def test_lags_states_and_parked_events_are_told(desk: LocalService) -> None:
    await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
    await desk.settled()
    told = await figures(desk)
    assert told['projection_lag_events{projection="shelf"}'] == 0
    assert told['parked_orders{consumer="shelf_v1"}'] == 0
    assert told['loop_failing{loop="projection shelf"}'] == 0
    assert told['read_model_rows{model="shelf",state="open"}'] >= 1
    assert told['fulfilment_event_end_to_end_seconds_count{projection="shelf"}'] >= 1


async def test_requests_are_timed_by_route_and_never_by_id(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    made = (await anna.post("/repairs", json={"title": "clock"})).json()
    await anna.get(f"/repairs/{made['id']}")
    await anna.get("/repairs/no-such-thing")
    told = await figures(desk)
    timed = [name for name in told if name.startswith("http_server_request_duration_seconds_count")]
    assert any('http_route="/repairs/{id}"' in name and 'status_code="404"' in name for name in timed)
    assert not any(made["id"] in name or "clock" in name for name in told)


async def test_a_repeated_command_is_counted(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    name = 'idempotent_replays_total{category="repair"}'
    before = (await figures(desk)).get(name, 0)
    for _ in range(2):
        await anna.post("/repairs", json={"title": "clock"}, headers={"Idempotency-Key": "metrics-1"})
    assert (await figures(desk))[name] == before + 1


async def test_reactions_that_hang_are_told_to_be_behind(
    desk: LocalService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lags, "LOOK", 0.05)
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("BEGIN; LOCK TABLE feed.checkpoint IN EXCLUSIVE MODE")
    await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
    while await behind(desk) < 1:
        await asyncio.sleep(0.05)
    await connection.close()
    while await behind(desk) > 0:
        await asyncio.sleep(0.05)


async def behind(desk: LocalService) -> float:
    told = await figures(desk)
    return sum(value for name, value in told.items() if name.startswith("kafka_consumer_group_lag{"))


async def test_waiting_for_a_connection_is_timed_and_waiting_in_vain_is_counted(database: Database) -> None:
    async with running(service, database, read_pool_size=1, read_pool_wait=0.05) as desk:
        before = (await figures(desk)).get(TIMEOUTS, 0)
        async with desk.runtime.engine.connect():
            assert (await desk.client("anna", "clerk").get("/repairs")).status_code == 503
        told = await figures(desk)
        assert told[TIMEOUTS] >= before + 1
        assert (
            told['db_client_connection_wait_time_seconds_count{db_client_connection_pool_name="reads"}'] >= 2
        )


async def test_a_relay_that_cannot_publish_is_told_to_fail(database: Database) -> None:
    async with running(service, database, kafka_bootstrap_servers="127.0.0.1:1") as desk:
        while (await figures(desk)).get('loop_failing{loop="relay"}') != 1:
            await asyncio.sleep(0.05)
