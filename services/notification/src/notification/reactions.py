"""From the facts of the other services to what is told: for each line of the table one reaction that
tells people, and for facts of orders one that announces them to subscribers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events import Event, Reactions, Recorded, Send
from events.contracts import orders, purchases, reviews
from events.reaction import When
from notification.correspondence import Notice, Parties, Tell, correspondence
from notification.panel import Convened, Over, Spoken
from notification.webhooks.announcement import Announce, announcement
from notification.webhooks.choice import OFFERED
from notification.who_is_told import TABLE


def tell(fact: Recorded[Any]) -> Send:  # Any: whatever stands in the table
    """What its line in the table says, to the correspondence of the order or purchase order."""
    event = fact.event
    notices = tuple(
        Notice(kind=told.kind, name=name, template=told.template, once=told.once)
        for told in TABLE[type(event)]
        if told.only(event)
        for name in told.names(event)
    )
    of_purchase = fact.stream.startswith("purchase-")
    command = Tell(
        cause=fact.id,
        order=None if of_purchase else fact.key,
        purchase_order=fact.key if of_purchase else None,
        parties=_parties(event),
        panel=_panel(event),
        notices=notices,
        details=event.model_dump(mode="json"),
    )
    return Send(correspondence, fact.key, command)


def _parties(event: Event) -> Parties | None:
    """Whose order it is, from the first fact of each service that says so."""
    match event:
        case orders.OrderReceived() | orders.RequirementsConfirmed():
            return Parties(product_company=event.product_company, customer=event.customer, first_hand=True)
        case reviews.ReviewRequested():
            return Parties(product_company=event.product_company, customer=event.customer)
        case purchases.PartsRequired() | purchases.PurchaseOrdered():
            return Parties(product_company=event.product_company)
    return None


def _panel(event: Event) -> Convened | Spoken | Over | None:
    match event:
        case reviews.PanelConvened(departments=departments):
            return Convened(departments=departments)
        case reviews.OpinionGiven(department=department):
            return Spoken(department=department)
        case reviews.ReviewRequested() | reviews.ReviewVoided() | reviews.ReviewClosed():
            return Over()
    return None


def announce(fact: Recorded[Any]) -> Send:  # Any: whatever is offered to subscribers
    """That it happened, to all who may hear of the order by webhook."""
    parties = _parties(fact.event)
    command = Announce(
        fact=fact.id,
        type=fact.event.name,
        happened_at=fact.time,
        stream=fact.stream,
        version=fact.version,
        order=fact.key,
        product_company=parties.product_company if parties else None,
    )
    return Send(announcement, fact.key, command)


def _reaction(kind: type[Event], does: Callable[[Recorded[Any]], Send]) -> When:
    """`does` under a name and for a fact of its own; the name is part of what is stored."""

    def when(fact: Recorded[Any]) -> Send:  # Any: replaced by the kind below
        return does(fact)

    when.__name__ = f"{does.__name__}_{kind.name}"
    when.__annotations__ = {"fact": Recorded[kind], "return": Send}  # type: ignore[valid-type]  # a type that is a value
    return when


reactions = Reactions(
    *(_reaction(kind, tell) for kind in TABLE),
    *(_reaction(kind, announce) for kind in TABLE if kind.name in OFFERED),
)
