"""Where webhooks may go, and what a receiver's answer means: over real connections."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from ipaddress import ip_address

import pytest
from receiving import Receiver, open_receiver

from events.testing import MONDAY
from notification.webhooks.destination import Address, fault_of, is_public
from notification.webhooks.receiver import NotTaken, Taken, meaning, open_receivers
from notification.webhooks.retries import LONGEST_HOLD

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_private_networks_are_known_in_every_disguise(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_let_through(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://db.internal/",
        "https://printer.local:8443/x", "https://169.254.169.254/latest", "https://erp.example:99999/",
    ],
)  # fmt: skip
def test_what_is_private_at_sight_cannot_be_subscribed_with(url: str) -> None:
    assert fault_of(url)


def test_an_address_of_the_internet_can_be_subscribed_with() -> None:
    assert fault_of("https://erp.example:8443/hooks?x=1") is None
    assert fault_of("https://1.1.1.1/") is None


async def post(url: str, **more: object) -> Taken | NotTaken:
    async with open_receivers(allow_private=True, **more) as receivers:  # type: ignore[arg-type]  # a test's own
        return await receivers.post(url, {"webhook-id": "wh_1.A.1"}, "{}", MONDAY)


async def test_a_name_that_leads_home_is_never_connected_to() -> None:
    async def to_loopback(host: str, port: int) -> Sequence[Address]:
        return [ip_address("93.184.216.34"), ip_address("127.0.0.1")]

    receiver = Receiver()
    async with (
        open_receiver(receiver) as url,
        open_receivers(allow_private=False, resolve=to_loopback) as receivers,
    ):
        port = url.split(":")[2]
        answer = await receivers.post(f"http://erp.example:{port}", {}, "{}", MONDAY)
    assert isinstance(answer, NotTaken)
    assert answer.fault == "refused"
    assert "private" in answer.error
    assert receiver.hooks == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    receiver = Receiver()
    async with open_receiver(receiver) as url, open_receivers(allow_private=False) as receivers:
        answer = await receivers.post(url.replace("127.0.0.1", host), {}, "{}", MONDAY)
    assert isinstance(answer, NotTaken)
    assert receiver.hooks == []


async def test_the_name_is_looked_up_once_and_what_was_checked_is_connected_to() -> None:
    asked = 0

    async def rebinding(host: str, port: int) -> Sequence[Address]:
        nonlocal asked
        asked += 1
        return [ip_address("127.0.0.1")]

    receiver = Receiver()
    async with open_receiver(receiver) as url:
        answer = await post(url.replace("127.0.0.1", "erp.example"), resolve=rebinding)
    assert isinstance(answer, Taken)
    assert asked == 1
    assert receiver.hooks[0].headers["host"].startswith("erp.example:")


async def test_a_redirect_is_not_followed() -> None:
    target = Receiver()
    async with open_receiver(target) as elsewhere:
        receiver = Receiver(answer=lambda _: f"307 Temporary Redirect\r\nLocation: {elsewhere}")
        async with open_receiver(receiver) as url:
            answer = await post(url)
    assert isinstance(answer, NotTaken)
    assert (answer.fault, answer.status) == ("refused", 307)
    assert target.hooks == []


async def test_silence_ends_the_attempt() -> None:
    receiver = Receiver(patience=asyncio.Event())
    async with open_receiver(receiver) as url:
        answer = await post(url, timeout=0.2)
    assert answer == NotTaken("away", "no answer within 0.2 s")


async def test_an_answer_that_never_ends_is_not_read() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    async with server:
        answer = await post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout=20)
    assert answer == Taken(200)


@pytest.mark.parametrize("said", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50_000])
async def test_what_is_no_answer_is_tried_again_later(said: bytes) -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(broken, "127.0.0.1", 0)
    async with server:
        answer = await post(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert isinstance(answer, NotTaken)
    assert answer.fault == "away"


async def test_nobody_there_is_away() -> None:
    async with open_receiver(Receiver()) as url:
        pass
    answer = await post(url)
    assert isinstance(answer, NotTaken)
    assert answer.fault == "away"


@pytest.mark.parametrize(
    ("status", "fault"),
    [(400, "refused"), (404, "refused"), (410, "away"), (429, "away"), (500, "refused"), (503, "away")],
)
def test_what_a_status_says_of_the_webhook_and_of_its_receiver(status: int, fault: str) -> None:
    answer = meaning(status, "", MONDAY)
    assert isinstance(answer, NotTaken)
    assert (answer.fault, answer.retry_after) == (fault, None)


def test_retry_after_is_seconds_or_a_date_and_has_a_bound() -> None:
    later = MONDAY + timedelta(minutes=7)
    for header in ("420", format_datetime(later, usegmt=True)):
        answer = meaning(503, header, MONDAY)
        assert isinstance(answer, NotTaken)
        assert answer.retry_after == later
    for nonsense in ("", "soon", "-5", "0", "٣", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Jan 99999"):
        answer = meaning(503, nonsense, MONDAY)
        assert isinstance(answer, NotTaken)
        assert answer.retry_after is None
    for long in ("9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"):
        answer = meaning(503, long, MONDAY)
        assert isinstance(answer, NotTaken)
        assert answer.retry_after == MONDAY + LONGEST_HOLD
