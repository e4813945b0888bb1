"""Facts of notification: who is told what (every party, in time).

Streams: `correspondence-<number>`, one for each order, and one for each purchase order where
the goods of several orders are spoken of; and for webhooks `subscription-<id>` and
`delivery-<subscription>.<number>`. The names are the storage: never change one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from events.contracts.common import Code, Customer, Name, Text
from events.contracts.reviews import Department, Reviewer
from events.event import Event, Part

MessageId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""`<number>.<12 hexadecimal digits>`, derived from what was told, by which template, to whom."""


class Recipient(Part):
    """A role of the house, a person, or the customer of an order."""

    kind: Literal["role", "person", "customer"]
    name: Name
    """The role, the person's subject, or the customer's id."""
    address: str | None = None
    """Where mail goes."""


class PartiesKnown(Event, name="correspondence.parties_known.v1"):
    """Whose order it is and which product company's people may read of it; the newest holds.

    Without a company only the group's people read of it.
    """

    product_company: Code | None
    customer: Customer | None = None


class OpenQuestion(Part):
    """A reviewer was asked something and has not given its word since."""

    to: Reviewer
    question: Text
    asked_by: Name
    """Who is told of the answer."""


class OpinionsAwaited(Event, name="correspondence.opinions_awaited.v1"):
    """Which departments are in the order's panel, and whose opinions and answers are waited for from now on."""

    panel: tuple[Department, ...]
    awaited: tuple[Department, ...]
    questions: tuple[OpenQuestion, ...] = ()
    """Those that no word of the reviewer asked has followed yet, oldest first."""


class MessageAddressed(Event, name="message.addressed.v1"):
    """Somebody is to be told something.

    By `mail`; in the `inbox` of a role or person; or by `phone`: the customer has no mail
    address, and the text stands in the inbox of sales.
    """

    message: MessageId
    order: str | None
    purchase_order: str | None = None
    product_company: Code | None
    recipient: Recipient
    template: Name
    channel: Literal["mail", "inbox", "phone"]
    language: Literal["zh", "en", "both"]
    subject: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    body: Annotated[str, StringConstraints(min_length=1, max_length=100_000)]


class MessageMailed(Event, name="message.mailed.v1"):
    """The mail server took the message at this attempt."""

    message: MessageId
    attempt: int


class MailFailed(Event, name="message.mail_failed.v1"):
    """The mail server did not take the message; tried again at `retry_at`, never when None.

    `refused` is the server's no to this message; `unreachable` says nothing about it.
    """

    message: MessageId
    attempt: int
    fault: Literal["refused", "unreachable"]
    error: Annotated[str, StringConstraints(max_length=1000)]
    retry_at: datetime | None


class MessageRead(Event, name="message.read.v1"):
    """A recipient has read it; each reader of a role is told of once."""

    message: MessageId
    by: Name


FactName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z][a-z_.0-9]*$")]
"""The stored name of an event, `order.accepted.v1`, or what it begins with, whole words only: `order`."""
WebhookUrl = Annotated[
    str,
    StringConstraints(
        max_length=2000,
        pattern=r'^https?://(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(:[0-9]{1,5})?([/?][!"$-~]*)?$',
    ),
]
"""Where webhooks go: no user, no fragment; a name that is not ASCII in its xn-- form."""
SubscriptionId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
DeliveryId = Annotated[str, StringConstraints(min_length=1, max_length=150)]
"""`<subscription>.<number>.<12 hexadecimal digits>`: one for each subscription and fact, for ever."""


class FactAnnounced(Event, name="announcement.made.v1"):
    """Something happened to an order that subscribers may hear of: what and where, and nobody's data.

    It stands in the order's correspondence, beside the messages the same fact led to.
    """

    fact: UUID
    """The event's id."""
    type: FactName
    happened_at: datetime
    order: str
    product_company: Code | None
    """None while it is not known whose order it is: only the group's subscribers hear of it."""
    stream: str
    version: int


class SubscriptionOpened(Event, name="subscription.opened.v1"):
    """Somebody wants to be told of facts by webhook. Without a company: of all companies' orders."""

    url: WebhookUrl
    events: tuple[FactName, ...]
    description: Text | None
    product_company: Code | None


class SubscriptionDisabled(Event, name="subscription.disabled.v1"):
    """Nothing is sent any more: somebody asked for that, the receiver said 410, or it was away for days."""

    reason: Literal["asked", "gone", "unreachable"]


class SubscriptionEnabled(Event, name="subscription.enabled.v1"):
    """It is sent to again: first what was waiting."""


class SecretRotated(Event, name="subscription.secret_rotated.v1"):
    """Its signing secret is that of this generation now; the one before signs as well until `old_until`.

    The secrets themselves are kept nowhere.
    """

    generation: int
    old_until: datetime


class PingAsked(Event, name="subscription.ping_asked.v1"):
    """Somebody wants to see whether webhooks arrive. `ping` counts from 1."""

    ping: int


class DeliveryQueued(Event, name="delivery.queued.v1"):
    """A subscriber is to be told of a fact, after what was queued before for the same order."""

    delivery: DeliveryId
    subscription: SubscriptionId
    product_company: Code | None
    """Of the subscription."""
    sequence: int
    """1, 2, 3... for each order and subscription."""
    announced: FactAnnounced | None
    """None for a test ping."""


class DeliverySucceeded(Event, name="delivery.succeeded.v1"):
    """The receiver took it at this attempt."""

    delivery: DeliveryId
    attempt: int
    status: int


class DeliveryFailed(Event, name="delivery.failed.v1"):
    """The receiver did not take it; tried again at `retry_at`, given up when None.

    `refused` is its no to this webhook; `away` says nothing about it.
    """

    delivery: DeliveryId
    attempt: int
    fault: Literal["refused", "away"]
    status: int | None
    error: Annotated[str, StringConstraints(max_length=300)]
    retry_at: datetime | None
    hold_until: datetime | None = None
    """Until then the receiver wants nothing at all (Retry-After)."""


class DeliveryRequeued(Event, name="delivery.requeued.v1"):
    """Somebody wants it sent again, under the same id."""

    delivery: DeliveryId
    sequence: int
