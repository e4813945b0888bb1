"""What review does by itself when something happened to an order or its contract."""

from __future__ import annotations

from events import Reactions, Recorded, Send
from events.contracts.orders import (
    ContractDrafted,
    ExtensionDeclined,
    OrderAmended,
    OrderDismissed,
    OrderWithdrawn,
    RequirementsConfirmed,
)
from review.case import case
from review.case.refusal import ProposeRefusal
from review.case.request import CloseReview, RequestReview, VoidReview
from review.contract import contract
from review.contract.request import CloseContractReview, RequestContractReview


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


def when_contract_drafted(fact: Recorded[ContractDrafted]) -> Send:
    """A drafted contract is reviewed before it is signed (S6)."""
    request = RequestContractReview(**dict(fact.event), drafted_by=fact.actor.subject)
    return Send(contract, fact.key, request)


def when_order_amended(fact: Recorded[OrderAmended]) -> tuple[Send, Send]:
    """What was said on the old content, or on a contract for it, is void."""
    amended = fact.event
    return (
        Send(case, fact.key, VoidReview(content_version=amended.content_version, reason=amended.reason)),
        Send(contract, fact.key, CloseContractReview(reason=amended.reason)),
    )


def when_order_withdrawn(fact: Recorded[OrderWithdrawn]) -> tuple[Send, Send]:
    """Nobody need judge it any more, nor its contract."""
    return _ended(fact.key, fact.event.reason)


def when_order_dismissed(fact: Recorded[OrderDismissed]) -> tuple[Send, Send]:
    """A duplicate or no genuine order: nobody need judge it any more, nor its contract (S3)."""
    return _ended(fact.key, fact.event.reason)


def _ended(order: str, reason: str) -> tuple[Send, Send]:
    close = Send(case, order, CloseReview(reason=reason))
    return close, Send(contract, order, CloseContractReview(reason=reason))


reactions = Reactions(
    when_requirements_confirmed,
    when_extension_declined,
    when_contract_drafted,
    when_order_amended,
    when_order_withdrawn,
    when_order_dismissed,
)
