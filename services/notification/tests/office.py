"""A real SMTP server on loopback, whose answers a test chooses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Office:
    """What the server says at each step; it keeps what it took."""

    def __init__(self, *, rcpt: str = "250 OK", sender: str = "250 OK", data: str = "250 OK") -> None:
        self.rcpt, self.sender, self.data = rcpt, sender, data
        self.taken: list[Envelope] = []
        self.connections = 0

    @property
    def letters(self) -> Sequence[EmailMessage]:
        """What was taken, as a mail reader sees it."""
        return [message_from_bytes(one.original_content or b"", policy=default) for one in self.taken]

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.taken.append(envelope)
        if self.data == "slow":
            await asyncio.sleep(30)
        return self.data


@contextmanager
def open_office(office: Office, *, port: int = 0, foreign_addresses: bool = True) -> Iterator[str]:
    """The URL of a server that answers as this office does."""
    controller = Controller(
        office, hostname="127.0.0.1", port=port or free_port(), enable_SMTPUTF8=foreign_addresses
    )
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
