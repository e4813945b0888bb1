"""Read model `subscription_book`: every subscription, as its keepers see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from events import Projection, Recorded
from events.contracts.messages import (
    SecretRotated,
    SubscriptionDisabled,
    SubscriptionEnabled,
    SubscriptionOpened,
)
from notification.states import GROUP_ONLY


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One subscription."""

    id: str
    url: str
    events: tuple[str, ...]
    description: str | None
    company: str
    """Whose orders it hears of; empty: all, and only the group's people see it."""
    state: Literal["enabled", "disabled"]
    disabled_because: Literal["asked", "gone", "unreachable"] | None
    generation: int
    """Of the signing secret."""
    opened_at: datetime
    opened_by: str
    changed_at: datetime


def show(row: SubscriptionRow | None, fact: Recorded[Any]) -> SubscriptionRow | None:
    event = fact.event
    if isinstance(event, SubscriptionOpened):
        return SubscriptionRow(
            id=fact.id_in_stream,
            url=event.url,
            events=event.events,
            description=event.description,
            company=event.product_company or GROUP_ONLY,
            state="enabled",
            disabled_because=None,
            generation=1,
            opened_at=fact.time,
            opened_by=fact.actor.subject,
            changed_at=fact.time,
        )
    assert row is not None, "a subscription's history starts with its being opened"
    match event:
        case SubscriptionDisabled(reason=reason):
            return replace(row, state="disabled", disabled_because=reason, changed_at=fact.time)
        case SubscriptionEnabled():
            return replace(row, state="enabled", disabled_because=None, changed_at=fact.time)
        case SecretRotated(generation=generation):
            return replace(row, generation=generation, changed_at=fact.time)
    return row


subscription_book = Projection(
    name="subscription_book",
    version=1,
    row=SubscriptionRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(SubscriptionOpened, SubscriptionDisabled, SubscriptionEnabled, SecretRotated),
    indexes=(("company", "state"),),
)
