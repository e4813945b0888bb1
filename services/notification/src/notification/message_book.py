"""Read model `message_book`: every message, whom it is for, and what became of it; also the inbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from events import Projection, Recorded
from events.contracts.messages import MailFailed, MessageAddressed, MessageMailed, MessageRead
from notification.states import CALLER, GROUP_ONLY


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message. `role` or `person` says in whose inbox it stands; mail stands in none."""

    id: str
    order_number: str | None
    purchase_order: str | None
    company: str
    """The product company whose people may read it; empty: the group's people only."""
    role: str | None
    person: str | None
    customer: str | None
    address: str | None
    channel: Literal["mail", "inbox", "phone"]
    template: str
    language: Literal["zh", "en", "both"]
    subject: str
    body: str
    state: Literal["shown", "pending", "mailed", "undeliverable"]
    attempts: int
    error: str | None
    """What the mail server said last, while the message is not mailed."""
    retry_at: datetime | None
    addressed_at: datetime
    mailed_at: datetime | None = None
    read: bool = False
    read_at: datetime | None = None
    read_by: str | None = None
    """The first of its recipients who read it."""


def show(row: MessageRow | None, fact: Recorded[Any]) -> MessageRow | None:
    event = fact.event
    if isinstance(event, MessageAddressed):
        return _addressed(event, fact.time)
    assert row is not None, "a message's history starts with its being addressed"
    match event:
        case MessageMailed(attempt=attempt):
            mailed = replace(row, state="mailed", attempts=attempt, mailed_at=fact.time)
            return replace(mailed, error=None, retry_at=None)
        case MailFailed(attempt=attempt, error=error, retry_at=retry_at):
            state: Literal["pending", "undeliverable"] = "pending" if retry_at else "undeliverable"
            return replace(row, state=state, attempts=attempt, error=error, retry_at=retry_at)
        case MessageRead(by=reader) if not row.read:
            return replace(row, read=True, read_at=fact.time, read_by=reader)
    return row


def _addressed(event: MessageAddressed, at: datetime) -> MessageRow:
    recipient = event.recipient
    reader = CALLER if event.channel == "phone" else recipient
    return MessageRow(
        id=event.message,
        order_number=event.order,
        purchase_order=event.purchase_order,
        company=event.product_company or GROUP_ONLY,
        role=reader.name if reader.kind == "role" else None,
        person=reader.name if reader.kind == "person" else None,
        customer=recipient.name if recipient.kind == "customer" else None,
        address=recipient.address,
        channel=event.channel,
        template=event.template,
        language=event.language,
        subject=event.subject,
        body=event.body,
        state="pending" if event.channel == "mail" else "shown",
        attempts=0,
        error=None,
        retry_at=None,
        addressed_at=at,
    )


message_book = Projection(
    name="message_book",
    version=3,
    row=MessageRow,
    show=show,
    key=lambda fact: fact.event.message,
    handles=(MessageAddressed, MessageMailed, MailFailed, MessageRead),
    indexes=(
        ("addressed_at",),
        ("order_number",),
        ("role", "addressed_at"),
        ("person", "addressed_at"),
        ("role", "read"),
        ("person", "read"),
        ("state",),
    ),
)
