"""What can be asked of an order's correspondence."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, JsonValue

from events import Command, Part
from events.contracts.common import Code, Customer, Name
from events.contracts.messages import MessageId
from notification.panel import PanelWord
from notification.retries import Fault
from notification.told import Kind, Once
from notification.webhooks.announcement import Announcement


class Notice(Part):
    """One recipient and the template for them, as in the table of who is told."""

    kind: Kind
    name: Name
    template: Name
    once: Once | None = None


class Parties(Part):
    """Whose order it is. `first_hand` says order-intake; what others copied only fills a gap."""

    product_company: Code | None
    customer: Customer | None = None
    first_hand: bool = False


class Tell(Command):
    """Something happened: tell those who are concerned. Exactly one of the two numbers is given.

    It also announces the fact to subscribers, where they may hear of it: one command for both.
    """

    cause: UUID
    """The fact that is told."""
    order: str | None
    purchase_order: str | None = None
    parties: Parties | None = None
    panel: PanelWord | None = None
    notices: tuple[Notice, ...] = ()
    details: dict[str, JsonValue] = Field(default_factory=dict)
    """What the fact says, for the templates."""
    announcement: Announcement | None = None
    """None for facts that no subscriber hears of."""

    @property
    def number(self) -> str:
        """Of the order or purchase order it is about."""
        return self.order or self.purchase_order or ""


class RecordMailed(Command):
    """The mail server took the message at this attempt."""

    message: MessageId
    attempt: int


class RecordFailure(Command):
    """The mail server did not take the message at this attempt."""

    message: MessageId
    attempt: int
    fault: Fault
    for_good: bool
    """It never will: trying again is of no use."""
    error: Annotated[str, Field(max_length=1000)]
    jitter: Annotated[float, Field(ge=0, le=1)]
    """A random number, made outside."""


class MarkRead(Command):
    """The message was read by one of those it is for."""

    message: MessageId
