"""Lists as of any past moment: what a list showed then, whatever happened since."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from desk.app import service
from test_counts import bring

from events import Reactions
from launch.databases import Database
from servicekit import past
from servicekit.testing import LocalService, running

alone = replace(service, reactions=Reactions(), sources=())
"""The desk without reactions: nothing happens but what a test does."""
Shown = dict[str, Any]
QUERIES = ("order=number", "order=-due&company=north", "state=open&q=clock", "parts=spring&order=price")


class Clock:
    """The service's clock in the hand of a test."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def still(database: Database, clock: Clock) -> AsyncIterator[LocalService]:
    async with running(alone, database, clock=clock, past_tables=3) as desk:
        yield desk


async def asked(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """An answer, waited for as long as the past is being built."""
    while (answer := await client.get(path)).status_code == 503:
        assert answer.json()["type"] in {"/problems/past-being-built", "/problems/past-in-demand"}
        await asyncio.sleep(0.05)
    assert answer.status_code == 200, answer.text
    return answer


async def pages(client: httpx.AsyncClient, path: str) -> list[Any]:
    """All rows of a list, page by page."""
    rows: list[Any] = []
    following: str | None = path
    while following:
        answer = await asked(client, following)
        rows += answer.json()["items"]
        following = answer.links.get("next", {}).get("url")
    return rows


async def look(client: httpx.AsyncClient, more: str = "") -> Shown:
    """What the lists and the counts show to somebody."""
    shown: Shown = {q: await pages(client, f"/repairs?limit=3&{q}{more}") for q in QUERIES}
    for by in ("state", "parts", "company"):
        shown[by] = (await asked(client, f"/repairs/counts?by={by}{more}")).json()
    return shown


@pytest.mark.parametrize("seed", range(3))
async def test_a_list_as_of_every_position_is_what_the_list_showed_there(
    still: LocalService, clock: Clock, seed: int
) -> None:
    random = Random(seed)  # a test's history, not a secret
    people = [
        still.client("gil"),
        still.client("nora", company="north"),
        still.client("sue", company="south"),
    ]
    then: dict[int, list[Shown]] = {0: [await look(one, "&as_of=0") for one in people]}
    times: dict[datetime, int] = {}
    numbers: list[str] = []
    for _ in range(12):
        clock.now += timedelta(seconds=random.choice([0, 1, 60]))
        if numbers and random.random() < 0.4:
            path = f"/repairs/{numbers.pop(random.randrange(len(numbers)))}/end"
            await still.client("gil", "clerk").post(path, json={"how": "oiled"})
        else:
            title = random.choice(["clock", "old clock", "lamp"])
            company = random.choice(["north", "south", None])
            numbers.append(
                await bring(still, title, company, *random.choice([(), ("spring",), ("glass", "spring")]))
            )
        await still.settled()
        position = await still.runtime.log.head()
        then[position] = [await look(one) for one in people]
        times[clock.now] = position
    assert all(rows == [] for q, rows in then[0][0].items() if q in QUERIES)
    order = list(then)
    random.shuffle(order)
    for position in order:
        assert [await look(one, f"&as_of={position}") for one in people] == then[position], position
    for moment, position in times.items():
        late = (moment + timedelta(milliseconds=500)).isoformat().replace("+", "%2B")
        assert await look(people[1], f"&as_of={late}") == then[position][1]
    kept = await still.runtime.pool.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'read' AND tablename LIKE '%!_at!_%' ESCAPE '!'"
    )
    assert 0 < len(kept) <= 3


async def test_pages_of_now_are_all_of_one_moment(still: LocalService, clock: Clock) -> None:
    for n in range(4):
        await bring(still, f"clock {n}", None)
    await still.settled()
    gil = still.client("gil")
    before = [row["title"] for row in (await gil.get("/repairs?order=asked_at")).json()["items"]]
    first = await asked(gil, "/repairs?order=asked_at&limit=2&as_of=2027-01-01T00:00:00Z")
    assert first.headers["log-position"] == "4"
    for n in range(4):
        await bring(still, f"late {n}", None)
    await still.settled()
    second = await asked(gil, first.links["next"]["url"])
    assert [row["title"] for row in first.json()["items"] + second.json()["items"]] == before
    assert second.json()["next"] is None


async def test_a_cursor_is_of_one_moment(still: LocalService) -> None:
    for n in range(4):
        await bring(still, f"clock {n}", None)
    gil = still.client("gil")
    cursor = (await asked(gil, "/repairs?limit=1&as_of=3")).json()["next"]
    assert (await asked(gil, f"/repairs?as_of=3&cursor={cursor}")).json()["items"]
    for other in ("as_of=2", "limit=1", "as_of=2026-01-05T09:00:00Z"):
        assert (await gil.get(f"/repairs?{other}&cursor={cursor}")).status_code == 422, other


