"""Commands over HTTP: what they answer, and how they are repeated safely."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from desk.app import service
from desk.repair import AskRepair, repair

from events import CommandHandler
from launch.databases import Database
from servicekit import Resource
from servicekit.testing import LocalService, running

CLOCK = {"title": "clock"}


async def asked(anna: httpx.AsyncClient, **more: Any) -> str:
    answer = await anna.post("/repairs", json=CLOCK | more)
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["id"]
    return number


async def test_a_new_thing_is_told_where_it_is_and_what_happened(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    answer = await anna.post("/repairs", json={"title": "clock", "price": "12.50"})
    assert answer.status_code == 201
    done = answer.json()
    assert answer.headers["location"] == f"/repairs/{done['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["log-position"] == str(done["position"]) == "1"
    assert done["events"] == ["repair.asked.v1"]
    assert done["state"] == {"state": "being_repaired", "title": "clock", "company": None, "price": "12.50"}


async def test_a_command_changes_a_thing(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = await asked(anna)
    answer = await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    assert answer.status_code == 200
    assert answer.json()["events"] == ["repair.done.v1"]
    assert answer.json()["state"]["how"] == "oil"


async def test_what_is_fulfilled_already_happens_no_more(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = await asked(anna)
    await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    again = await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    assert again.status_code == 200
    assert again.json()["events"] == []


async def test_a_refusal_says_why_and_which_field(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = await asked(anna)
    await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    answer = await anna.post(f"/repairs/{number}/end", json={"how": "glue"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/problems/repair-finished"
    assert problem["detail"] == "it was repaired before: oil"
    assert problem["errors"] == [{"pointer": "/how", "detail": "was oil"}]
    assert len(problem["trace_id"]) == 32
    assert set(problem["trace_id"]) != {"0"}


async def test_roles_are_told(desk: LocalService) -> None:
    smith = desk.client("sam", "smith")
    answer = await smith.post("/repairs", json=CLOCK)
    assert answer.status_code == 403
    assert "needs one of the roles clerk" in answer.json()["detail"]
    # before the body is looked at
    assert (await smith.post("/repairs", content="{")).status_code == 403


async def test_an_unknown_thing_and_another_companys_look_the_same(desk: LocalService) -> None:
    number = await asked(desk.client("anna", "clerk", company="north"), company="north")
    south = desk.client("sue", "clerk", company="south")
    theirs = await south.post(f"/repairs/{number}/end", json={"how": "oil"})
    unknown = await south.post("/repairs/NOSUCH/end", json={"how": "oil"})
    matched = await south.post("/repairs/NOSUCH/end", json={"how": "oil"}, headers={"If-Match": '"3"'})
    assert theirs.status_code == unknown.status_code == matched.status_code == 404
    assert theirs.json() | {"trace_id": ""} == unknown.json() | {"trace_id": ""}
    for version in ("0", "1", "2"):
        header = {"If-Match": f'"{version}"'}
        answers = [
            (await south.post(f"/repairs/{one}/end", json={"how": "oil"}, headers=header)).json()
            for one in (number, "NOSUCH")
        ]
        assert answers[0] | {"trace_id": ""} == answers[1] | {"trace_id": ""}, version
    for address in (f"/repairs/{number}", f"/repairs/{number}/events", "/repairs/NOSUCH", "/repairs/%00x"):
        answer = await south.get(address)
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/not-found"
    assert (await desk.client("anna", "clerk", company="north").get(f"/repairs/{number}")).status_code == 200
    assert (await desk.client("gil", "clerk").get(f"/repairs/{number}")).status_code == 200


async def test_a_new_thing_never_becomes_one_that_is_there(database: Database) -> None:
    repairs = Resource(repair, path="/repairs", tag="Repairs")
    repairs.create(AskRepair, new_id=lambda: "SAME", summary="Ids that are not unique")
    async with running(replace(service, routers=(repairs.router,)), database) as desk:
        anna = desk.client("anna", "clerk")
        first = await anna.post("/repairs", json=CLOCK)
        second = await anna.post("/repairs", json=CLOCK)
    assert first.status_code == 201
    assert (second.status_code, second.json()["type"]) == (409, "/problems/version-conflict")


class TestIdempotencyKey:
    async def test_a_repeated_create_gives_the_first_one(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        first = await anna.post("/repairs", json=CLOCK, headers={"Idempotency-Key": '"k1"'})
        bare = await anna.post(
            "/repairs", content='{ "title":"clock" }', headers={"Idempotency-Key": "k1"} | JSON
        )
        assert first.status_code == bare.status_code == 201
        assert bare.json() == first.json()
        assert bare.headers["location"] == first.headers["location"]
        assert bare.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert await desk.runtime.log.head() == 1

    async def test_a_repeated_command_gives_its_first_outcome(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        number = await asked(anna)
        key = {"Idempotency-Key": "k1", "If-Match": '"1"'}
        first = await anna.post(f"/repairs/{number}/end", json={"how": "oil"}, headers=key)
        again = await anna.post(f"/repairs/{number}/end", json={"how": "oil"}, headers=key)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == first.json()

    async def test_another_request_under_the_key_is_refused(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        key = {"Idempotency-Key": "k1"}
        first = await anna.post("/repairs", json=CLOCK, headers=key)
        other = await anna.post("/repairs", json={"title": "lamp"}, headers=key)
        elsewhere = await anna.post(f"/repairs/{first.json()['id']}/end", json={"how": "oil"}, headers=key)
        lamp = await asked(anna, title="lamp")
        done = {"how": "oil"}
        await anna.post(f"/repairs/{lamp}/end", json=done, headers={"Idempotency-Key": "k2"})
        same_body = await anna.post(
            f"/repairs/{first.json()['id']}/end", json=done, headers={"Idempotency-Key": "k2"}
        )
        for answer in (other, elsewhere, same_body):
            assert answer.status_code == 422
            assert answer.json()["type"] == "/problems/idempotency-key-reused"

    async def test_keys_of_others_are_others(self, desk: LocalService) -> None:
        ids = set()
        for subject, company in (("anna", None), ("anna", "north"), ("anna", "south"), ("bob", "north")):
            somebody = desk.client(subject, "clerk", company=company)
            answer = await somebody.post("/repairs", json=CLOCK, headers={"Idempotency-Key": "k1"})
            assert answer.status_code == 201
            ids.add(answer.json()["id"])
        assert len(ids) == 4

    async def test_two_at_once_take_effect_once(
        self, desk: LocalService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second is told to wait while the first is held in the middle; afterwards it gets its outcome."""
        handle, held, go = CommandHandler.handle, asyncio.Event(), asyncio.Event()

        async def slow(*args: Any, **kwargs: Any) -> Any:  # the real handler's arguments
            held.set()
            await go.wait()
            return await handle(*args, **kwargs)

        monkeypatch.setattr(CommandHandler, "handle", slow)
        anna, key = desk.client("anna", "clerk"), {"Idempotency-Key": "k1"}
        first = asyncio.create_task(anna.post("/repairs", json=CLOCK, headers=key))
        await held.wait()
        second = await anna.post("/repairs", json=CLOCK, headers=key)
        go.set()
        assert second.status_code == 409
        assert second.json()["type"] == "/problems/request-in-flight"
        assert int(second.headers["retry-after"]) >= 1
        done = await first
        third = await anna.post("/repairs", json=CLOCK, headers=key)
        assert third.json() == done.json()

    async def test_a_refused_request_does_not_use_up_its_key(self, desk: LocalService) -> None:
        anna, key = desk.client("anna", "clerk"), {"Idempotency-Key": "k1"}
        assert (await anna.post("/repairs/LATER/end", json={"how": "oil"}, headers=key)).status_code == 404
        assert (await anna.post("/repairs", json=CLOCK, headers=key)).status_code == 201


