"""Mail goes once, in order, and nothing is lost: with a real database and a real mail server."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any

import asyncpg
import pytest
from office import Office, free_port, open_office
from telling import ANN, CONTENT, received
from world import Open, World

from events import Unavailable
from events.contracts.messages import MailFailed, MessageAddressed, MessageMailed
from events.contracts.orders import OrderAccepted, OrderFoundIncomplete, RequirementsConfirmed
from notification.mail_failure import Failed
from notification.mail_server import Connection, MailServer
from notification.mailer import AT_ONCE, Mailer, mailer
from servicekit import Runtime
from servicekit.runtime import utc_now
from servicekit.testing import LocalService

SENDER = "Sales <orders@fulfilment.example>"
CONFIRMED = RequirementsConfirmed(
    customer=ANN, product_company="HV", content=CONTENT, content_version=1, confirmed_by="sun", prepared_by=()
)


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` gives, once it gives something; the test's time limit ends a vain wait."""
    while True:
        with suppress(asyncpg.UndefinedTableError):  # the read models are made when the service opens
            if found := await look():
                return found
        await asyncio.sleep(0.02)


async def states(notification: LocalService) -> Counter[str]:
    rows = await notification.runtime.pool.fetch("SELECT state FROM read.message_book WHERE channel = 'mail'")
    return Counter(row["state"] for row in rows)


async def all_mailed(notification: LocalService, count: int) -> None:
    async def look() -> bool:
        waiting = await notification.runtime.pool.fetchval("SELECT count(*) FROM read.outbox")
        return (await states(notification))["mailed"] == count and not waiting

    await until(look)


def ids(office: Office) -> list[str]:
    return [letter["Message-ID"] for letter in office.letters]


async def test_a_letter_reaches_the_customer_and_the_trace_goes_on(
    world: World, open_notification: Open
) -> None:
    with open_office(office := Office()) as url:
        async with open_notification(smtp_url=url) as notification:
            await world.happens(received(ANN))
            await all_mailed(notification, 1)
            addressed, mailed = (
                fact
                for fact in await notification.runtime.log.read("correspondence-7K3M")
                if isinstance(fact.event, MessageAddressed | MessageMailed)
            )
    (letter,) = office.letters
    assert letter["To"] == ANN.email
    assert letter["Subject"] == "Order 7K3M: your request was received"
    assert letter["Message-ID"] == f"<{addressed.event.message}@fulfilment.example>"
    for fact in (addressed, mailed):
        assert fact.traceparent is not None
        assert fact.traceparent.split("-")[1] == world.trace
        assert fact.correlation == "test"
        assert fact.key == "7K3M"
    assert mailed.causation == str(addressed.id)


async def test_each_customer_reads_what_happened_in_the_order_it_happened_in(
    world: World, open_notification: Open
) -> None:
    numbers = [f"N{n}" for n in range(12)]
    with open_office(office := Office()) as url:
        async with open_notification(smtp_url=url) as notification:
            for fact in (
                received(ANN),
                OrderFoundIncomplete(missing=("lines",)),
                OrderAccepted(content_version=1),
            ):
                for number in numbers:
                    await world.happens(fact, number=number)
            await all_mailed(notification, 3 * len(numbers))
    assert len(set(ids(office))) == len(ids(office)) == 3 * len(numbers), "each letter once"
    for number in numbers:
        subjects = [str(one["Subject"]) for one in office.letters if f"Order {number}:" in one["Subject"]]
        assert [subject.partition(": ")[2] for subject in subjects] == [
            "your request was received",
            "please send us what is missing",
            "we can take it",
        ]


async def test_nothing_is_lost_while_the_mail_server_is_away(world: World, open_notification: Open) -> None:
    port = free_port()
    async with open_notification(smtp_url=f"smtp://127.0.0.1:{port}") as notification:
        for n in range(5):
            await world.happens(received(ANN), OrderAccepted(content_version=1), number=f"N{n}")
        failed = "SELECT count(*) FROM read.message_book WHERE error LIKE '%Connect%'"
        await until(lambda: notification.runtime.pool.fetchval(failed))
        with open_office(office := Office(), port=port):
            await all_mailed(notification, 10)
    assert len(set(ids(office))) == len(ids(office)) == 10


