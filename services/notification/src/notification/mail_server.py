"""The mail server: takes a letter, or fails in one of two ways."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from notification.retries import Fault

OUT_OF_SERVICE = 421
"""The server closes the channel, whatever the letter is (RFC 5321, 4.2.3)."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a letter was not taken. `for_good`: the server never will take it."""

    fault: Fault
    for_good: bool
    error: str


class MailServer:
    """Where mail goes: `smtp://host:port`, `smtps://user:password@host:port`.

    With `smtp`, the connection is encrypted when the server offers it. `timeout` (seconds)
    bounds each step, and three of them bound the whole.
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
        self._timeout = timeout

    async def send(self, letter: EmailMessage) -> Failed | None:
        """None when the server took the letter. A timeout leaves it open whether it did."""
        client = SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls,
            username=self._user,
            password=self._password,
            timeout=self._timeout,
            local_hostname="localhost",  # else looked up in the DNS, which blocks
        )
        try:
            async with asyncio.timeout(3 * self._timeout):
                await client.connect()
                await client.send_message(letter)
        except (SMTPException, OSError, TimeoutError) as error:
            return _failed(error)
        finally:
            # It is taken by now or it is not: how the connection ends changes nothing.
            with suppress(SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await client.quit()
            client.close()
        return None


def _failed(error: Exception) -> Failed:
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    said = " ".join(f"{type(error).__name__}: {error}".split())[:1000]
    match error:
        case SMTPResponseException(code=code) if code == OUT_OF_SERVICE:
            return Failed("unreachable", for_good=False, error=said)
        case SMTPRecipientRefused(code=code) | SMTPDataError(code=code):
            return Failed("refused", for_good=code >= 500, error=said)
        case SMTPSenderRefused():  # our own address is at fault, which can be set right
            return Failed("refused", for_good=False, error=said)
        case SMTPNotSupported():  # such as an address that needs SMTPUTF8
            return Failed("refused", for_good=True, error=said)
    return Failed("unreachable", for_good=False, error=said)
