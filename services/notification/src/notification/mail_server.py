"""The mail server: takes letters over a connection, each or not, and fails in one of two ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPSenderRefused

from notification.mail_failure import Failed, failure

MOST_LETTERS = 50
"""Over one connection; servers commonly allow a hundred or more."""


class MailServer:
    """Where mail goes: `smtp://host:port`, `smtps://user:password@host:port`.

    With `smtp`, the connection is encrypted when the server offers it. `timeout` (seconds)
    bounds each step, and three of them bound what one letter takes.
    """

    def __init__(self, url: str, *, timeout: float = 20.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://host:port or smtps://user:password@host:port")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self.timeout = timeout

    def client(self) -> SMTP:
        """Not connected yet."""
        return SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            username=self._user,
            password=self._password,
            timeout=self.timeout,
            local_hostname="localhost",  # else looked up in the DNS, which blocks
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """For letters one after the other; made when the first goes, closed at the end."""
        connection = Connection(self)
        try:
            yield connection
        finally:
            await connection.hang_up()


class Connection:
    """Takes letters one after the other, and is renewed when the server closed it.

    Before a letter goes over a connection that has taken one, the server is asked whether it is
    still there (RSET). So each letter has the same chance as over a connection of its own, and
    fails in the same ways.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: SMTP | None = None
        self._letters = 0
        """Over this connection."""

    async def send(self, letter: EmailMessage) -> Failed | None:
        """None when the server took the letter. A timeout leaves it open whether it did."""
        try:
            async with asyncio.timeout(3 * self._server.timeout):
                await self._hand_over(letter)
        except (SMTPException, OSError, TimeoutError) as error:
            failed = failure(error)
            if failed.fault == "unreachable":
                await self.hang_up()
            return failed
        return None

    async def hang_up(self) -> None:
        """Close the connection, if there is one: a letter is taken by now or it is not."""
        client, self._client, self._letters = self._client, None, 0
        if client is None:
            return
        with suppress(SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await client.quit()
        client.close()

    async def _hand_over(self, letter: EmailMessage) -> None:
        client = await self._connected()
        self._letters += 1
        try:
            await client.send_message(letter)
        except SMTPSenderRefused:
            if self._letters == 1:
                raise
            # Perhaps it wants no more letters over this connection; it knows nothing of this one yet.
            await self.hang_up()
            await self._hand_over(letter)

    async def _connected(self) -> SMTP:
        if self._client is not None:
            if self._letters < MOST_LETTERS and await _there(self._client):
                return self._client
            await self.hang_up()
        self._client = self._server.client()
        await self._client.connect()
        return self._client


async def _there(client: SMTP) -> bool:
    try:
        await client.rset()
    except (SMTPException, OSError, TimeoutError):
        return False
    return True
