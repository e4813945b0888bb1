"""Read model `audience`: who hears of what, and between which places in the log.

What the dispatcher asks: whoever was enabled when a fact was announced is told of it, however
late the dispatcher comes and whatever was disabled and enabled since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from events import Part, Projection, Recorded
from events.contracts.messages import (
    FactAnnounced,
    SubscriptionDisabled,
    SubscriptionEnabled,
    SubscriptionOpened,
)
from notification.states import GROUP_ONLY
from notification.webhooks.choice import chosen

_SPANS = 50
"""Of one subscription that are remembered; only a dispatcher that far behind would miss an older one."""


class Span(Part):
    """Log positions between which a subscription was enabled; `until` None: it still is."""

    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """One subscription, as far as the choice of what it hears goes."""

    id: str
    company: str
    events: tuple[str, ...]
    spans: tuple[Span, ...]

    def hears(self, announced: FactAnnounced, position: int) -> bool:
        """Whether it is told of this fact, which was announced at this place in the log."""
        theirs = self.company in (GROUP_ONLY, announced.product_company)
        enabled = any(
            span.since < position and (span.until is None or position < span.until) for span in self.spans
        )
        return theirs and enabled and chosen(self.events, announced.type)


def show(row: Listener | None, fact: Recorded[Any]) -> Listener | None:
    event = fact.event
    if isinstance(event, SubscriptionOpened):
        company = event.product_company or GROUP_ONLY
        return Listener(fact.id_in_stream, company, event.events, (Span(since=fact.position),))
    assert row is not None, "a subscription's history starts with its being opened"
    match event:
        case SubscriptionDisabled():
            ended = row.spans[-1].model_copy(update={"until": fact.position})
            return replace(row, spans=(*row.spans[:-1], ended))
        case SubscriptionEnabled():
            return replace(row, spans=(*row.spans, Span(since=fact.position))[-_SPANS:])
    return row


audience = Projection(
    name="audience",
    version=1,
    row=Listener,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(SubscriptionOpened, SubscriptionDisabled, SubscriptionEnabled),
)
