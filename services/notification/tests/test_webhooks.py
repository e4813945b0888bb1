"""Webhooks go at least once, in order, under one id, and nothing is lost: a real database, a real receiver."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zlib import crc32

import httpx
import pytest
from receiving import KEY, Hook, Receiver, open_receiver
from standardwebhooks import Webhook, WebhookVerificationError
from telling import ANN, CONTENT, received
from world import Open, World

from events import Recorded
from events.contracts.messages import DeliveryQueued, FactAnnounced
from events.contracts.orders import OrderAccepted, OrderCompleted, OrderFoundIncomplete
from notification.app import service
from notification.webhooks.attempt import Attempts
from notification.webhooks.receiver import NotTaken, Receivers, Taken, open_receivers
from notification.webhooks.sender import Sender
from notification.webhooks.signing import WebhookSettings
from servicekit.runtime import utc_now
from servicekit.testing import LocalService

NUMBER = "7K3M-2Q9X-0"
_MOMENT = timedelta(milliseconds=50)
FACTS = (received(ANN), OrderFoundIncomplete(missing=("lines",)), OrderAccepted(content_version=1))
TYPES = [fact.name for fact in FACTS]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOKS_KEY", KEY)
    monkeypatch.setenv("WEBHOOKS_ALLOW_PRIVATE", "true")


@pytest.fixture
async def notification(open_notification: Open) -> AsyncIterator[LocalService]:
    async with open_notification(mails=False, webhooks=True) as opened:
        await ready(opened)
        yield opened


async def ready(notification: LocalService) -> None:
    """Until its read models are there."""
    for projection in service.projections:
        made = f"SELECT to_regclass('read.{projection.name}') IS NOT NULL"
        await until(partial(notification.runtime.pool.fetchval, made))


def erp(notification: LocalService, company: str | None = "HV") -> httpx.AsyncClient:
    return notification.client("erp", "erp", company=company)


async def subscribed(who: httpx.AsyncClient, url: str, *events: str) -> dict[str, Any]:
    answer = await who.post("/subscriptions", json={"url": url, "events": list(events or ("order",))})
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    return opened


async def until(look: Callable[[], Any]) -> None:
    """The test's time limit ends a vain wait."""
    while True:
        found = look()
        if await found if isinstance(found, Awaitable) else found:
            return
        await asyncio.sleep(0.02)


async def deliveries(who: httpx.AsyncClient, id: str, **query: Any) -> list[dict[str, Any]]:
    answer = await who.get(f"/subscriptions/{id}/deliveries", params=query)
    return list(answer.json()["items"])


async def test_a_fact_reaches_its_subscriber_signed_and_says_no_more_than_it_may(
    world: World, notification: LocalService
) -> None:
    async with open_receiver(receiver := Receiver()) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        await world.happens(received(ANN), number=NUMBER)
        await until(lambda: receiver.hooks)
        (hook,) = receiver.hooks
        (fact,) = await announcements(notification)
        assert Webhook(opened["secret"]).verify(hook.body, dict(hook.headers)) == {
            "type": "order.received.v1",
            "timestamp": "2026-01-05T09:00:00Z",
            "data": {
                "order": NUMBER,
                "product_company": "HV",
                "fact": str(fact.event.fact),
                "stream": f"order-{NUMBER}",
                "version": 1,
                "sequence": 1,
            },
        }
        with pytest.raises(WebhookVerificationError):
            Webhook(opened["secret"]).verify(hook.body + " ", dict(hook.headers))

        async def shown() -> bool:
            return [one["state"] for one in await deliveries(who, opened["id"])] == ["delivered"]

        await until(shown)
        (one,) = await deliveries(who, opened["id"])
        assert (one["id"], one["attempts"], one["latest"][0]["status"]) == (hook.id, 1, 204)
        queued = (await notification.runtime.log.read(f"delivery-{opened['id']}.{NUMBER}"))[0]
        assert isinstance(queued.event, DeliveryQueued)
        assert queued.traceparent is not None
        assert queued.traceparent.split("-")[1] == world.trace


