"""What review does by itself when something happened to an order."""

from __future__ import annotations

from events import Reactions, Recorded, Send
from events.contracts.orders import (
    ExtensionDeclined,
    OrderAmended,
    OrderWithdrawn,
    RequirementsConfirmed,
)
from review.case import case
from review.case.refusal import ProposeRefusal
from review.case.request import CloseReview, RequestReview, VoidReview


def when_requirements_confirmed(fact: Recorded[RequirementsConfirmed]) -> Send:
    """Confirmed requirements are classified and judged (C5)."""
    confirmed = fact.event
    request = RequestReview(
        customer=confirmed.customer,
        product_company=confirmed.product_company,
        content=confirmed.content,
        content_version=confirmed.content_version,
        project=confirmed.project,
        requested_by=confirmed.confirmed_by,
        prepared_by=confirmed.prepared_by,
    )
    return Send(case, fact.key, request)


def when_extension_declined(fact: Recorded[ExtensionDeclined]) -> Send:
    """The customer cannot wait: the general manager has the word on refusing (C8)."""
    declined = fact.event
    propose = ProposeRefusal(
        content_version=declined.content_version, reason=declined.reason, proposed_by=fact.actor.subject
    )
    return Send(case, fact.key, propose)


def when_order_amended(fact: Recorded[OrderAmended]) -> Send:
    """What was said on the old content is void."""
    amended = fact.event
    return Send(case, fact.key, VoidReview(content_version=amended.content_version, reason=amended.reason))


def when_order_withdrawn(fact: Recorded[OrderWithdrawn]) -> Send:
    """Nobody need judge it any more."""
    return Send(case, fact.key, CloseReview(reason=fact.event.reason))


reactions = Reactions(
    when_requirements_confirmed,
    when_extension_declined,
    when_order_amended,
    when_order_withdrawn,
)
