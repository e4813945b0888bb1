"""A subscription: where a caller wants to hear of which facts. `subscription-<id>`.

Its URL and its choice of facts never change: who wants others opens another one. Its signing
secret derives from its id and a generation (`signing`), so no secret stands in any event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from events import Command, Context, Decider, Event, NotFound, Refused
from events.contracts.common import Text
from events.contracts.messages import (
    FactName,
    PingAsked,
    SecretRotated,
    SubscriptionDisabled,
    SubscriptionEnabled,
    SubscriptionOpened,
)
from notification.states import GROUP_ONLY
from notification.webhooks.choice import faults_of

Receiver = Annotated[
    str,
    StringConstraints(
        max_length=2000, pattern=r'^https?://[A-Za-z0-9_.-]{1,253}(:[0-9]{1,5})?([/?][!"$-~]*)?$'
    ),
]
"""A URL whose host is a name or an IPv4 address."""


class OpenSubscription(Command):
    """Be told of facts by webhook. Who is of a product company hears of its orders alone."""

    url: Receiver
    """An https address that answers POST with 2xx."""
    events: Annotated[tuple[FactName, ...], Field(min_length=1, max_length=50)] = ("order",)
    """Names of facts, or what they begin with: `order`, `order.accepted`, `parts.ready.v1`."""
    description: Text | None = None
    """For people."""


class DisableSubscription(Command):
    """Send nothing any more. What is queued waits; what happens from now on is not queued."""


class EnableSubscription(Command):
    """Send again, first what was waiting."""


class RotateSecret(Command):
    """Sign with a new secret; for a day with the old one as well."""


class Ping(Command):
    """Send a webhook of the type `webhook.ping`, once."""


class CloseDoor(Command):
    """The receiver is gone (410), or was away for days."""

    reason: Literal["gone", "unreachable"]


@dataclass(frozen=True, slots=True)
class Unopened:
    """There is none of this id."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who hears of what, and whether anything is sent now."""

    url: str
    events: tuple[str, ...]
    description: str | None
    company: str
    """Whose orders it hears of; empty for all, and then only people of the group may see it."""
    enabled: bool = True
    disabled_because: Literal["asked", "gone", "unreachable"] | None = None
    generation: int = 1
    """Of the signing secret."""
    old_until: datetime | None = None
    """Until then the generation before signs as well."""
    pings: int = 0


State = Unopened | Subscription
OVERLAP = timedelta(days=1)
"""How long the old secret still signs beside a new one, so that receivers can change over."""


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    match command, state:
        case OpenSubscription(), Unopened():
            return _open(command, context)
        case _, Unopened():
            raise NotFound("not-found", "no such subscription; /subscriptions lists them")
        case OpenSubscription(), Subscription():
            raise Refused("subscription-exists", "there is one of this id; take another")
        case DisableSubscription(), Subscription(enabled=enabled):
            return [SubscriptionDisabled(reason="asked")] if enabled else []
        case CloseDoor(reason=reason), Subscription(enabled=enabled):
            return [SubscriptionDisabled(reason=reason)] if enabled else []
        case EnableSubscription(), Subscription(enabled=enabled):
            return [] if enabled else [SubscriptionEnabled()]
        case RotateSecret(), Subscription(generation=generation):
            return [SecretRotated(generation=generation + 1, old_until=context.at + OVERLAP)]
        case Ping(), Subscription(enabled=True, pings=pings):
            return [PingAsked(ping=pings + 1)]
        case Ping(), Subscription():
            raise Refused("subscription-disabled", "nothing is sent to it; enable it first")
    raise Refused("command-unknown", f"a subscription takes no {type(command).__name__}")


def evolve(state: State, fact: Event) -> State:
    match fact, state:
        case SubscriptionOpened(), _:
            company = fact.product_company or GROUP_ONLY
            return Subscription(fact.url, fact.events, fact.description, company)
        case SubscriptionDisabled(reason=reason), Subscription():
            return replace(state, enabled=False, disabled_because=reason)
        case SubscriptionEnabled(), Subscription():
            return replace(state, enabled=True, disabled_because=None)
        case SecretRotated(generation=generation, old_until=until), Subscription():
            return replace(state, generation=generation, old_until=until)
        case PingAsked(ping=ping), Subscription():
            return replace(state, pings=ping)
    return state


def _open(command: OpenSubscription, context: Context) -> Sequence[Event]:
    if faults := faults_of(command.events):
        raise Refused("fact-unknown", "; ".join(faults.values()), faults)
    return [
        SubscriptionOpened(
            url=command.url,
            events=tuple(dict.fromkeys(command.events)),
            description=command.description,
            product_company=context.by.company,
        )
    ]


KEEPERS = frozenset({"erp", "sales", "contract_desk", "operator"})
"""Who may open and manage subscriptions."""
subscription: Decider[State] = Decider(
    category="subscription",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    may={
        OpenSubscription: KEEPERS,
        DisableSubscription: KEEPERS,
        EnableSubscription: KEEPERS,
        RotateSecret: KEEPERS,
        Ping: KEEPERS,
        CloseDoor: frozenset({"system"}),
    },
    company=lambda state: state.company if isinstance(state, Subscription) else None,
)
