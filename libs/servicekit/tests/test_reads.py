"""Reading one thing: now, at any past moment, and all that happened to it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from desk.app import service

from launch.databases import Database
from servicekit.testing import LocalService, running

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Held:
    """A clock that tests hold."""

    now = NINE

    def __call__(self) -> datetime:
        return self.now


async def finished(anna: httpx.AsyncClient) -> str:
    number: str = (await anna.post("/repairs", json={"title": "clock", "company": "north"})).json()["id"]
    await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
    return number


async def test_a_thing_is_current(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = await finished(anna)
    await desk.settled()  # the reaction thanks for it
    answer = await anna.get(f"/repairs/{number}")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": number,
        "version": 3,
        "position": 3,
        "state": {
            "state": "repaired", "title": "clock", "company": "north", "price": None, "how": "oil", "thanked": True,
        },
    }  # fmt: skip
    assert answer.headers["etag"] == '"3"'


@pytest.mark.parametrize("known", ['"3"', 'W/"3"', '"1", "3"', "*"])
async def test_what_is_known_is_not_sent_again(desk: LocalService, known: str) -> None:
    anna = desk.client("anna", "clerk")
    number = await finished(anna)
    await desk.settled()
    answer = await anna.get(f"/repairs/{number}", headers={"If-None-Match": known})
    assert (answer.status_code, answer.content) == (304, b"")
    changed = await anna.get(f"/repairs/{number}", headers={"If-None-Match": '"2"'})
    assert changed.status_code == 200


async def test_a_thing_as_it_was(database: Database) -> None:
    clock = Held()
    async with running(service, database, clock=clock) as desk:
        anna = desk.client("anna", "clerk")
        number = (await anna.post("/repairs", json={"title": "clock"})).json()["id"]
        clock.now = NINE + timedelta(hours=2)
        await anna.post(f"/repairs/{number}/end", json={"how": "oil"})
        for moment, state in {
            "1": "being_repaired",
            "2": "repaired",
            "2026-01-05T09:00:00Z": "being_repaired",
            "2026-01-05T12:59:59+02:00": "being_repaired",
            "2026-01-05T13:00:00+02:00": "repaired",
            "2030-01-01T00:00:00Z": "repaired",
        }.items():
            answer = await anna.get(f"/repairs/{number}", params={"as_of": moment})
            assert answer.json()["state"]["state"] == state, moment
        early = await anna.get(f"/repairs/{number}", params={"as_of": "2026-01-05T08:59:59Z"})
        assert (early.status_code, early.json()["type"]) == (404, "/problems/not-found")
        late = await anna.get(f"/repairs/{number}", params={"as_of": "9"})
        assert (late.status_code, late.json()["type"]) == (404, "/problems/version-unknown")


async def test_the_history_has_everything_in_pages(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    number = await finished(anna)
    await desk.settled()
    first = await anna.get(f"/repairs/{number}/events", params={"limit": 2})
    page = first.json()
    asked, done = page["items"]
    assert [asked["type"], done["type"]] == ["repair.asked.v1", "repair.done.v1"]
    assert (asked["version"], asked["position"]) == (1, 1)
    assert asked["actor"] == {"subject": "anna", "roles": ["clerk"], "company": None}
    assert asked["data"]["title"] == "clock"
    assert done["data"] == {"how": "oil"}
    assert asked["trace_id"] != done["trace_id"]
    rest = (await anna.get(f"/repairs/{number}/events", params={"limit": 2, "cursor": page["next"]})).json()
    (thanked,) = rest["items"]
    assert rest["next"] is None
    assert thanked["actor"] == {"subject": "desk", "roles": ["system"], "company": None}
    assert thanked["causation"] == done["id"]
    assert thanked["correlation"] == done["correlation"]
    assert thanked["trace_id"] == done["trace_id"]
    linked = await anna.get(first.links["next"]["url"])
    assert linked.json() == rest


async def test_a_history_cursor_is_of_its_thing(desk: LocalService) -> None:
    anna = desk.client("anna", "clerk")
    one, other = await finished(anna), await finished(anna)
    cursor = (await anna.get(f"/repairs/{one}/events", params={"limit": 1})).json()["next"]
    answer = await anna.get(f"/repairs/{other}/events", params={"cursor": cursor})
    assert answer.status_code == 422