async def test_each_order_is_told_in_order_though_answers_fail_now_and_then(
    world: World, notification: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notification.webhooks.retries._FIRST", _MOMENT)
    failed: set[str] = set()

    def moody(hook: Hook) -> str:
        if crc32(hook.id.encode()) % 3 == 0 and hook.id not in failed:
            failed.add(hook.id)
            return "500 Oops"
        return "200 OK"

    taken: list[Hook] = []

    def noting(hook: Hook) -> str:
        said = moody(hook)
        if said == "200 OK":
            taken.append(hook)
        return said

    numbers = [f"N{n}" for n in range(8)]
    async with open_receiver(Receiver(answer=noting)) as url, erp(notification) as who:
        await subscribed(who, url)
        for fact in FACTS:
            for number in numbers:
                await world.happens(fact, number=number)
        await until(lambda: len(taken) == len(FACTS) * len(numbers))
    assert len({hook.id for hook in taken}) == len(taken), "each under an id of its own, taken once"
    for number in numbers:
        assert [hook.type for hook in taken if hook.order == number] == TYPES


async def test_nothing_is_lost_while_the_receiver_is_away(
    world: World, notification: LocalService, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notification.webhooks.retries._FIRST", _MOMENT)
    async with erp(notification) as who:
        opened = await subscribed(who, f"http://127.0.0.1:{unused_tcp_port}/hook")
        for n in range(4):
            await world.happens(*FACTS, number=f"N{n}")

        async def failing() -> bool:
            rows = await deliveries(who, opened["id"])
            return len(rows) == 12 and any(one["latest"] and one["latest"][-1]["error"] for one in rows)

        await until(failing)
        async with open_receiver(receiver := Receiver(), unused_tcp_port):
            await until(lambda: len(receiver.hooks) == 12)
    assert len({hook.id for hook in receiver.hooks}) == 12
    for n in range(4):
        assert [hook.type for hook in receiver.hooks if hook.order == f"N{n}"] == TYPES


async def test_a_slow_receiver_holds_up_no_other(world: World, notification: LocalService) -> None:
    slow, quick = Receiver(patience=asyncio.Event()), Receiver()
    async with open_receiver(slow) as slow_url, open_receiver(quick) as url, erp(notification) as who:
        await subscribed(who, slow_url)
        await subscribed(who, url)
        for n in range(12):
            await world.happens(received(ANN), number=f"N{n}")
        await until(lambda: len(quick.hooks) == 12)
        assert len(slow.hooks) <= 4, "and no more than a few wait for the slow one"


async def test_who_is_gone_is_disabled_and_hears_the_rest_when_enabled_again(
    world: World, notification: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notification.webhooks.retries._FIRST", _MOMENT)
    receiver = Receiver(answer=lambda _: "410 Gone")
    async with open_receiver(receiver) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        path = f"/subscriptions/{opened['id']}"
        await world.happens(received(ANN), number=NUMBER)

        async def disabled() -> bool:
            state = (await who.get(path)).json()["state"]
            return (state["state"], state["disabled_because"]) == ("disabled", "gone")

        await until(disabled)

        async def recorded() -> bool:
            return any(one["attempts"] for one in await deliveries(who, opened["id"]))

        await until(recorded)
        # What happens meanwhile is not queued.
        await world.happens(OrderFoundIncomplete(missing=("lines",)), number=NUMBER)
        await until(lambda: _announced(notification, 2))
        receiver.answer = lambda _: "200 OK"
        sent = len(receiver.hooks)
        assert (await who.post(f"{path}/enabling")).json()["events"] == ["subscription.enabled.v1"]
        await world.happens(OrderAccepted(content_version=1), number=NUMBER)
        await until(lambda: len(receiver.hooks) == sent + 2)
    assert [hook.type for hook in receiver.hooks[sent:]] == [TYPES[0], TYPES[2]]
    assert receiver.hooks[0].id == receiver.hooks[sent].id


async def announcements(notification: LocalService) -> list[Recorded[Any]]:
    told = await notification.runtime.log.read(f"correspondence-{NUMBER}")
    return [one for one in told if isinstance(one.event, FactAnnounced)]


async def _announced(notification: LocalService, count: int) -> bool:
    return len(await announcements(notification)) == count


async def test_retry_after_keeps_everything_back_from_that_receiver_alone(
    world: World, notification: LocalService
) -> None:
    receiver = Receiver(answer=lambda _: "429 Too Many Requests\r\nRetry-After: 3600")
    other = Receiver()
    async with (
        open_receiver(receiver) as url,
        open_receiver(other) as other_url,
        erp(notification) as who,
    ):
        opened = await subscribed(who, url)
        free = await subscribed(who, other_url)
        await world.happens(received(ANN), number="N1")

        async def held() -> bool:
            return any(one["retry_at"] for one in await deliveries(who, opened["id"]))

        await until(held)
        await world.happens(received(ANN), number="N2")

        async def queued() -> bool:
            return len(await deliveries(who, opened["id"])) == 2

        await until(queued)
        # A ping that arrives elsewhere shows that the sender has looked since.
        await who.post(f"/subscriptions/{free['id']}/test-ping")
        await until(lambda: len(other.hooks) == 3)
    assert [hook.order for hook in receiver.hooks] == ["N1"]


async def test_a_delivery_that_was_given_up_is_sent_again_under_its_id_when_asked(
    world: World, notification: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notification.webhooks.retries.MOST_REFUSALS", 1)
    receiver = Receiver(answer=lambda hook: "400 Bad Request" if hook.type == TYPES[0] else "200 OK")
    async with open_receiver(receiver) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        await world.happens(*FACTS, number=NUMBER)
        await until(lambda: len(receiver.hooks) == 3)
        assert [hook.type for hook in receiver.hooks] == TYPES, "the later ones go when the first is given up"
        id = receiver.hooks[0].id

        async def given_up() -> bool:
            return bool((await who.get(f"/deliveries/{id}")).json()["state"]["state"] == "given_up")

        await until(given_up)
        receiver.answer = lambda _: "200 OK"
        again = await who.post(f"/deliveries/{id}/redelivery")
        assert again.json()["state"] == "pending"
        await until(lambda: len(receiver.hooks) == 4)

        async def delivered() -> bool:
            shown = (await who.get(f"/deliveries/{id}")).json()
            return [one["status"] for one in shown["all_attempts"]] == [400, 200]

        await until(delivered)
    assert receiver.hooks[3].id == id
    assert receiver.hooks[3].body == receiver.hooks[0].body
    assert opened["id"] in id


async def test_a_ping_says_whether_webhooks_arrive(notification: LocalService) -> None:
    answers = iter(["500 Oops", "200 OK"])
    receiver = Receiver(answer=lambda _: next(answers))
    async with open_receiver(receiver) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        states = []
        for _ in range(2):
            ping = (await who.post(f"/subscriptions/{opened['id']}/test-ping")).json()["delivery"]

            async def over(ping: str = ping) -> bool:
                answer = await who.get(f"/deliveries/{ping}")
                return answer.status_code == 200 and answer.json()["state"]["state"] != "pending"

            await until(over)
            states.append((await who.get(f"/deliveries/{ping}")).json()["state"]["state"])
    assert states == ["given_up", "delivered"]
    assert {hook.type for hook in receiver.hooks} == {"webhook.ping"}
    assert json.loads(receiver.hooks[0].body)["data"] == {"subscription": opened["id"]}


async def test_subscribers_hear_of_their_company_and_of_what_they_chose(
    world: World, notification: LocalService
) -> None:
    ours, theirs, all_of_it = Receiver(), Receiver(), Receiver()
    async with (
        open_receiver(ours) as our_url,
        open_receiver(theirs) as their_url,
        open_receiver(all_of_it) as url,
    ):
        await subscribed(erp(notification), our_url, "order.accepted")
        await subscribed(erp(notification, "MV"), their_url)
        await subscribed(erp(notification, None), url)
        await world.happens(*FACTS, number=NUMBER)
        await until(lambda: len(all_of_it.hooks) == 3 and ours.hooks)
    assert [hook.type for hook in ours.hooks] == ["order.accepted.v1"]
    assert theirs.hooks == []


async def test_after_a_rotation_both_secrets_verify_and_after_the_change_only_the_new_one(
    world: World, notification: LocalService
) -> None:
    async with open_receiver(receiver := Receiver()) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        rotated = (await who.post(f"/subscriptions/{opened['id']}/rotation")).json()
        assert rotated["secret"] != opened["secret"]
        await world.happens(received(ANN), number=NUMBER)
        await until(lambda: receiver.hooks)
    (hook,) = receiver.hooks
    for secret in (opened["secret"], rotated["secret"]):
        Webhook(secret).verify(hook.body, dict(hook.headers))


class Crash(BaseException):
    """The process dies here."""


async def test_a_crash_between_sending_and_recording_repeats_the_same_id(
    world: World, open_notification: Open
) -> None:
    class DiesAfterSending(Receivers):
        async def post(self, *arguments: Any) -> Taken | NotTaken:
            await super().post(*arguments)
            raise Crash

    async with open_receiver(receiver := Receiver()) as url:
        async with open_notification(mails=False, webhooks=True) as first:
            await ready(first)
            await subscribed(erp(first), url.replace("/hook", "/other"))
        async with open_notification(mails=False) as notification, open_receivers(allow_private=True) as real:
            runtime, key = notification.runtime, WebhookSettings().webhooks_key
            assert key is not None
            await subscribed(erp(notification), url, "order.received")
            dispatching = asyncio.create_task(_dispatcher(notification))
            await world.happens(received(ANN), number=NUMBER)
            await until(lambda: runtime.pool.fetchval("SELECT count(*) > 1 FROM read.webhooks_waiting"))
            dies = DiesAfterSending(real._pool, 5.0)
            with pytest.raises(BaseExceptionGroup) as died:
                await Sender(runtime, Attempts(runtime, dies, key)).run()
            assert died.group_contains(Crash)
            restarted = asyncio.create_task(Sender(runtime, Attempts(runtime, real, key)).run())
            await until(lambda: runtime.pool.fetchval("SELECT count(*) = 0 FROM read.webhooks_waiting"))
            for task in (restarted, dispatching):
                task.cancel()
    ids = Counter(hook.id for hook in receiver.hooks)
    assert len(ids) == 2, "two subscriptions, one fact"
    assert max(ids.values()) == 2, "one of them was sent again"


async def _dispatcher(notification: LocalService) -> None:
    dispatch = next(one for one in service.workers if getattr(one, "__name__", "") == "dispatcher")
    await dispatch(notification.runtime)


async def test_no_secret_stands_in_the_log_or_in_any_read_model(
    world: World, notification: LocalService, capfd: pytest.CaptureFixture[str]
) -> None:
    async with open_receiver(receiver := Receiver()) as url, erp(notification) as who:
        opened = await subscribed(who, url)
        rotated = (await who.post(f"/subscriptions/{opened['id']}/rotation")).json()
        await world.happens(received(ANN), OrderCompleted(content=CONTENT), number=NUMBER)
        await until(lambda: len(receiver.hooks) == 2)
        kept = [await notification.runtime.pool.fetch("SELECT e::text FROM log.event e")]
        kept += [
            await notification.runtime.pool.fetch(f"SELECT r::text FROM read.{one.name} r")
            for one in service.projections
        ]
        text = "\n".join(row[0] for rows in kept for row in rows) + "".join(capfd.readouterr())
    assert opened["id"] in text
    for secret in (opened["secret"], rotated["secret"], KEY):
        assert secret.removeprefix("whsec_") not in text
    assert "secret" not in (await erp(notification).get(f"/subscriptions/{opened['id']}")).json()["state"]


def _in_days(days: int) -> datetime:
    return utc_now() + timedelta(days=days)


async def test_a_day_away_loses_nothing_and_days_away_disable_until_somebody_enables(
    world: World, notification: LocalService, unused_tcp_port: int
) -> None:
    runtime = notification.runtime
    async with erp(notification) as who:
        opened = await subscribed(who, f"http://127.0.0.1:{unused_tcp_port}/hook")
        path = f"/subscriptions/{opened['id']}"
        await world.happens(received(ANN), number=NUMBER)

        async def tried() -> int:
            rows = await deliveries(who, opened["id"])
            return int(rows[0]["attempts"]) if rows else 0

        async def tried_again() -> bool:
            return await tried() > before

        before = 0
        await until(tried_again)
        for days, state in ((1, "enabled"), (6, "disabled")):
            before = await tried()
            runtime.clock = partial(_in_days, days)
            await until(tried_again)

            async def so() -> bool:
                return bool((await who.get(path)).json()["state"]["state"] == state)  # noqa: B023  # asked at once

            await until(so)
        assert (await who.get(path)).json()["state"]["disabled_because"] == "unreachable"
        async with open_receiver(receiver := Receiver(), unused_tcp_port):
            runtime.clock = partial(_in_days, 7)
            await who.post(f"{path}/enabling")
            await until(lambda: receiver.hooks)
    assert [hook.type for hook in receiver.hooks] == TYPES[:1]
