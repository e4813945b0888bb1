"""What one subscriber is to hear of one order, in line: `delivery-<subscription>.<number>`.

The first that is not delivered and not given up is the only one that may go. A delivery's id,
which is also the webhook-id, derives from the subscription and the fact: a fact stands in a
line once, whatever is delivered twice on its way here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from events import Command, Context, Decider, Event, NotFound, Refused
from events.contracts.common import Code
from events.contracts.messages import (
    DeliveryFailed,
    DeliveryId,
    DeliveryQueued,
    DeliveryRequeued,
    DeliverySucceeded,
    FactAnnounced,
    SubscriptionId,
)
from notification.states import GROUP_ONLY
from notification.webhooks.retries import next_try
from notification.webhooks.subscription import KEEPERS


class Queue(Command):
    """A subscriber is to hear of this, or of a test ping."""

    delivery: DeliveryId
    subscription: SubscriptionId
    product_company: Code | None
    announced: FactAnnounced | None


class RecordDelivery(Command):
    """The receiver took it."""

    delivery: DeliveryId
    attempt: int
    status: int


class RecordRefusal(Command):
    """The receiver did not take it. `retry_after`: when it says it can be asked again."""

    delivery: DeliveryId
    attempt: int
    fault: Literal["refused", "away"]
    status: int | None
    error: Annotated[str, Field(max_length=300)]
    retry_after: datetime | None
    jitter: Annotated[float, Field(ge=0, le=1)]
    """A random number, made outside."""


class Redeliver(Command):
    """Send it again, or now, under the same id."""

    delivery: DeliveryId


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook and what became of it."""

    queued: DeliveryQueued
    attempts: int = 0
    refusals: int = 0
    """Since it was last queued."""
    state: Literal["pending", "delivered", "given_up"] = "pending"
    retry_at: datetime | None = None
    """When it may be tried again, while pending; None for now."""


@dataclass(frozen=True, slots=True)
class Line:
    """The deliveries of one order to one subscriber, by id, in the order things happened in."""

    company: str | None = None
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)

    @property
    def next(self) -> Delivery | None:
        """The one that goes next."""
        return next((one for one in self.deliveries.values() if one.state == "pending"), None)


def decide(state: Line, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case Queue(delivery=id):
            if id in state.deliveries:
                return []
            return [DeliveryQueued(**dict(command), sequence=len(state.deliveries) + 1)]
        case RecordDelivery(delivery=id, attempt=attempt, status=status):
            one = _known(state, id)
            if one.state != "pending" or attempt <= one.attempts:
                return []
            return [DeliverySucceeded(delivery=id, attempt=attempt, status=status)]
        case RecordRefusal():
            return _refused(_known(state, command.delivery), command, context)
        case Redeliver(delivery=id):
            one = _known(state, id)
            if one.state == "pending" and one.retry_at is None:
                return []
            return [DeliveryRequeued(delivery=id, sequence=one.queued.sequence)]
    raise Refused("command-unknown", f"a delivery takes no {type(command).__name__}")


def evolve(state: Line, fact: Event) -> Line:
    match fact:
        case DeliveryQueued(delivery=id, product_company=company):
            return Line(company or GROUP_ONLY, {**state.deliveries, id: Delivery(fact)})
        case DeliverySucceeded(delivery=id, attempt=attempt):
            one = replace(state.deliveries[id], attempts=attempt, state="delivered", retry_at=None)
        case DeliveryFailed(delivery=id, attempt=attempt, retry_at=retry_at):
            before = state.deliveries[id]
            one = replace(
                before,
                attempts=attempt,
                refusals=before.refusals + (fact.fault == "refused"),
                state="pending" if retry_at else "given_up",
                retry_at=retry_at,
            )
        case DeliveryRequeued(delivery=id):
            one = replace(state.deliveries[id], refusals=0, state="pending", retry_at=None)
        case _:
            return state
    return replace(state, deliveries={**state.deliveries, id: one})


def _refused(one: Delivery, command: RecordRefusal, context: Context) -> Sequence[Event]:
    if one.state != "pending" or command.attempt <= one.attempts:
        return []
    ping = one.queued.announced is None
    times = one.refusals + 1 if command.fault == "refused" else command.attempt
    wait = None if ping else next_try(command.fault, times, command.jitter, context.at, command.retry_after)
    return [
        DeliveryFailed(
            delivery=command.delivery,
            attempt=command.attempt,
            fault=command.fault,
            status=command.status,
            error=command.error,
            retry_at=wait,
            hold_until=command.retry_after,
        )
    ]


def _known(state: Line, id: str) -> Delivery:
    if id not in state.deliveries:
        raise NotFound("not-found", "no such delivery; /subscriptions/{id}/deliveries lists them")
    return state.deliveries[id]


SYSTEM = frozenset({"system"})
line: Decider[Line] = Decider(
    category="delivery",
    initial=Line(),
    decide=decide,
    evolve=evolve,
    may={Queue: SYSTEM, RecordDelivery: SYSTEM, RecordRefusal: SYSTEM, Redeliver: KEEPERS},
    company=lambda state: state.company,
    key=lambda id, _: id.partition(".")[2],
)
