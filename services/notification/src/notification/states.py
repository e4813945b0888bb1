"""The state of an order's correspondence: its parties, its panel, its messages in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.contracts.common import Customer
from events.contracts.messages import MailFailed, MessageAddressed, Recipient
from notification.panel import Panel

GROUP_ONLY = ""
"""In place of a product company: no company's people may see it, only the group's."""
CALLER = Recipient(kind="role", name="sales")
"""Calls customers who have no mail address."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message and what became of it."""

    addressed: MessageAddressed
    attempts: int = 0
    refusals: int = 0
    mailed: bool = False
    failure: MailFailed | None = None
    """The last one."""
    readers: frozenset[str] = frozenset()

    @property
    def state(self) -> Literal["shown", "pending", "mailed", "undeliverable"]:
        """`shown` in an inbox; the others are of mail."""
        if self.addressed.channel != "mail":
            return "shown"
        if self.mailed:
            return "mailed"
        return "undeliverable" if self.failure and self.failure.retry_at is None else "pending"

    @property
    def retry_at(self) -> datetime | None:
        """When pending mail is to be tried again; None for now."""
        return self.failure.retry_at if self.failure else None

    @property
    def reader(self) -> Recipient:
        """In whose inbox it stands, if in any."""
        return CALLER if self.addressed.channel == "phone" else self.addressed.recipient


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Nothing was told so far, or this."""

    company: str | None = None
    """The product company whose people may see it; None while unknown."""
    customer: Customer | None = None
    panel: Panel = field(default_factory=Panel)
    messages: Mapping[str, Message] = field(default_factory=dict)
    """By id, in the order they were addressed in."""
    announced: frozenset[UUID] = frozenset()
    """The facts that were announced to subscribers."""

    @property
    def next_mail(self) -> Message | None:
        """The mail that goes next: a customer reads what happened in the order it happened in."""
        return next((one for one in self.messages.values() if one.state == "pending"), None)

    def changed(self, id: str, message: Message) -> Correspondence:
        return replace(self, messages={**self.messages, id: message})
