"""A message as a letter that a mail server takes: always the same bytes of meaning, with one Message-ID."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from events.contracts.messages import MessageAddressed
from notification.addressing import number_of


def letter(message: MessageAddressed, at: datetime, sender: str) -> EmailMessage:
    """The letter of a message that was addressed `at`. Raises `ValueError` for an address that is none.

    The Message-ID derives from the message's id: whoever gets a letter twice can tell.
    References ties all letters of an order into one conversation (RFC 5322, 3.6.4).
    """
    domain = sender.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = sender
        mail["To"] = message.recipient.address
    except (AttributeError, IndexError, ValueError) as error:  # ways the email package refuses one
        raise ValueError(f"not a mail address: {error}") from error
    if len(mail["To"].addresses) != 1 or mail["To"].defects:
        raise ValueError("not one mail address")
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.message}@{domain}>"
    mail["References"] = f"<{number_of(message.message)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = {"zh": "zh-CN", "en": "en"}.get(message.language, "zh-CN, en")
    mail.set_content(message.body)
    return mail