async def test_a_day_without_the_mail_server_loses_nothing_and_tells_everything_in_order(
    world: World, open_notification: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "notification.mailer.LONGEST", 0.05
    )  # seconds by which a look at the clock is put off
    monkeypatch.setattr("notification.mailer.SOONEST", 0.05)
    port = free_port()
    async with open_notification(smtp_url=f"smtp://127.0.0.1:{port}") as notification:
        runtime = notification.runtime
        told = (received(ANN), OrderFoundIncomplete(missing=("lines",)), OrderAccepted(content_version=1))
        for hours, fact in zip((0, 6, 18), told, strict=True):
            runtime.clock = partial(_in_hours, hours)
            before = await tries(notification)
            for number in ("N1", "N2", "N3"):
                await world.happens(fact, number=number)
            await until(partial(_tried_since, notification, before))
            assert not (await states(notification)).keys() - {"pending"}, "nothing is given up"
        runtime.clock = partial(_in_hours, 24)
        with open_office(office := Office(), port=port):
            await all_mailed(notification, 9)
    assert len(set(ids(office))) == len(ids(office)) == 9, "each letter once"
    for number in ("N1", "N2", "N3"):
        subjects = [str(one["Subject"]) for one in office.letters if f"Order {number}:" in one["Subject"]]
        assert [subject.partition(": ")[2] for subject in subjects] == [
            "your request was received",
            "please send us what is missing",
            "we can take it",
        ]


def _in_hours(hours: int) -> datetime:
    return utc_now() + timedelta(hours=hours)


async def tries(notification: LocalService) -> int:
    """Attempts on record, of all letters together."""
    facts = await notification.runtime.log.page(0, 5000)
    return sum(isinstance(fact.event, MailFailed) for fact in facts)


async def _tried_since(notification: LocalService, before: int) -> bool:
    return await tries(notification) > before


async def test_a_burst_goes_over_few_connections(world: World, open_notification: Open) -> None:
    with open_office(office := Office()) as url:
        async with open_notification(mails=False) as notification:
            runtime = notification.runtime
            for n in range(40):
                await world.happens(received(ANN), OrderAccepted(content_version=1), number=f"N{n}")

            async def all_waiting() -> bool:
                return (await states(notification))["pending"] == 80

            await until(all_waiting)
            work = asyncio.create_task(Mailer(runtime, MailServer(url), SENDER).run())
            await all_mailed(notification, 80)
            work.cancel()
            await asyncio.wait({work})
    assert len(set(ids(office))) == 80
    assert office.connections <= 2 * AT_ONCE, "and not one for each of 80 letters"


async def test_a_letter_refused_for_good_is_given_up_and_the_next_one_goes(
    world: World, open_notification: Open
) -> None:
    office = Office(rcpt="550 no such mailbox")
    with open_office(office) as url:
        async with open_notification(smtp_url=url) as notification:
            await world.happens(received(ANN))

            async def given_up() -> bool:
                return (await states(notification))["undeliverable"] == 1

            await until(given_up)
            office.rcpt = "250 OK"
            await world.happens(OrderAccepted(content_version=1))
            await until(lambda: _mailed(notification))
            sales = notification.client("sun", "sales")
            inbox = (await sales.get("/inbox", params={"template": "mail_undeliverable"})).json()["items"]
    assert [str(one["Subject"]) for one in office.letters] == ["Order 7K3M: we can take it"]
    assert "550" in inbox[0]["body"]
    assert "ann@northwind.example" in inbox[0]["body"]


async def _mailed(notification: LocalService) -> bool:
    return (await states(notification))["mailed"] == 1


async def test_what_cannot_be_a_letter_stops_no_other(world: World, open_notification: Open) -> None:
    broken = ANN.model_copy(update={"email": "a(b@c.example"})
    with open_office(office := Office()) as url:
        async with open_notification(smtp_url=url) as notification:
            await world.happens(received(broken), number="N1")
            await world.happens(received(ANN), number="N2")

            async def settled() -> bool:
                return await states(notification) == {"undeliverable": 1, "mailed": 1}

            await until(settled)
    assert len(office.taken) == 1


