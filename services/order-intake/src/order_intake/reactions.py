"""What order-intake does by itself when something happened in review or procurement."""

from __future__ import annotations

from events import Reactions, Recorded, Send
from events.contracts.purchases import PartsReady
from events.contracts.reviews import ReviewConcluded
from order_intake.order import order
from order_intake.order.acceptance import RecordReview
from order_intake.order.production import RecordParts


def when_review_concluded(fact: Recorded[ReviewConcluded]) -> Send:
    """The order goes on with what the review found (C6 to C8, C14)."""
    concluded = fact.event
    record = RecordReview(
        content_version=concluded.content_version,
        outcome=concluded.outcome,
        reason=concluded.reason,
        conditions=concluded.conditions,
        delivery_date=concluded.delivery_date,
        decided_by=concluded.decided_by,
    )
    return Send(order, fact.key, record)


def when_parts_ready(fact: Recorded[PartsReady]) -> Send:
    """All purchased parts of the order are in stock (C18)."""
    return Send(order, fact.key, RecordParts(purchase_orders=fact.event.purchase_orders))


reactions = Reactions(when_review_concluded, when_parts_ready)
