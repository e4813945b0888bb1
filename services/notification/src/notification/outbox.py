"""Read model `outbox`: the orders with mail to send, and when the next attempt is due.

One row for each order (or purchase order) that has any; it is gone when all its mail went or
was given up. Only the first message of an order is ever due: its mail goes in order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events import Projection, Recorded
from events.contracts.messages import MailFailed, MessageAddressed, MessageMailed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mail of one order that is to go, in order."""

    number: str
    messages: tuple[str, ...]
    next_attempt_at: datetime
    """When the first of them is due."""


def show(row: Waiting | None, fact: Recorded[Any]) -> Waiting | None:
    event = fact.event
    match event:
        case MessageAddressed(channel="mail", message=message):
            if row is None:
                return Waiting(fact.id_in_stream, (message,), fact.time)
            return replace(row, messages=(*row.messages, message))
        case MailFailed(retry_at=retry_at) if row is not None and retry_at is not None:
            return replace(row, next_attempt_at=retry_at)
        case MessageMailed(message=message) | MailFailed(message=message) if row is not None:
            left = tuple(one for one in row.messages if one != message)
            return Waiting(row.number, left, fact.time) if left else None
    return row


outbox = Projection(
    name="outbox",
    version=1,
    row=Waiting,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(MessageAddressed, MessageMailed, MailFailed),
    indexes=(("next_attempt_at",),),
)
