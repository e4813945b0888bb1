"""Why a mail server did not take a letter: it said no to this letter, or it said nothing about it."""

from __future__ import annotations

from dataclasses import dataclass

from aiosmtplib import (
    SMTPDataError,
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


def failure(error: Exception) -> Failed:
    """What an error of the SMTP client, or of the network, says of the letter."""
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