class Crash(BaseException):
    """The process dies here."""


class DiesAfterSending(Connection):
    """The crash point between sending a message and recording it."""

    async def send(self, letter: EmailMessage) -> Failed | None:
        await super().send(letter)
        raise Crash


async def test_a_crash_between_sending_and_recording_repeats_the_same_message_id(
    world: World, open_notification: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_office(office := Office()) as url:
        async with open_notification(mails=False) as notification:
            runtime = notification.runtime
            await world.happens(received(ANN))
            await until(lambda: runtime.pool.fetchval("SELECT count(*) FROM read.outbox"))
            monkeypatch.setattr("notification.mail_server.Connection", DiesAfterSending)
            with pytest.raises(BaseExceptionGroup) as died:
                await Mailer(runtime, MailServer(url), SENDER).run()
            monkeypatch.undo()
            assert died.group_contains(Crash)
            restarted = asyncio.create_task(Mailer(runtime, MailServer(url), SENDER).run())
            await all_mailed(notification, 1)
            restarted.cancel()
    first, second = ids(office)
    assert first == second


async def test_a_stop_lets_the_letter_on_its_way_arrive_and_be_recorded(
    world: World, open_notification: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = asyncio.Event()

    class Slow(Connection):
        async def send(self, letter: EmailMessage) -> Failed | None:
            under_way.set()
            await asyncio.sleep(0.3)
            return await super().send(letter)

    monkeypatch.setattr("notification.mail_server.Connection", Slow)
    with open_office(office := Office()) as url:
        async with open_notification(mails=False) as notification:
            await world.happens(received(ANN))
            work = asyncio.create_task(Mailer(notification.runtime, MailServer(url), SENDER).run())
            await under_way.wait()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            await all_mailed(notification, 1)
    assert len(office.taken) == 1


async def test_an_outage_of_the_database_after_sending_is_waited_for(
    world: World, open_notification: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_office(office := Office()) as url:
        async with open_notification(mails=False) as notification:
            runtime = notification.runtime
            await world.happens(received(ANN))
            await until(lambda: runtime.pool.fetchval("SELECT count(*) FROM read.outbox"))
            append, refusals = runtime.log.append, 2

            async def away(*arguments: Any, **more: Any) -> Any:
                nonlocal refusals
                if refusals:
                    refusals -= 1
                    raise Unavailable("the database did not answer")
                return await append(*arguments, **more)

            monkeypatch.setattr(runtime.log, "append", away)
            work = asyncio.create_task(Mailer(runtime, MailServer(url), SENDER).run())
            await all_mailed(notification, 1)
            work.cancel()
    assert (len(office.taken), refusals) == (1, 0)


async def test_of_two_replicas_one_mails_and_the_other_takes_over_when_it_is_cut_off(
    world: World, open_notification: Open
) -> None:
    with open_office(office := Office()) as url:
        async with open_notification(smtp_url=url) as one, open_notification(smtp_url=url) as other:
            for n in range(10):
                await world.happens(received(ANN), number=f"N{n}")
            await all_mailed(one, 10)
            cut = (
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND classid::bigint << 32 | objid::bigint = hashtextextended('mailer', 0) "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            assert await other.runtime.pool.fetchval(cut)
            for n in range(10):
                await world.happens(CONFIRMED, number=f"N{n}")
            await all_mailed(other, 20)
    assert len(set(ids(office))) == len(ids(office)) == 20


async def test_without_a_mail_server_mail_waits_in_the_outbox(world: World, open_notification: Open) -> None:
    async with open_notification(smtp_url=None) as notification:
        await world.happens(received(ANN))
        count = "SELECT count(*) FROM read.outbox"
        assert await until(lambda: notification.runtime.pool.fetchval(count)) == 1
        runtime: Runtime = notification.runtime
        assert [loop.state for loop in runtime.loops if loop.name == f"worker {mailer.__name__}"] == [
            "running"
        ]
