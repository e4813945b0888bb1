"""Read model `delivery_book`: every webhook, what became of it, and its latest attempts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from events import Part, Projection, Recorded
from events.contracts.messages import DeliveryFailed, DeliveryQueued, DeliveryRequeued, DeliverySucceeded
from notification.states import GROUP_ONLY

_LATEST = 20
"""Attempts shown in a row; `/deliveries/{id}` has them all."""


class Attempt(Part):
    """One time it was sent."""

    at: datetime
    status: int | None
    """The answer's; None when there was none."""
    error: str | None = None
    """None when it was taken."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One webhook."""

    id: str
    """Also the webhook-id."""
    subscription: str
    company: str
    """Of the subscription; empty: only the group's people see it."""
    type: str
    order_number: str | None
    sequence: int
    """1, 2, 3... for each order and subscription."""
    state: Literal["pending", "delivered", "given_up"]
    attempts: int
    latest: tuple[Attempt, ...]
    """The last of the attempts, the newest last."""
    retry_at: datetime | None
    """When it is tried again, after the earlier ones of its order."""
    queued_at: datetime
    delivered_at: datetime | None = None


def show(row: DeliveryRow | None, fact: Recorded[Any]) -> DeliveryRow | None:
    event = fact.event
    if isinstance(event, DeliveryQueued):
        return DeliveryRow(
            id=event.delivery,
            subscription=event.subscription,
            company=event.product_company or GROUP_ONLY,
            type=event.announced.type if event.announced else "webhook.ping",
            order_number=event.announced.order if event.announced else None,
            sequence=event.sequence,
            state="pending",
            attempts=0,
            latest=(),
            retry_at=None,
            queued_at=fact.time,
        )
    assert row is not None, "a delivery's history starts with its being queued"
    match event:
        case DeliverySucceeded(attempt=attempt, status=status):
            latest = (*row.latest, Attempt(at=fact.time, status=status))[-_LATEST:]
            done = replace(row, state="delivered", attempts=attempt, latest=latest)
            return replace(done, retry_at=None, delivered_at=fact.time)
        case DeliveryFailed(attempt=attempt, retry_at=retry_at):
            failed = Attempt(at=fact.time, status=event.status, error=event.error)
            latest = (*row.latest, failed)[-_LATEST:]
            state: Literal["pending", "given_up"] = "pending" if retry_at else "given_up"
            return replace(row, state=state, attempts=attempt, latest=latest, retry_at=retry_at)
        case DeliveryRequeued():
            return replace(row, state="pending", retry_at=None)
    return row


delivery_book = Projection(
    name="delivery_book",
    version=2,
    row=DeliveryRow,
    show=show,
    key=lambda fact: fact.event.delivery,
    handles=(DeliveryQueued, DeliverySucceeded, DeliveryFailed, DeliveryRequeued),
    indexes=(
        ("queued_at",),
        ("subscription", "queued_at"),
        ("subscription", "delivered_at"),
        ("order_number",),
    ),
)
