"""Liveness and readiness: the truth, with the reason."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
from desk.app import service

from launch.databases import Database
from launch.proxy import proxied
from servicekit import Runtime, create_app
from servicekit.testing import LocalService, running, settings_for, token_issuer


async def ready(desk: LocalService) -> tuple[int, dict[str, Any], dict[str, Any]]:
    answer = await desk.nobody.get("/health/ready")
    found = answer.json()
    return answer.status_code, found, {check["name"]: check for check in found["checks"]}


async def test_a_service_is_ready(desk: LocalService) -> None:
    await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
    await desk.settled()
    status, found, checks = await ready(desk)
    assert (status, found["state"], found["service"]) == (200, "ok", "desk")
    assert set(checks) == {
        "process", "database", "projection shelf", "past read models", "reactions", "reactions' lag",
        "followers",
        "followers' reads",
    }  # fmt: skip
    assert checks["database"]["reason"] == "schema at 0001"
    assert checks["projection shelf"]["behind"] == 0
    assert (await desk.nobody.get("/health/live")).json() == {"state": "ok"}


async def test_one_that_is_told_to_end_says_so_and_still_answers(desk: LocalService) -> None:
    desk.runtime.stopping = True
    status, _, checks = await ready(desk)
    assert (status, checks["process"]["state"]) == (503, "failed")
    answer = await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
    assert answer.status_code == 201
    assert answer.headers["connection"] == "close"


async def test_a_database_that_goes_away_and_comes_back(database: Database) -> None:
    async with (
        proxied(database.service_url) as (proxy, url),
        running(service, database, database_url=url) as desk,
    ):
        anna = desk.client("anna", "clerk")
        first = await anna.post("/repairs", json={"title": "clock"})
        await desk.settled()
        await proxy.cut()
        status, _, checks = await ready(desk)
        assert (status, checks["database"]["state"]) == (503, "failed")
        for query in ({}, {"at_least": first.headers["log-position"]}):
            listed = await anna.get("/repairs", params=query)
            assert listed.status_code == 503, listed.text
            assert listed.headers["retry-after"]
        assert (await desk.nobody.get("/health/live")).status_code == 200
        waiting = asyncio.create_task(anna.post("/repairs", json={"title": "lamp"}))
        await asyncio.sleep(0.2)
        await proxy.mend()
        assert (await waiting).status_code == 201
        while (await ready(desk))[0] != 200:
            await asyncio.sleep(0.1)
        await desk.settled()
        assert len((await anna.get("/repairs")).json()["items"]) == 2


async def test_who_is_ready_has_its_lists(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("SELECT pg_advisory_lock(hashtextextended('read/shelf', 0))")  # as who makes it
        async with running(service, database) as desk:
            status, _, checks = await ready(desk)
            assert (status, checks["projection shelf"]["reason"]) == (503, "its table is not there yet")
            await owner.execute("SELECT pg_advisory_unlock_all()")
            while (await ready(desk))[0] != 200:
                await asyncio.sleep(0.02)
            assert (await desk.client("anna", "clerk").get("/repairs")).status_code == 200
    finally:
        await owner.close()


async def test_a_service_may_start_before_its_database(database: Database) -> None:
    async with proxied(database.service_url) as (proxy, url):
        await proxy.cut()
        async with running(service, database, database_url=url) as desk:
            status, _, checks = await ready(desk)
            assert (status, checks["database"]["state"]) == (503, "failed")
            await proxy.mend()
            while (await ready(desk))[0] != 200:
                await asyncio.sleep(0.1)
            answer = await desk.client("anna", "clerk").post("/repairs", json={"title": "clock"})
            assert answer.status_code == 201


async def test_a_database_without_its_schema_is_not_ready(database: Database) -> None:
    with token_issuer() as issuer:
        app = create_app(service, settings_for(database, issuer))
        async with app.router.lifespan_context(app):
            desk = LocalService(app, app.state.runtime, issuer)
            status, _, checks = await ready(desk)
            assert (status, checks["database"]["state"]) == (503, "failed")


async def test_an_older_schema_is_not_ready_but_a_newer_one_is(database: Database) -> None:
    async with running(service, database) as desk:
        await desk.settled()
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute("UPDATE alembic_version SET version_num = '9999'")
        assert (await ready(desk))[0] == 200
        await owner.execute("DELETE FROM alembic_version")
        status, _, checks = await ready(desk)
        assert status == 503
        assert "run `migrate`" in checks["database"]["reason"]
        await owner.close()


async def test_a_worker_that_fails_is_told_and_started_again(database: Database) -> None:
    starts = 0

    async def mailer(runtime: Runtime) -> None:
        nonlocal starts
        starts += 1
        raise OSError(f"no mail server in {runtime.service.name}")

    async with running(replace(service, workers=(mailer,)), database) as desk:
        while starts < 2:
            await asyncio.sleep(0.02)
        await desk.settled()
        status, found, checks = await ready(desk)
        assert (status, found["state"]) == (200, "degraded")
        assert "OSError: no mail server in desk" in checks["worker mailer"]["reason"]


async def test_health_is_in_no_trace_and_costs_no_token(desk: LocalService) -> None:
    await desk.settled()
    answer = await httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://x").get(
        "/health/ready", headers={"Authorization": "Bearer nonsense"}
    )
    assert answer.status_code == 200
