"""The SMTP side of the mail sink, by aiosmtpd: takes what comes, or refuses it as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from launch.mailbox import Mailbox
from launch.ports import HOST

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest message taken."""


class Door:
    """aiosmtpd's handler of one message."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Answer 250 once the message is kept, or 451 (try again later, RFC 5321) on purpose."""
        if self._mailbox.faults.refuse():
            return "451 4.3.2 refused on purpose; try again later"
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        self._mailbox.deliver(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 2.0.0 kept"


@asynccontextmanager
async def listening(mailbox: Mailbox, port: int, host: str = HOST) -> AsyncIterator[None]:
    """Take mail on the port."""
    door = Door(mailbox)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(door, data_size_limit=LARGEST, hostname="localhost", enable_SMTPUTF8=True), host, port
    )
    async with server:
        yield
