"""Too much, and broken off: everything is bounded, and nothing is left in disorder."""

import asyncio
from dataclasses import replace
from random import Random
from urllib.parse import urlsplit

from desk.app import service
from structlog.testing import capture_logs

from launch.databases import Database
from servicekit.testing import LocalService, listening, running


async def test_too_many_commands_are_refused_and_the_others_are_done(database: Database) -> None:
    async with running(service, database, max_waiting_commands=4) as desk:
        anna = desk.client("anna", "clerk")
        answers = await asyncio.gather(*(anna.post("/repairs", json={"title": f"{n}"}) for n in range(100)))
        refused = [answer for answer in answers if answer.status_code == 503]
        done = [answer for answer in answers if answer.status_code == 201]
        assert refused
        assert len(refused) + len(done) == 100
        assert {answer.json()["type"] for answer in refused} == {"/problems/overloaded"}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert await desk.runtime.log.head() == len(done)


async def test_too_many_readers_are_refused_and_nothing_breaks(database: Database) -> None:
    async with running(service, database, read_pool_size=1, read_pool_wait=0.05) as desk:
        gil = desk.client("gil")
        async with desk.runtime.engine.connect():
            answer = await gil.get("/repairs")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")
        assert (await gil.get("/repairs")).status_code == 200


async def test_requests_that_are_broken_off_leave_no_connection_in_disorder(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    done = await anna.post("/repairs", json={"title": "clock"})
    position, number = done.headers["log-position"], done.json()["id"]
    chance = Random(7)

    async def broken_off() -> None:
        wait = asyncio.timeout(chance.random() * 0.02)
        try:
            async with wait:
                await anna.get("/repairs", params={"at_least": position})
                await anna.get(f"/repairs/{number}")
                await anna.post("/repairs", json={"title": "lamp"}, headers={"Idempotency-Key": "same"})
        except TimeoutError:
            pass

    for _ in range(40):
        await asyncio.gather(*(broken_off() for _ in range(25)))
    answers = await asyncio.gather(*(anna.get("/repairs") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    last = await anna.post("/repairs", json={"title": "lamp"}, headers={"Idempotency-Key": "same"})
    assert last.status_code == 201
    await desk.settled()
    assert len((await anna.get("/repairs")).json()["items"]) == 2


async def test_over_kafka_it_is_the_same(database: Database, kafka: str) -> None:
    named = replace(service, name=database.name, sources=(database.name,))
    async with running(named, database, kafka_bootstrap_servers=kafka) as desk:
        anna = desk.client("anna", "clerk")
        number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
        done = await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
        async with asyncio.timeout(60):
            while not (await anna.get(f"/repairs/{number}")).json()["state"]["thanked"]:
                await asyncio.sleep(0.1)
        history = (await anna.get(f"/repairs/{number}/events")).json()["items"]
        assert [event["type"] for event in history] == [
            "repair.asked.v1",
            "repair.done.v1",
            "repair.thanked.v1",
        ]
        assert history[2]["trace_id"] == history[1]["trace_id"]
        ready = await anna.get("/health/ready")
        checks = {check["name"]: check for check in ready.json()["checks"]}
        assert checks["relay"]["state"] == "ok"
        assert ready.json()["state"] == "ok"
        assert done.status_code == 200


async def test_who_leaves_in_the_middle_of_a_body_is_no_error_of_ours(desk: LocalService) -> None:
    token = desk.issuer.token("anna", "clerk")
    with capture_logs() as lines:
        async with listening(desk) as url:
            place = urlsplit(url)
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            head = f"POST /repairs HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n"
            writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode())
            await asyncio.sleep(0.2)
            writer.transport.abort()
            async with asyncio.timeout(20):
                while not any(line["event"] == "request" for line in lines):
                    await asyncio.sleep(0.02)
    assert [line["status"] for line in lines if line["event"] == "request"] == [499]
    assert not [line for line in lines if line["log_level"] == "error"]
