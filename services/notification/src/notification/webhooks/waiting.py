"""Read model `webhooks_waiting`: the lines with something to deliver, and when the next attempt is due.

One row for each order and subscription that has any; it is gone when all went or was given up.
Only the first delivery of a line is ever due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import Part, Projection, Recorded
from events.contracts.messages import DeliveryFailed, DeliveryQueued, DeliveryRequeued, DeliverySucceeded
from notification.webhooks.ids import line_of


class Due(Part):
    """A delivery that is to go, not before `at`."""

    sequence: int
    delivery: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """What one subscriber is still to hear of one order."""

    line: str
    subscription: str
    deliveries: tuple[Due, ...]
    """In the order they go in."""
    next_attempt_at: datetime
    """When the first of them is due."""
    hold_until: datetime | None
    """Until then the receiver wants nothing, of no order."""


def show(row: WaitingLine | None, fact: Recorded[Any]) -> WaitingLine | None:
    event = fact.event
    others = [one for one in row.deliveries if one.delivery != event.delivery] if row else []
    hold = row.hold_until if row else None
    match event:
        case DeliveryQueued(sequence=sequence) | DeliveryRequeued(sequence=sequence):
            others.append(Due(sequence=sequence, delivery=event.delivery, at=fact.time))
        case DeliveryFailed(retry_at=retry_at):
            hold = event.hold_until
            before = [one for one in row.deliveries if one.delivery == event.delivery] if row else []
            others += [one.model_copy(update={"at": retry_at}) for one in before if retry_at]
        case DeliverySucceeded():
            hold = None
    if not others:
        return None
    others.sort(key=lambda one: one.sequence)
    subscription = fact.id_in_stream.partition(".")[0]
    return WaitingLine(fact.id_in_stream, subscription, tuple(others), others[0].at, hold)


waiting = Projection(
    name="webhooks_waiting",
    version=1,
    row=WaitingLine,
    show=show,
    key=lambda fact: line_of(fact.event.delivery),
    handles=(DeliveryQueued, DeliverySucceeded, DeliveryFailed, DeliveryRequeued),
    indexes=(("subscription", "next_attempt_at"),),
)
