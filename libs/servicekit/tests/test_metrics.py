"""What Prometheus is told, and what it is not."""

from __future__ import annotations

from servicekit.testing import LocalService


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
