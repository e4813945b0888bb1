"""What is sent again, what is not, and that a command stays the same command from try to try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice

import httpx
import pytest

from fulfilment_client import (
    Connection,
    Forbidden,
    Invalid,
    NotFound,
    OrderIntake,
    Problem,
    Refused,
    Stale,
    Unauthenticated,
    Unavailable,
    Unreachable,
    static_token,
)
from fulfilment_client.order_intake import ConfirmRequirements
from fulfilment_client.problems import problem_of
from fulfilment_client.retries import LONGEST_PAUSE, at_least, pauses

Answer = httpx.Response | httpx.TransportError
CONFIRM = ConfirmRequirements(content_version=1)
DONE = httpx.Response(
    200, json={"id": "7K3M", "version": 2, "position": 9, "events": [], "state": {"state": "in_review"}}
)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"type": f"/problems/{code}", "status": status, "detail": f"because of {code}", "trace_id": "4bf9"}
    return httpx.Response(status, json=body, headers=headers)


class Service:
    """Answers as it is told, the last answer for ever, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.told: list[str | None] = []

    def connection(self, patience: float = 30.0) -> Connection:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer), base_url="http://service")
        return Connection(http, static_token("token"), patience, self.told.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    def heard(self, header: str) -> Sequence[str | None]:
        return [request.headers.get(header) for request in self.asked]


PASSING = [
    problem(503, "unavailable"), problem(429, "slow-down", **{"Retry-After": "0"}), problem(500, "internal-error"),
    problem(409, "request-in-flight"), problem(409, "version-conflict"), httpx.Response(502, text="<html>"),
    httpx.ConnectError("refused"), httpx.ReadTimeout("silent"), httpx.RemoteProtocolError("cut off"),
]  # fmt: skip


@pytest.mark.parametrize("outage", PASSING)
async def test_a_command_outlasts_an_outage_under_one_key(outage: Answer) -> None:
    service = Service(outage, outage, DONE)
    done = await OrderIntake(service.connection()).confirm_requirements("7K3M", CONFIRM)
    assert done.state == {"state": "in_review"}
    keys = service.heard("idempotency-key")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert service.told[0], "somebody hears why it takes its time"
    assert service.told[-1] is None


async def test_every_command_has_a_key_of_its_own_and_a_caller_may_bring_one() -> None:
    service = Service(DONE)
    intake = OrderIntake(service.connection())
    for _ in range(2):
        await intake.confirm_requirements("7K3M", CONFIRM)
    await intake.confirm_requirements("7K3M", CONFIRM, key="erp/17")
    first, second, mine = service.heard("idempotency-key")
    assert first != second
    assert mine == '"erp/17"'


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid), (401, Unauthenticated), (403, Forbidden), (404, NotFound), (409, Refused), (412, Stale),
        (422, Invalid),
    ],
)  # fmt: skip
async def test_a_no_is_told_in_the_service_s_words_and_not_tried_again(
    status: int, kind: type[Problem]
) -> None:
    service = Service(problem(status, "step-not-due"))
    with pytest.raises(kind, match=f"{status} step-not-due: because of step-not-due") as told:
        await OrderIntake(service.connection()).confirm_requirements("7K3M", CONFIRM)
    assert told.value.code == "step-not-due"
    assert told.value.trace_id == "4bf9"
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "outage", [problem(503, "unavailable"), problem(500, "x"), httpx.ReadTimeout("silent")]
)
async def test_what_has_no_key_and_may_have_arrived_is_not_sent_again(outage: Answer) -> None:
    service = Service(outage, DONE)
    with pytest.raises((Unavailable, Unreachable)):
        await service.connection().post("/somewhere", dict)
    assert len(service.asked) == 1


@pytest.mark.parametrize("outage", [problem(429, "slow-down"), httpx.ConnectError("refused")])
async def test_what_has_no_key_is_sent_again_when_it_had_no_effect(outage: Answer) -> None:
    service = Service(outage, DONE)
    await service.connection().post("/somewhere", dict)
    assert len(service.asked) == 2


async def test_patience_ends_with_what_was_in_the_way() -> None:
    with pytest.raises(Unavailable, match="503 unavailable"):
        await Service(problem(503, "unavailable")).connection(patience=0).read("/orders/1", dict)
    with pytest.raises(Unreachable, match="GET /orders/1: ConnectError refused"):
        await Service(httpx.ConnectError("refused")).connection(patience=0).read("/orders/1", dict)


async def test_a_wait_longer_than_the_patience_is_not_begun() -> None:
    service = Service(problem(503, "unavailable", **{"Retry-After": "3600"}), DONE)
    with pytest.raises(Unavailable) as told:
        await service.connection(patience=30).read("/orders/1", dict)
    assert told.value.retry_after == 3600


async def test_the_token_is_asked_for_anew_before_every_try() -> None:
    tokens = iter(["old", "new"])

    async def renewed() -> str:
        return next(tokens)

    service = Service(problem(503, "unavailable"), DONE)
    connection = replace(service.connection(), token=renewed)
    await OrderIntake(connection).confirm_requirements("7K3M", CONFIRM)
    assert service.heard("authorization") == ["Bearer old", "Bearer new"]


def test_pauses_grow_to_their_limit_and_are_spread() -> None:
    first, second = list(islice(pauses(), 20)), list(islice(pauses(), 20))
    assert first != second
    assert max(first + second) <= LONGEST_PAUSE
    assert first[0] < first[-1]


def test_nobody_comes_back_before_the_service_asked() -> None:
    assert at_least(None, 0.1) == 0.1
    assert at_least(2.0, 0.1) > 2.0


def answered(header: str) -> Callable[[], float | None]:
    return lambda: problem_of(problem(503, "unavailable", **{"Retry-After": header})).retry_after


def test_retry_after_is_seconds_or_a_moment() -> None:
    """RFC 9110, 10.2.3."""
    assert answered("7")() == 7
    assert answered("soon")() is None
    assert answered(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True))() == 0
    later = answered(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))()
    assert later is not None
    assert 3000 < later <= 3600


def test_an_answer_of_something_else_than_a_service_is_told_too() -> None:
    told = problem_of(httpx.Response(502, text="<html>Bad gateway</html>"))
    assert isinstance(told, Unavailable)
    assert (told.code, told.detail) == ("", "<html>Bad gateway</html>")
