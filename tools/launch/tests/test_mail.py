"""The mail sink keeps what is sent, shows it, and refuses when a test wants it to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from fastapi import FastAPI

from launch import ports
from launch.mail import routes
from launch.mailbox import Mailbox
from launch.sink import listening


class Sink:
    """A sink that listens, as its two sides see it."""

    def __init__(self, port: int, http: httpx.AsyncClient) -> None:
        self.port = port
        self.http = http

    async def send(self, subject: str, *, to: str = "sales@example.com", number: int = 1) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "orders@example.com", to, subject
        message["Message-ID"] = f"<{number}@example.com>"
        message.set_content("您的订单已收到。")
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.port)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mail" / "messages.jsonl"


@pytest.fixture
async def sink(file: Path) -> AsyncIterator[Sink]:
    mailbox, app, port = Mailbox(file, kept=3), FastAPI(), ports.choose()
    app.include_router(routes(mailbox))
    async with (
        listening(mailbox, port),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sink") as http,
    ):
        yield Sink(port, http)


async def test_a_message_is_shown_as_it_was_sent(sink: Sink) -> None:
    await sink.send("Order received 订单")
    (mail,) = (await sink.http.get("/mail")).json()
    assert mail["from"] == "orders@example.com"
    assert mail["to"] == ["sales@example.com"]
    assert mail["subject"] == "Order received 订单"
    assert mail["message_id"] == "<1@example.com>"
    assert mail["text"].rstrip() == "您的订单已收到。"


async def test_messages_are_found_by_address(sink: Sink) -> None:
    await sink.send("one")
    await sink.send("two", to="buyer@example.com", number=2)
    (found,) = (await sink.http.get("/mail", params={"to": "buyer@example.com"})).json()
    assert found["subject"] == "two"
    count = (await sink.http.get("/mail/count", params={"to": "buyer@example.com"})).json()
    assert count == {"received": 2, "kept": 1, "distinct": 1}


async def test_repeats_are_counted(sink: Sink) -> None:
    await sink.send("one")
    await sink.send("one")
    assert (await sink.http.get("/mail/count")).json() == {"received": 2, "kept": 2, "distinct": 1}


async def test_only_the_last_are_shown_and_all_are_in_the_file(sink: Sink, file: Path) -> None:
    for number in range(5):
        await sink.send(f"number {number}", number=number)
    assert [mail["subject"] for mail in (await sink.http.get("/mail")).json()] == [
        "number 2",
        "number 3",
        "number 4",
    ]
    assert len(file.read_text().splitlines()) == 5
    after_a_restart = Mailbox(file, kept=3)
    assert after_a_restart.received == 5
    assert [message.subject for message in after_a_restart.messages()] == ["number 2", "number 3", "number 4"]


async def test_a_line_cut_off_by_a_kill_is_no_message(sink: Sink, file: Path) -> None:
    await sink.send("whole")
    with file.open("a") as cut:
        cut.write('{"at": "2026')
    Mailbox(file)  # a restart
    await sink.send("next")
    assert [message.subject for message in Mailbox(file).messages()] == ["whole", "next"]


async def test_it_refuses_the_next_ones_on_purpose(sink: Sink) -> None:
    await sink.http.put("/mail/faults", json={"refuse_next": 1})
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await sink.send("refused")
    assert refused.value.code == 451
    await sink.send("taken")
    assert [mail["subject"] for mail in (await sink.http.get("/mail")).json()] == ["taken"]


async def test_it_refuses_all_while_it_is_down(sink: Sink) -> None:
    await sink.http.put("/mail/faults", json={"down": True})
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError):
            await sink.send("refused")
    await sink.http.put("/mail/faults", json={})
    await sink.send("taken")
    assert (await sink.http.get("/mail/count")).json()["received"] == 1
