"""Facts of review: whether an order can be made (C5 to C14), and its contract be signed (S6).

Streams `review-<order number>` and `contract-<order number>`. The names are the storage: never change one.
"""

from __future__ import annotations

from typing import Literal

from events.contracts.common import (
    Address,
    Amount,
    Aspect,
    Code,
    Content,
    Currency,
    Customer,
    Day,
    Digest,
    Finding,
    Name,
    Project,
    Text,
)  # fmt: skip
from events.event import Event

Department = Literal["technical", "quality", "logistics", "production"]
Reviewer = Literal["contract_desk", "technical", "quality", "logistics", "production"]
"""Who gives a word on a case: the contract desk on dates (C6), the departments on theirs."""
Kind = Literal["conventional", "non_conventional"]
Decision = Literal["accept", "accept_with_conditions", "refuse"]


class ReviewRequested(Event, name="review.requested.v1"):
    """Confirmed requirements arrived to be judged; opinions on an older content are void.

    `requested_by` confirmed them, `prepared_by` wrote them down: none of them may judge.
    """

    customer: Customer
    product_company: Code
    content: Content
    content_version: int
    project: Project | None = None
    requested_by: Name
    prepared_by: tuple[Name, ...]


class OrderClassified(Event, name="review.classified.v1"):
    """Conventional or not, with every reason and the rule set that judged (C5)."""

    kind: Kind
    reasons: tuple[str, ...]
    rule_set: str


class DeliveryJudged(Event, name="review.delivery_judged.v1"):
    """One side's word on the delivery date of a conventional order (C6). A later one replaces it."""

    side: Literal["contract_desk", "production"]
    feasible: bool
    earliest_date: Day | None = None
    note: Text | None = None
    judged_by: Name


class PanelConvened(Event, name="review.panel_convened.v1"):
    """The contract desk's head called the departments together (C9)."""

    departments: tuple[Department, ...]


class OpinionGiven(Event, name="review.opinion_given.v1"):
    """A department's opinion (C10 to C13). A later one of the same department replaces it.

    Production builds on the others: a later opinion of theirs makes production's void (C13).
    """

    department: Department
    feasible: bool
    opinion: Text
    earliest_date: Day | None = None
    given_by: Name


class QuestionAsked(Event, name="review.question_asked.v1"):
    """The case went back to one reviewer with a question: its word is waited for again.

    `to` is a department of the panel, or a side of a conventional order's case. The word
    given before stays in the history; the next one of the same reviewer answers.
    """

    to: Reviewer
    question: Text
    asked_by: Name


class CaseDecided(Event, name="review.decided.v1"):
    """The general manager or deputy decided (C14)."""

    decision: Decision
    conditions: tuple[Text, ...] = ()
    delivery_date: Day | None = None
    reason: Text
    decided_by: Name


class RefusalProposed(Event, name="review.refusal_proposed.v1"):
    """The customer cannot wait; the general manager is asked to approve refusing (C8)."""

    reason: Text
    proposed_by: Name


class RefusalApproved(Event, name="review.refusal_approved.v1"):
    """The general manager or deputy approved refusing the order (C8)."""

    reason: Text
    decided_by: Name


class RefusalRejected(Event, name="review.refusal_rejected.v1"):
    """The general manager or deputy wants the order taken all the same, at our own risk (C8)."""

    reason: Text
    decided_by: Name


class ReviewConcluded(Event, name="review.concluded.v1"):
    """What order-intake goes on with: the outcome for this version of the content.

    `delivery_date` is the earliest that can be met when infeasible, the one asked for when
    accepted with conditions. `decided_by` is whose word was the last.
    """

    content_version: int
    outcome: Literal["accepted", "accepted_with_conditions", "infeasible", "refused"]
    reason: Text
    conditions: tuple[Text, ...] = ()
    delivery_date: Day | None = None
    decided_by: Name


class ReviewClosed(Event, name="review.closed.v1"):
    """The order was withdrawn or dismissed; nobody need judge it any more."""

    reason: Text


class ReviewVoided(Event, name="review.voided.v1"):
    """The content changed: opinions and approvals given on the old one are void until it is confirmed anew.

    `content_version` is the new one; `given_by` are those whose word is void.
    """

    content_version: int
    reason: Text
    given_by: tuple[Name, ...]


class ContractReviewRequested(Event, name="contract_review.requested.v1"):
    """A drafted contract arrived to be reviewed (S6); words on an older draft are void.

    Who drafted it reviews none of it.
    """

    contract: Code
    digest: Digest
    document: Address | None = None
    customer: Customer | None = None
    product_company: Code | None = None
    total: Amount | None = None
    currency: Currency | None = None
    delivery_date: Day | None = None
    drafted_by: Name


class ClausesJudged(Event, name="contract_review.judged.v1"):
    """The clauses were looked at from one side (S6); without findings they are clear, accurate and complete.

    A later word on the same side replaces it until the review is concluded.
    """

    aspect: Aspect
    findings: tuple[Finding, ...] = ()
    judged_by: Name


class ContractReviewConcluded(Event, name="contract_review.concluded.v1"):
    """Looked at from all sides (S6): free of findings and cleared, or returned with all of them."""

    contract: Code
    digest: Digest
    outcome: Literal["cleared", "returned"]
    findings: tuple[Finding, ...] = ()


class ContractReviewClosed(Event, name="contract_review.closed.v1"):
    """The order was amended, withdrawn or ended otherwise: nobody need review this draft any more."""

    reason: Text
