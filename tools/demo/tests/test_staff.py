"""The staff against a house that answers as it is told: patient in an outage, plain about a no."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date

import httpx
import pytest

from demo.calls import Calls, NotTaken
from demo.desk import Run
from demo.journeys import tasks
from demo.northwind import COMPANIES, orders
from demo.people import Tokens, staff
from demo.staff import Play

DAY = date(2026, 11, 22)
RUN = Run("2026-11-22.7.test", DAY, 7)
TOKENS = Tokens({(person.role, person.company): f"token of {person.subject}" for person in staff()})
Answer = Callable[[httpx.Request], httpx.Response]


def calls(answer: Answer) -> Calls:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://service")
    return Calls(dict.fromkeys(("order-intake", "review", "procurement"), client), TOKENS)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"type": f"/problems/{code}", "status": status, "detail": f"because of {code}"}
    return httpx.Response(status, json=body, headers=headers)


DONE = httpx.Response(200, json={"id": "7K3M", "state": {"state": "complete"}})


async def order(house: Calls, told: list[str | None]) -> str:
    done = await house.command("sales", "switchgear", "/orders", {}, "run/10248/receive", told.append)
    return str(done["id"])


@pytest.mark.parametrize(
    "outage",
    [
        problem(503, "unavailable"), problem(429, "slow-down", **{"Retry-After": "0"}), problem(500, "internal-error"),
        problem(409, "request-in-flight"), httpx.Response(502, text="<html>"), httpx.ConnectError("refused"),
        httpx.ReadTimeout("silent"),
    ],
)  # fmt: skip
async def test_what_passes_is_tried_again_with_the_same_key(
    outage: httpx.Response | httpx.TransportError,
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) > 2:
            return DONE
        if isinstance(outage, httpx.Response):
            return outage
        raise outage

    told: list[str | None] = []
    assert await order(calls(answer), told) == "7K3M"
    assert [request.headers["idempotency-key"] for request in asked] == ['"run/10248/receive"'] * 3
    assert told[0]
    assert told[-1] is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_a_no_is_told_in_the_service_s_words_and_not_tried_again(status: int) -> None:
    asked: Counter[str] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.url.path] += 1
        return problem(status, "step-not-due")

    with pytest.raises(NotTaken, match=f"POST /orders: {status} step-not-due because of step-not-due"):
        await order(calls(answer), [])
    assert asked == {"/orders": 1}


async def test_when_nothing_moves_the_play_ends_and_says_what_is_stuck_where_and_why() -> None:
    chosen = tasks(orders(DAY)[:3], 7)
    play = Play(chosen, RUN, calls(lambda _: problem(503, "unavailable")))
    stuck = await play.run(at_once=2, patience=0.5)
    assert [one.reference for one in stuck] == ["10248", "10249", "10250"]
    assert [one.step for one in stuck] == ["receive", "receive", "not begun"]
    assert stuck[0].why == "POST /orders: 503 unavailable because of unavailable"


async def test_what_does_not_come_is_told_as_such() -> None:
    """The case is asked for again and again, and review answers that there is none."""

    def answer(request: httpx.Request) -> httpx.Response:
        return DONE if request.method == "POST" else problem(404, "not-found")

    task = next(task for task in tasks(orders(DAY), 7) if not task.journey.gaps)
    [stuck] = await Play([task], RUN, calls(answer)).run(at_once=1, patience=0.5)
    assert stuck.step == "waiting until it is classified"
    assert stuck.why == "the services answer, and it does not come"


async def test_one_order_that_is_told_no_does_not_stop_the_others() -> None:
    asked: Counter[str] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.headers["idempotency-key"]] += 1
        return problem(403, "role-missing")

    play = Play(tasks(orders(DAY)[:5], 7), RUN, calls(answer))
    stuck = await asyncio.wait_for(play.run(at_once=2), 30)
    assert len(stuck) == 5
    assert len(asked) == 5, "each came to its own no"
    assert all("403 role-missing" in one.why for one in stuck)


async def test_a_system_that_says_something_else_than_the_rules_is_found_out() -> None:
    """Order 10248 is received complete: S1 must not name anything missing."""
    wrong = httpx.Response(201, json={"id": "7K3M", "state": {"state": "incomplete", "missing": ["lines"]}})
    task = next(task for task in tasks(orders(DAY), 7) if not task.journey.gaps)
    [stuck] = await Play([task], RUN, calls(lambda _: wrong)).run(at_once=1)
    assert "state after reception: 'incomplete', but it should be 'complete'" in stuck.why


def test_duties_are_kept_apart() -> None:
    people = list(staff())
    assert len({person.subject for person in people}) == len(people), "nobody has two roles"
    for company in COMPANIES:
        assert TOKENS.of("general_manager", company) != TOKENS.of("deputy_general_manager", company)
    assert TOKENS.of("sales", "switchgear") == TOKENS.of("sales", "automation"), "sales is of the group"