@pytest.mark.parametrize(
    "as_of",
    [
        "soon", "-1", "5", "9" * 19, "2026-01-05", "2026-01-05T09:00:00", "1.0", "٣",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    ],
)  # fmt: skip
async def test_moments_that_are_none_are_told(still: LocalService, as_of: str) -> None:
    await bring(still, "clock", None)
    for path in ("/repairs", "/repairs/counts"):
        answer = await still.client("gil").get(path, params={"as_of": as_of})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
        assert answer.json()["errors"][0]["parameter"] == "as_of"


async def test_before_the_first_event_a_list_is_empty(still: LocalService, clock: Clock) -> None:
    await bring(still, "clock", None)
    early = "2020-01-01T00:00:00Z"
    answer = await still.client("gil").get("/repairs", params={"as_of": early})
    assert (answer.json(), answer.headers["log-position"]) == ({"items": [], "next": None}, "0")
    answer = await still.client("gil").get("/repairs/counts", params={"as_of": early, "by": "state"})
    assert answer.json() == {"groups": [], "total": 0}


async def test_the_newest_position_needs_no_table_of_its_own(still: LocalService) -> None:
    for n in range(3):
        await bring(still, f"clock {n}", None)
    assert len((await asked(still.client("gil"), "/repairs?as_of=3")).json()["items"]) == 3
    assert await still.runtime.pool.fetchval("SELECT count(*) FROM read._past") == 0


async def test_a_list_that_moves_on_while_it_is_read_is_read_as_it_stood(
    still: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        await bring(still, f"clock {n}", None)
    read = past.rows_now

    async def overtaken(*question: Any) -> Any:
        await bring(still, "late", None)
        await still.settled()
        return await read(*question)

    monkeypatch.setattr(past, "rows_now", overtaken)
    listed = (await asked(still.client("gil"), "/repairs?as_of=3")).json()["items"]
    assert sorted(row["title"] for row in listed) == ["clock 0", "clock 1", "clock 2"]


async def test_what_takes_longer_is_told_with_how_far_it_is_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.past.SLICE", 1)
    async with running(alone, database, past_wait=0.001) as desk:
        for n in range(30):
            await bring(desk, f"clock {n}", None)
        await desk.settled()
        gil = desk.client("gil")
        answer = await gil.get("/repairs?as_of=29")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/past-being-built")
        assert "of 29 events are read" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) >= 1
        assert len(await pages(gil, "/repairs?limit=10&as_of=29")) == 29


async def test_replicas_share_what_was_built_and_what_one_drops_the_other_builds_again(
    database: Database,
) -> None:
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(running(alone, database)) for _ in range(2)]
        for n in range(6):
            await bring(one, f"clock {n}", None)
        await one.settled()
        people = [desk.client("gil") for desk in (one, two)]
        answers = await asyncio.gather(
            *(asked(person, f"/repairs?as_of={at}") for at in (3, 4, 5) for person in people * 3)
        )
        assert [len(answer.json()["items"]) for answer in answers] == [
            at for at in (3, 4, 5) for _ in range(6)
        ]
        assert await one.runtime.pool.fetchval("SELECT count(*) FROM read._past WHERE ready") == 3
        async with running(alone, database):  # a third one drops all when it starts
            for at in (5, 4, 3):
                listed = await asyncio.gather(*(asked(person, f"/repairs?as_of={at}") for person in people))
                assert [len(answer.json()["items"]) for answer in listed] == [at, at]


async def test_old_tables_go_and_so_do_those_a_crash_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.past.TIDY", 0.05)
    async with running(alone, database, past_kept=0.2) as desk:
        for n in range(3):
            await bring(desk, f"clock {n}", None)
        await desk.settled()
        assert len((await asked(desk.client("gil"), "/repairs?as_of=2")).json()["items"]) == 2
        async with asyncio.timeout(20):
            while await _tables(desk):
                await asyncio.sleep(0.05)
        await desk.runtime.pool.execute(
            "CREATE UNLOGGED TABLE read.shelf_v1_at_1 AS SELECT * FROM read.shelf LIMIT 0;"
            "INSERT INTO read._past (name, consumer, position) VALUES ('shelf_v1_at_2', 'shelf_v1', 2);"
            "CREATE UNLOGGED TABLE read.shelf_v1_at_2 AS SELECT * FROM read.shelf LIMIT 0"
        )
    async with running(alone, database) as desk:
        assert len((await asked(desk.client("gil"), "/repairs?as_of=1")).json()["items"]) == 1
        assert len((await asked(desk.client("gil"), "/repairs?as_of=2")).json()["items"]) == 2


async def _tables(desk: LocalService) -> int:
    count: int = await desk.runtime.pool.fetchval("SELECT count(*) FROM read._past")
    return count
