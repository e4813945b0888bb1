"""Who is told what: mail to customers, an inbox for every role, and signed webhooks.

Generated from docs/openapi/notification.json by `python -m checks client --write`; do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from fulfilment_client.common import (
    Counts,
    Done,
    Entry,
    Found,
    Happened,
    IssuedKey,
    ListedKey,
    RevokeApiKey,
    StandsAt,
    WantApiKey,
)
from fulfilment_client.connection import Connection, part
from fulfilment_client.following import Fact, facts
from fulfilment_client.pages import Pages


class Notification:
    """Who is told what: mail to customers, an inbox for every role, and signed webhooks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_inbox(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        read: Sequence[bool] | None = None,
        order_number: Sequence[str] | None = None,
        purchase_order: Sequence[str] | None = None,
        template: Sequence[str] | None = None,
        role: Sequence[str] | None = None,
        person: Sequence[str] | None = None,
        channel: Sequence[Literal["mail", "inbox", "phone"]] | None = None,
        addressed_at_from: datetime | None = None,
        addressed_at_before: datetime | None = None,
        order: Literal["-addressed_at", "addressed_at"] | None = None,
    ) -> Pages[MessageRow]:
        """What the caller, or a role of theirs, is told; the newest first."""
        return Pages(
            self._connection,
            "/inbox",
            MessageRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "read": read,
                "order_number": order_number,
                "purchase_order": purchase_order,
                "template": template,
                "role": role,
                "person": person,
                "channel": channel,
                "addressed_at_from": addressed_at_from,
                "addressed_at_before": addressed_at_before,
                "order": order,
            },
        )

    async def count_inbox(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        read: Sequence[bool] | None = None,
        order_number: Sequence[str] | None = None,
        purchase_order: Sequence[str] | None = None,
        template: Sequence[str] | None = None,
        role: Sequence[str] | None = None,
        person: Sequence[str] | None = None,
        channel: Sequence[Literal["mail", "inbox", "phone"]] | None = None,
        addressed_at_from: datetime | None = None,
        addressed_at_before: datetime | None = None,
        by: Sequence[
            Literal["read", "order_number", "purchase_order", "template", "role", "person", "channel"]
        ]
        | None = None,
    ) -> Counts:
        """How many of these: what the caller, or a role of theirs, is told; the newest first."""
        return await self._connection.read(
            "/inbox/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "read": read,
                "order_number": order_number,
                "purchase_order": purchase_order,
                "template": template,
                "role": role,
                "person": person,
                "channel": channel,
                "addressed_at_from": addressed_at_from,
                "addressed_at_before": addressed_at_before,
                "by": by,
            },
        )

    def list_messages(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        order_number: Sequence[str] | None = None,
        purchase_order: Sequence[str] | None = None,
        customer: Sequence[str] | None = None,
        state: Sequence[Literal["shown", "pending", "mailed", "undeliverable"]] | None = None,
        channel: Sequence[Literal["mail", "inbox", "phone"]] | None = None,
        template: Sequence[str] | None = None,
        role: Sequence[str] | None = None,
        addressed_at_from: datetime | None = None,
        addressed_at_before: datetime | None = None,
        mailed_at_from: datetime | None = None,
        mailed_at_before: datetime | None = None,
        order: Literal["-addressed_at", "addressed_at"] | None = None,
    ) -> Pages[MessageRow]:
        """Who was told what, and whether it reached them."""
        return Pages(
            self._connection,
            "/messages",
            MessageRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "order_number": order_number,
                "purchase_order": purchase_order,
                "customer": customer,
                "state": state,
                "channel": channel,
                "template": template,
                "role": role,
                "addressed_at_from": addressed_at_from,
                "addressed_at_before": addressed_at_before,
                "mailed_at_from": mailed_at_from,
                "mailed_at_before": mailed_at_before,
                "order": order,
            },
        )

    async def count_messages(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        order_number: Sequence[str] | None = None,
        purchase_order: Sequence[str] | None = None,
        customer: Sequence[str] | None = None,
        state: Sequence[Literal["shown", "pending", "mailed", "undeliverable"]] | None = None,
        channel: Sequence[Literal["mail", "inbox", "phone"]] | None = None,
        template: Sequence[str] | None = None,
        role: Sequence[str] | None = None,
        addressed_at_from: datetime | None = None,
        addressed_at_before: datetime | None = None,
        mailed_at_from: datetime | None = None,
        mailed_at_before: datetime | None = None,
        by: Sequence[
            Literal["order_number", "purchase_order", "customer", "state", "channel", "template", "role"]
        ]
        | None = None,
    ) -> Counts:
        """How many of these: who was told what, and whether it reached them."""
        return await self._connection.read(
            "/messages/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "order_number": order_number,
                "purchase_order": purchase_order,
                "customer": customer,
                "state": state,
                "channel": channel,
                "template": template,
                "role": role,
                "addressed_at_from": addressed_at_from,
                "addressed_at_before": addressed_at_before,
                "mailed_at_from": mailed_at_from,
                "mailed_at_before": mailed_at_before,
                "by": by,
            },
        )

    async def read_message(self, id: str) -> Found:
        """One message: its words, whom it is for, and whether it reached them."""
        return await self._connection.read(f"/messages/{part(id)}", Found)

    def history_of_message(self, id: str) -> Pages[Happened]:
        """All that ever happened to one message, every attempt to send it among it."""
        return Pages(self._connection, f"/messages/{part(id)}/events", Happened, {})

    async def mark_read(self, id: str) -> Noted:
        """Say that the caller has read a message to them or a role of theirs."""
        return await self._connection.post(f"/messages/{part(id)}/read-mark", Noted)

    async def read_correspondence(self, id: str, *, as_of: str | None = None) -> Found:
        """One correspondence, current or as of any past moment."""
        return await self._connection.read(f"/correspondence/{part(id)}", Found, {"as_of": as_of})

    def history_of_correspondence(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one correspondence."""
        return Pages(self._connection, f"/correspondence/{part(id)}/events", Happened, {"limit": limit})

    def list_delivery_book(
        self,
        id: str,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["pending", "delivered", "given_up"]] | None = None,
        type: Sequence[str] | None = None,
        order_number: Sequence[str] | None = None,
        queued_at_from: datetime | None = None,
        queued_at_before: datetime | None = None,
        order: Literal["-queued_at", "queued_at"] | None = None,
    ) -> Pages[DeliveryRow]:
        """What was sent to a subscription: when, what the receiver said, and when it is tried again."""
        return Pages(
            self._connection,
            f"/subscriptions/{part(id)}/deliveries",
            DeliveryRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "type": type,
                "order_number": order_number,
                "queued_at_from": queued_at_from,
                "queued_at_before": queued_at_before,
                "order": order,
            },
        )

    async def count_delivery_book(
        self,
        id: str,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["pending", "delivered", "given_up"]] | None = None,
        type: Sequence[str] | None = None,
        order_number: Sequence[str] | None = None,
        queued_at_from: datetime | None = None,
        queued_at_before: datetime | None = None,
        by: Sequence[Literal["state", "type", "order_number"]] | None = None,
    ) -> Counts:
        """How many of these: what was sent to a subscription: when, what the receiver said, and when it is
        tried again."""
        return await self._connection.read(
            f"/subscriptions/{part(id)}/deliveries/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "type": type,
                "order_number": order_number,
                "queued_at_from": queued_at_from,
                "queued_at_before": queued_at_before,
                "by": by,
            },
        )

    async def read_delivery(self, id: str) -> ShownDelivery:
        """One webhook, with every attempt to deliver it."""
        return await self._connection.read(f"/deliveries/{part(id)}", ShownDelivery)

    async def redeliver(self, id: str) -> Requeued:
        """Send a webhook again, or now, under the same webhook-id."""
        return await self._connection.post(f"/deliveries/{part(id)}/redelivery", Requeued)

    async def open_subscription(self, body: OpenSubscription, *, key: str | None = None) -> Trusted:
        """Be told of facts by webhook; the answer has the signing secret, once."""
        return await self._connection.command("/subscriptions", Trusted, body, key=key)

    def list_subscriptions(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["enabled", "disabled"]] | None = None,
        url: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        order: Literal["-opened_at", "opened_at"] | None = None,
    ) -> Pages[SubscriptionRow]:
        """Who hears of what by webhook."""
        return Pages(
            self._connection,
            "/subscriptions",
            SubscriptionRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "url": url,
                "company": company,
                "order": order,
            },
        )

    async def rotate_secret(
        self,
        id: str,
        body: RotateSecret | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Trusted:
        """Sign with a new secret, which the answer has, once; for a day the old one signs as well."""
        return await self._connection.command(
            f"/subscriptions/{part(id)}/rotation", Trusted, body, key=key, if_version=if_version
        )

    async def ping(
        self, id: str, body: Ping | None = None, *, key: str | None = None, if_version: int | None = None
    ) -> Pinged:
        """Send a webhook of the type webhook.ping, once."""
        return await self._connection.command(
            f"/subscriptions/{part(id)}/test-ping", Pinged, body, key=key, if_version=if_version
        )

    async def count_subscriptions(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["enabled", "disabled"]] | None = None,
        url: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        by: Sequence[Literal["state", "url", "company"]] | None = None,
    ) -> Counts:
        """How many of these: who hears of what by webhook."""
        return await self._connection.read(
            "/subscriptions/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "url": url,
                "company": company,
                "by": by,
            },
        )

    async def disable_subscription(
        self,
        id: str,
        body: DisableSubscription | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Send nothing any more; what is queued waits."""
        return await self._connection.command(
            f"/subscriptions/{part(id)}/disabling", Done, body, key=key, if_version=if_version
        )

    async def enable_subscription(
        self,
        id: str,
        body: EnableSubscription | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Send again, first what was waiting."""
        return await self._connection.command(
            f"/subscriptions/{part(id)}/enabling", Done, body, key=key, if_version=if_version
        )

    async def read_subscription(self, id: str, *, as_of: str | None = None) -> Found:
        """One subscription, current or as of any past moment."""
        return await self._connection.read(f"/subscriptions/{part(id)}", Found, {"as_of": as_of})

    def history_of_subscription(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one subscription."""
        return Pages(self._connection, f"/subscriptions/{part(id)}/events", Happened, {"limit": limit})

    async def issue_api_key(self, body: WantApiKey, *, key: str | None = None) -> IssuedKey:
        """Issue an API key for another system; it is shown once."""
        return await self._connection.command("/api-keys", IssuedKey, body, key=key)

    def list_api_keys(self, *, limit: int | None = None, as_of: str | None = None) -> Pages[ListedKey]:
        """The API keys of this service, without their secrets."""
        return Pages(self._connection, "/api-keys", ListedKey, {"limit": limit, "as_of": as_of})

    async def revoke_api_key(
        self,
        id: str,
        body: RevokeApiKey | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Revoke an API key, from the next request on."""
        return await self._connection.command(
            f"/api-keys/{part(id)}/revocation", Done, body, key=key, if_version=if_version
        )

    def events(
        self,
        *,
        type: Sequence[str] | None = None,
        order: Sequence[str] | None = None,
        after: str | None = None,
        follow: bool | None = None,
        limit: int | None = None,
    ) -> AsyncGenerator[Fact, None]:
        """The log of this service, as it is and as it grows."""
        return facts(
            self._connection,
            "/events",
            {"type": type, "order": order, "after": after, "follow": follow, "limit": limit},
        )

    async def things_of_order(self, id: str, *, as_of: datetime | None = None) -> list[StandsAt]:
        """Where the things stand that this service has of an order."""
        return await self._connection.read(f"/of-order/{part(id)}", list[StandsAt], {"as_of": as_of})

    async def events_of_order(self, id: str, *, as_of: datetime | None = None) -> list[Entry]:
        """What happened in this service to the things of an order."""
        return await self._connection.read(f"/of-order/{part(id)}/events", list[Entry], {"as_of": as_of})


class Attempt(BaseModel):
    """One time it was sent."""

    at: AwareDatetime
    status: int | None
    """The answer's; None when there was none."""
    error: str | None = None
    """None when it was taken."""


class MessageRow(BaseModel):
    """One message. `role` or `person` says in whose inbox it stands; mail stands in none."""

    id: str
    order_number: str | None
    purchase_order: str | None
    company: str
    role: str | None
    person: str | None
    customer: str | None
    address: str | None
    channel: str
    template: str
    language: str
    subject: str
    body: str
    state: str
    attempts: int
    error: str | None
    retry_at: AwareDatetime | None
    addressed_at: AwareDatetime
    mailed_at: AwareDatetime | None
    read: bool
    read_at: AwareDatetime | None
    read_by: str | None


class Noted(BaseModel):
    """The message was marked as read; `position` is that of the log, for a list that must contain this."""

    id: str
    position: int
    readers: list[str]


class Pinged(BaseModel):
    """What the command led to, and the ping that follows."""

    id: str
    version: int
    """Of the thing; also the ETag."""
    position: int
    """Of the service's log; send it as Log-Position to a list that must contain this."""
    events: list[str]
    """Names of the facts it led to; none when it was fulfilled already."""
    state: dict[str, Any]
    """The thing after it."""
    delivery: str
    """GET /deliveries/{delivery} shows what becomes of it."""


class Requeued(BaseModel):
    """The webhook goes again; `position` is that of the log, for a list that must contain this."""

    id: str
    position: int
    state: str


class SubscriptionRow(BaseModel):
    """One subscription."""

    id: str
    url: str
    events: list[str]
    description: str | None
    company: str
    state: str
    disabled_because: str | None
    generation: int
    opened_at: AwareDatetime
    opened_by: str
    changed_at: AwareDatetime


class Trusted(BaseModel):
    """What the command led to, and the signing secret: it is shown here and never again."""

    id: str
    version: int
    """Of the thing; also the ETag."""
    position: int
    """Of the service's log; send it as Log-Position to a list that must contain this."""
    events: list[str]
    """Names of the facts it led to; none when it was fulfilled already."""
    state: dict[str, Any]
    """The thing after it."""
    secret: str


class DeliveryRow(BaseModel):
    """One webhook."""

    id: str
    subscription: str
    company: str
    type: str
    order_number: str | None
    sequence: int
    state: str
    attempts: int
    latest: list[Attempt]
    retry_at: AwareDatetime | None
    queued_at: AwareDatetime
    delivered_at: AwareDatetime | None = None


class OpenSubscription(BaseModel):
    """Be told of facts by webhook. Who is of a product company hears of its orders alone."""

    model_config = ConfigDict(extra="forbid")

    url: str
    """An https address that answers POST with 2xx."""
    events: list[str] = ["order"]
    """Names of facts, or what they begin with: `order`, `order.accepted`, `parts.ready.v1`."""
    description: str | None = None
    """For people."""


class RotateSecret(BaseModel):
    """Sign with a new secret; for a day with the old one as well."""

    model_config = ConfigDict(extra="forbid")


class Ping(BaseModel):
    """Send a webhook of the type `webhook.ping`, once."""

    model_config = ConfigDict(extra="forbid")


class DisableSubscription(BaseModel):
    """Send nothing any more. What is queued waits; what happens from now on is not queued."""

    model_config = ConfigDict(extra="forbid")


class EnableSubscription(BaseModel):
    """Send again, first what was waiting."""

    model_config = ConfigDict(extra="forbid")


class ShownDelivery(BaseModel):
    """One webhook, always current."""

    id: str
    position: int
    state: DeliveryRow
    all_attempts: list[Attempt]
