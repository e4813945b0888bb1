"""The staff against a house that answers as it is told: patient in an outage, plain about a no."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date

import httpx

from demo.desk import Run
from demo.house import House
from demo.journeys import tasks
from demo.northwind import COMPANIES, orders
from demo.people import Tokens, staff
from demo.staff import Play
from fulfilment_client import Connection, static_token

DAY = date(2026, 11, 22)
RUN = Run("2026-11-22.7.test", DAY, 7)
TOKENS = Tokens({(person.role, person.company): f"token of {person.subject}" for person in staff()})
Answer = Callable[[httpx.Request], httpx.Response]


def house(answer: Answer) -> House:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://service")
    services = ("order-intake", "review", "procurement")
    return House(dict.fromkeys(services, Connection(http, static_token(""))), TOKENS)


STANDS = {"id": "7K3M", "version": 1, "position": 1, "events": []}


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"type": f"/problems/{code}", "status": status, "detail": f"because of {code}"}
    return httpx.Response(status, json=body, headers=headers)


DONE = httpx.Response(201, json={**STANDS, "state": {"state": "complete"}})


async def test_an_outage_is_waited_for_however_long_it_lasts_and_shown_meanwhile() -> None:
    """No patience of a request's own: only when nothing at all moves any more does the play end."""
    shown: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        shown.append(play.desks[0].trouble)
        return problem(503, "unavailable") if len(shown) <= 3 else problem(403, "role-missing")

    play = Play(tasks(orders(DAY)[:1], 7), RUN, house(answer))
    [stuck] = await play.run(at_once=1)
    assert shown == [None, *["POST /orders: 503 unavailable: because of unavailable"] * 3]
    assert stuck.why == "403 role-missing: because of role-missing"


async def test_when_nothing_moves_the_play_ends_and_says_what_is_stuck_where_and_why() -> None:
    chosen = tasks(orders(DAY)[:3], 7)
    play = Play(chosen, RUN, house(lambda _: problem(503, "unavailable")))
    stuck = await play.run(at_once=2, patience=0.5)
    assert [one.reference for one in stuck] == ["10248", "10249", "10250"]
    assert [one.step for one in stuck] == ["receive", "receive", "not begun"]
    assert stuck[0].why == "POST /orders: 503 unavailable: because of unavailable"


async def test_what_does_not_come_is_told_as_such() -> None:
    """The case is asked for again and again, and review answers that there is none."""

    def answer(request: httpx.Request) -> httpx.Response:
        return DONE if request.method == "POST" else problem(404, "not-found")

    task = next(task for task in tasks(orders(DAY), 7) if not task.journey.gaps)
    [stuck] = await Play([task], RUN, house(answer)).run(at_once=1, patience=0.5)
    assert stuck.step == "waiting until version 1 is classified"
    assert stuck.why == "the services answer, and it does not come"


async def test_one_order_that_is_told_no_does_not_stop_the_others() -> None:
    asked: Counter[str] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.headers["idempotency-key"]] += 1
        return problem(403, "role-missing")

    play = Play(tasks(orders(DAY)[:5], 7), RUN, house(answer))
    stuck = await asyncio.wait_for(play.run(at_once=2), 30)
    assert len(stuck) == 5
    assert len(asked) == 5, "each came to its own no"
    assert all("403 role-missing" in one.why for one in stuck)


async def test_a_system_that_says_something_else_than_the_rules_is_found_out() -> None:
    """Order 10248 is received complete: S1 must not name anything missing."""
    wrong = httpx.Response(201, json={**STANDS, "state": {"state": "incomplete", "missing": ["lines"]}})
    task = next(task for task in tasks(orders(DAY), 7) if not task.journey.gaps)
    [stuck] = await Play([task], RUN, house(lambda _: wrong)).run(at_once=1)
    assert "state after reception: 'incomplete', but it should be 'complete'" in stuck.why


def test_duties_are_kept_apart() -> None:
    people = list(staff())
    assert len({person.subject for person in people}) == len(people), "nobody has two roles"
    for company in COMPANIES:
        assert TOKENS.of("general_manager", company) != TOKENS.of("deputy_general_manager", company)
    assert TOKENS.of("sales", "switchgear") == TOKENS.of("sales", "automation"), "sales is of the group"
