"""From the facts of the other services to what is told: one reaction for each line of the table,
which tells people and announces the fact to subscribers."""

from __future__ import annotations

from typing import Any

from events import Event, Reactions, Recorded, Send
from events.contracts import orders, purchases, reviews
from events.contracts.messages import OpenQuestion
from events.reaction import When
from notification.correspondence import Notice, Parties, Tell, correspondence
from notification.panel import Asked, Convened, Judged, Over, PanelWord, Spoken
from notification.webhooks.announcement import Announcement
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
        announcement=_announcement(fact),
    )
    return Send(correspondence, fact.key, command)


def _parties(event: Event) -> Parties | None:
    """Whose order it is, from the first fact of each service that says so."""
    match event:
        case orders.OrderReceived() | orders.RequirementsConfirmed():
            return Parties(product_company=event.product_company, customer=event.customer, first_hand=True)
        case reviews.ReviewRequested():
            return Parties(product_company=event.product_company, customer=event.customer)
        case reviews.ContractReviewRequested(product_company=str(company), customer=customer):
            return Parties(product_company=company, customer=customer)
        case purchases.PartsRequired() | purchases.PurchaseOrdered():
            return Parties(product_company=event.product_company)
    return None


def _panel(event: Event) -> PanelWord | None:
    match event:
        case reviews.PanelConvened(departments=departments):
            return Convened(departments=departments)
        case reviews.OpinionGiven(department=department):
            return Spoken(department=department)
        case reviews.DeliveryJudged(side=side):
            return Judged(side=side)
        case reviews.QuestionAsked():
            question = OpenQuestion(to=event.to, question=event.question, asked_by=event.asked_by)
            return Asked(question=question)
        case reviews.ReviewRequested() | reviews.ReviewVoided() | reviews.ReviewClosed():
            return Over()
    return None


def _announcement(fact: Recorded[Any]) -> Announcement | None:  # Any: whatever stands in the table
    """That it happened, for all who may hear of the order by webhook."""
    if fact.event.name not in OFFERED:
        return None
    return Announcement(
        fact=fact.id,
        type=fact.event.name,
        happened_at=fact.time,
        stream=fact.stream,
        version=fact.version,
        order=fact.key,
    )


def _reaction(kind: type[Event]) -> When:
    """`tell` under a name and for a fact of its own; the name is part of what is stored."""

    def when(fact: Recorded[Any]) -> Send:  # Any: replaced by the kind below
        return tell(fact)

    when.__name__ = f"tell_{kind.name}"
    when.__annotations__ = {"fact": Recorded[kind], "return": Send}  # type: ignore[valid-type]  # a type that is a value
    return when


reactions = Reactions(*(_reaction(kind) for kind in TABLE))
