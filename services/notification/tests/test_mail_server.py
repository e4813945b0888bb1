"""A real SMTP server takes letters, refuses them, is slow, breaks off, or is not there.

A connection that is used again changes nothing of what is said about a letter.
"""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from office import Office, free_port, open_office

from notification.mail_failure import Failed
from notification.mail_server import MailServer


async def sent(
    url: str, *letters: EmailMessage, timeout: float = 20.0
) -> list[Failed | None]:  # the server's
    """What came of each of them, over one connection."""
    async with MailServer(url, timeout=timeout).connection() as connection:
        return [await connection.send(one) for one in letters]


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.example", "b@y.example", "订单"
    mail.set_content("已收到")
    return mail


async def test_a_letter_is_taken() -> None:
    with open_office(office := Office()) as url:
        assert await sent(url, letter()) == [None]
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
        (failed,) = await sent(url, letter())
    assert failed is not None
    assert (failed.fault, failed.for_good) == (fault, for_good)
    assert not office.taken


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    (failed,) = await sent(f"smtp://127.0.0.1:{free_port()}", letter())
    assert failed is not None
    assert (failed.fault, failed.for_good) == ("unreachable", False)


async def test_a_server_that_does_not_answer_in_time_is_unreachable() -> None:
    with open_office(Office(data="slow")) as url:
        (failed,) = await sent(url, letter(), timeout=0.3)
    assert failed is not None
    assert failed.fault == "unreachable"


async def test_a_server_that_only_trickles_is_given_up() -> None:
    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"220-still here\r\n")
            await asyncio.sleep(0.05)

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        (failed,) = await sent(f"smtp://127.0.0.1:{port}", letter(), timeout=0.2)
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
        assert await sent(url, letter()) == [None]
    assert len(office.taken) == 1


async def test_an_address_that_the_server_cannot_write_is_refused_for_good() -> None:
    mail = letter()
    del mail["To"]
    mail["To"] = "王@y.example"
    with open_office(Office(), foreign_addresses=False) as url:
        (failed,) = await sent(url, mail)
    assert failed is not None
    assert (failed.fault, failed.for_good) == ("refused", True)


@pytest.mark.parametrize("url", ["localhost:25", "http://localhost", "smtp://"])
def test_a_wrong_setting_says_what_it_must_look_like(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host:port"):
        MailServer(url)


async def test_a_burst_of_letters_goes_over_one_connection() -> None:
    with open_office(office := Office()) as url:
        assert await sent(url, *(letter() for _ in range(5))) == [None] * 5
    assert (len(office.taken), office.connections) == (5, 1)


async def test_a_connection_takes_so_many_letters_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notification.mail_server.MOST_LETTERS", 2)
    with open_office(office := Office()) as url:
        assert await sent(url, *(letter() for _ in range(5))) == [None] * 5
    assert (len(office.taken), office.connections) == (5, 3)


async def test_a_letter_that_is_refused_takes_no_other_with_it() -> None:
    class Choosy(Office):
        async def handle_RCPT(  # noqa: N802
            self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
        ) -> str:
            self.rcpt = "550 no such mailbox" if address.startswith("nobody") else "250 OK"
            return await super().handle_RCPT(server, session, envelope, address, options)

    wrong = letter()
    wrong.replace_header("To", "nobody@y.example")
    with open_office(office := Choosy()) as url:
        first, second, third = await sent(url, letter(), wrong, letter())
    assert (first, third) == (None, None)
    assert second is not None
    assert (second.fault, second.for_good) == ("refused", True)
    assert (len(office.taken), office.connections) == (2, 1)
    assert all(envelope.rcpt_tos == ["b@y.example"] for envelope in office.taken)


async def test_a_server_that_hung_up_meanwhile_is_called_again() -> None:
    class Impatient(Office):
        async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            assert server.transport is not None
            server.transport.close()
            return "250 OK"

    with open_office(office := Impatient()) as url:
        assert await sent(url, letter(), letter(), letter()) == [None] * 3
    assert (len(office.taken), office.connections) == (3, 3)


async def test_a_server_that_wants_no_more_letters_this_way_gets_them_the_next_way() -> None:
    class Rationing(Office):
        async def handle_MAIL(  # noqa: N802
            self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
        ) -> str:
            used = any(one is session for one in self.sessions)
            self.sessions.append(session)
            self.sender = "421 too many letters over this connection" if used else "250 OK"
            return await super().handle_MAIL(server, session, envelope, address, options)

        sessions: list[Session] = []  # noqa: RUF012  # of the one that is made here

    with open_office(office := Rationing()) as url:
        assert await sent(url, letter(), letter(), letter()) == [None] * 3
    assert (len(office.taken), office.connections) == (3, 3)


async def test_a_server_that_goes_away_in_the_middle_of_a_letter_took_none_of_it_for_certain() -> None:
    class Breaking(Office):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            if len(self.taken) == 1:
                assert server.transport is not None
                server.transport.close()
            return await super().handle_DATA(server, session, envelope)

    with open_office(Breaking()) as url:
        first, second, third = await sent(url, letter(), letter(), letter())
    assert first is None
    assert second is not None
    assert (second.fault, second.for_good) == ("unreachable", False)
    assert third is None, "over a connection of its own again"
