"""Bad input: each gets a clear answer that says what to do, and nothing else stops."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from desk.app import service

from launch.fixtures import Postgres
from servicekit.testing import LocalService, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(postgres: Postgres) -> AsyncIterator[LocalService]:
    database = postgres.create_database("bad_input")
    async with running(service, database) as desk:
        yield desk
    postgres.drop_database("bad_input")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/title"}),
        ([], {""}),
        ("text", {""}),
        ({"title": ""}, {"/title"}),
        ({"title": "   "}, {"/title"}),
        ({"title": 7}, {"/title"}),
        ({"title": "x" * 201}, {"/title"}),
        ({"title": "clock", "colour": "red"}, {"/colour"}),
        ({"title": "clock", "kind": "whenever"}, {"/kind"}),
        ({"title": "clock", "due": "0001-01-01"}, {"/due"}),
        ({"title": "clock", "due": "9999-12-31"}, {"/due"}),
        ({"title": "clock", "due": "2026-02-30"}, {"/due"}),
        ({"title": "clock", "due": "soon"}, {"/due"}),
        ({"title": "clock", "price": "NaN"}, {"/price"}),
        ({"title": "clock", "price": "1e400"}, {"/price"}),
        ({"title": "clock", "price": -1}, {"/price"}),
        ({"title": "clock", "things": [{"name": "a", "quantity": 0}]}, {"/things/0/quantity"}),
        ({"title": "clock", "things": [{"name": "a", "quantity": 10**30}]}, {"/things/0/quantity"}),
        ({"title": "clock", "things": [{"name": "a", "quantity": 1.5}]}, {"/things/0/quantity"}),
        ({"title": "clock", "things": [{"name": "a", "quantity": 1, "a/b~c": 2}]}, {"/things/0/a~1b~0c"}),
        (
            {"titel": "clock", "due": "soon", "things": [{"name": "a"}, {"quantity": 0}]},
            {"/title", "/titel", "/due", "/things/0/quantity", "/things/1/name", "/things/1/quantity"},
        ),
    ],
)
async def test_every_wrong_field_is_named(desk: LocalService, body: Any, pointers: set[str]) -> None:
    answer = await desk.client("anna", "clerk").post("/repairs", json=body)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert problem["type"] == "/problems/invalid-request"
    assert {error["pointer"] for error in problem["errors"]} == pointers
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "malformed-json"),
        (b'{"title": "clock"', 400, "malformed-json"),
        (b"title=clock", 400, "malformed-json"),
        (b'{"title": "\xff"}', 400, "malformed-json"),
        (b'{"title": "\\ud800"}', 400, "malformed-json"),
        (b'{"title": 1' + b"0" * 5000 + b"}", 400, "malformed-json"),
        (b"null", 422, "invalid-request"),
        (b'{"title": "a\\u0000b"}', 422, "invalid-request"),
        (b'{"title": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "too-deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too-deep"),
        (b"[" * 500_000, 400, "too-deep"),
        (b'"' + b'\\"' * 400_000 + b"[" * 40, 400, "malformed-json"),
        (b"[" * 40 + b"]" * 40 + b'"' + b'\\"' * 400_000, 400, "too-deep"),
        (b'[{"a":"]"},' * 80_000 + b"1", 400, "too-deep"),
        (b'{"title": "' + b"x" * 1024 * 1024 + b'"}', 413, "body-too-large"),
    ],
)
async def test_what_is_no_proper_json(desk: LocalService, content: bytes, status: int, code: str) -> None:
    answer = await desk.client("anna", "clerk").post("/repairs", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}"), answer.text
    assert "with  and" not in answer.json()["detail"], "a body that is wrong as a whole is called the body"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_chunked_body_is_limited_too(desk: LocalService) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65536

    answer = await desk.client("anna", "clerk").post("/repairs", content=endless(), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"
    assert sent < 20


async def test_brackets_in_a_text_are_no_depth(desk: LocalService) -> None:
    answer = await desk.client("anna", "clerk").post("/repairs", json={"title": '\\" [{' * 30})
    assert answer.status_code == 201


async def test_wide_is_not_deep(desk: LocalService) -> None:
    things = [{"name": "screw", "quantity": 1}] * 100
    answer = await desk.client("anna", "clerk").post("/repairs", json={"title": "box", "things": things})
    assert answer.status_code == 201


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", ""])
async def test_json_has_to_be_declared(desk: LocalService, media: str) -> None:
    headers = {"Content-Type": media} if media else {}
    answer = await desk.client("anna", "clerk").post(
        "/repairs", content=b'{"title": "clock"}', headers=headers
    )
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", ""),
        ("Idempotency-Key", '""'),
        ("Idempotency-Key", '"open'),
        ("Idempotency-Key", "two words"),
        ("Idempotency-Key", "a, b"),
        ("Idempotency-Key", "x" * 201),
        ("If-Match", "3"),
        ("If-Match", '"three"'),
        ("If-Match", '"1", "2"'),
        ("If-Match", 'W/"1"'),
    ],
)
async def test_wrong_headers_are_named(desk: LocalService, header: str, value: str) -> None:
    anna = desk.client("anna", "clerk")
    answer = await anna.post("/repairs/7K/end", json={"how": "oil"}, headers={header: value})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["header"] == header


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        ("/repairs?colour=red&size=3", {"colour", "size"}),
        ("/repairs?limit=0", {"limit"}),
        ("/repairs?limit=201&order=weight", {"limit", "order"}),
        ("/repairs?limit=many", {"limit"}),
        ("/repairs?state=broken", {"state"}),
        ("/repairs?due_from=soon", {"due_from"}),
        ("/repairs?cursor=garbage", {"cursor"}),
        ("/repairs?cursor=%00", {"cursor"}),
        ("/repairs?at_least=-1", {"at_least"}),
        ("/repairs?at_least=99999999999999999999", {"at_least"}),
        ("/repairs/7K?as_off=1", {"as_off"}),
        ("/repairs/7K/events?limit=-1", {"limit"}),
        ("/greeting?quiet=1", {"quiet"}),
        ("/greeting?loud=perhaps", {"loud"}),
    ],
)
async def test_wrong_parameters_are_named(desk: LocalService, address: str, parameters: set[str]) -> None:
    answer = await desk.client("anna", "clerk").get(address)
    assert answer.status_code == 422, answer.text
    assert {error["parameter"] for error in answer.json()["errors"]} == parameters


@pytest.mark.parametrize("as_of", ["0", "-1", "yesterday", "2026-01-05", "2026-01-05T09:00:00", "1e3", ""])
async def test_moments_that_are_none(desk: LocalService, as_of: str) -> None:
    anna = desk.client("anna", "clerk")
    number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
    answer = await anna.get(f"/repairs/{number}", params={"as_of": as_of})
    assert answer.status_code == 422, answer.text
    assert [error["parameter"] for error in answer.json()["errors"]] == ["as_of"]


async def test_unknown_addresses_and_methods_are_problems(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    unknown = await anna.get("/nowhere")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/not-found")
    method = await anna.put("/repairs", json={})
    assert (method.status_code, method.json()["type"]) == (405, "/problems/method-not-allowed")
    assert method.headers["allow"] == "GET, POST"


async def test_a_step_out_of_order_is_refused(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
    await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    answer = await anna.post(f"/repairs/{number}/end", json={"how": "glue"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/repair-finished")


async def test_a_bug_gives_nothing_away_and_stops_nothing(
    desk: LocalService, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = desk.client("anna", "clerk")
    answer = await anna.post("/repairs", json={"title": "break"})
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["type"] == "/problems/internal-error"
    assert "hunter2" not in answer.text
    assert len(problem["trace_id"]) == 32
    assert (await anna.post("/repairs", json={"title": "clock"})).status_code == 201


async def test_a_problem_of_a_route_of_ones_own(desk: LocalService) -> None:
    shy = desk.client("sam", "shy")
    answer = await shy.get("/greeting")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-shy")
    assert (await desk.client("sam").get("/greeting?loud=1")).json() == {"text": "HELLO SAM FROM DESK"}


async def test_nothing_of_what_was_sent_comes_back(desk: LocalService) -> None:
    secret = {
        "title": "clock",
        "due": "my-secret-date",
        "things": [{"name": "x", "quantity": "my-secret-number"}],
    }
    answer = await desk.client("anna", "clerk").post("/repairs", content=json.dumps(secret), headers=JSON)
    assert answer.status_code == 422
    assert "secret" not in answer.text