class TestIfMatch:
    async def test_a_stale_version_is_refused_with_the_current_one(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        number = await asked(anna)
        read = await anna.get(f"/repairs/{number}")
        await anna.post(
            f"/repairs/{number}/end", json={"how": "oil"}, headers={"If-Match": read.headers["etag"]}
        )
        await desk.settled()
        stale = await anna.post(
            f"/repairs/{number}/end", json={"how": "glue"}, headers={"If-Match": read.headers["etag"]}
        )
        assert stale.status_code == 412
        assert stale.json()["type"] == "/problems/stale-version"
        assert stale.headers["etag"] == (await anna.get(f"/repairs/{number}")).headers["etag"]

    async def test_any_version_will_do_for_a_star(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        number = await asked(anna)
        answer = await anna.post(f"/repairs/{number}/end", json={"how": "oil"}, headers={"If-Match": "*"})
        assert answer.status_code == 200

    async def test_one_of_many_writers_wins_and_the_others_are_told(self, desk: LocalService) -> None:
        anna = desk.client("anna", "clerk")
        number = await asked(anna)
        answers = await asyncio.gather(
            *(
                anna.post(f"/repairs/{number}/end", json={"how": f"way {n}"}, headers={"If-Match": '"1"'})
                for n in range(32)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 31


JSON = {"Content-Type": "application/json"}


def test_a_path_that_has_more_than_the_id_in_it_is_refused_when_the_service_is_put_together() -> None:
    with pytest.raises(TypeError, match="takes"):
        Resource(repair, path="/repairs", tag="Repairs").on(
            "/{id}/things/{thing}/done", AskRepair, summary="x"
        )
