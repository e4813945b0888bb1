"""A real SMTP server takes letters, refuses them, is slow, breaks off, or is not there."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from office import Office, free_port, open_office

from notification.mail_server import MailServer


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.example", "b@y.example", "订单"
    mail.set_content("已收到")
    return mail


async def test_a_letter_is_taken() -> None:
    with open_office(office := Office()) as url:
        assert await MailServer(url).send(letter()) is None
    assert [envelope.rcpt_tos for envelope in office.taken] == [["b@y.example"]]


@pytest.mark.parametrize(
    ("office", "fault", "for_good"),
    [
        (Office(rcpt="550 no such mailbox"), "refused", True),
        (Office(rcpt="451 greylisted"), "refused", False),
        (Office(data="554 looks like spam"), "refused", True),
        (Office(data="452 mailbox full"), "refused", False),
        (Office(sender="550 we do not know you"), "refused", False),
        (Office(rcpt="421 closing down"), "unreachable", False),
    ],
    ids=lambda one: f"{one.rcpt} {one.data} {one.sender}" if isinstance(one, Office) else str(one),
)
async def test_a_refusal_says_whether_it_is_for_good(office: Office, fault: str, for_good: bool) -> None:
    with open_office(office) as url:
        failed = await MailServer(url).send(letter())
    assert failed is not None
    assert (failed.fault, failed.for_good) == (fault, for_good)
    assert not office.taken


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    failed = await MailServer(f"smtp://127.0.0.1:{free_port()}").send(letter())
    assert failed is not None
    assert (failed.fault, failed.for_good) == ("unreachable", False)


async def test_a_server_that_does_not_answer_in_time_is_unreachable() -> None:
    with open_office(Office(data="slow")) as url:
        failed = await MailServer(url, timeout=0.3).send(letter())
    assert failed is not None
    assert failed.fault == "unreachable"


async def test_a_server_that_only_trickles_is_given_up() -> None:
    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"220-still here\r\n")
            await asyncio.sleep(0.05)

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        failed = await MailServer(f"smtp://127.0.0.1:{port}", timeout=0.2).send(letter())
        server.close()
    assert failed is not None
    assert failed.fault == "unreachable"


async def test_a_letter_that_was_taken_is_taken_however_the_connection_ends() -> None:
    class Hasty(Office):
        async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            assert server.transport is not None
            server.transport.close()
            return "221 Bye"

    with open_office(office := Hasty()) as url:
        assert await MailServer(url).send(letter()) is None
    assert len(office.taken) == 1


async def test_an_address_that_the_server_cannot_write_is_refused_for_good() -> None:
    mail = letter()
    del mail["To"]
    mail["To"] = "王@y.example"
    with open_office(Office(), foreign_addresses=False) as url:
        failed = await MailServer(url).send(mail)
    assert failed is not None
    assert (failed.fault, failed.for_good) == ("refused", True)


@pytest.mark.parametrize("url", ["localhost:25", "http://localhost", "smtp://"])
def test_a_wrong_setting_says_what_it_must_look_like(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host:port"):
        MailServer(url)
