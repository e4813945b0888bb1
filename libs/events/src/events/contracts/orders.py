"""Facts of order-intake: the way of an order to its production instruction (C1).

Stream `order-<number>`. The names are the storage: never change one.
"""

from __future__ import annotations

from typing import Literal

from events.contracts.common import (
    Address,
    Amount,
    BillItem,
    Code,
    Commitment,
    Content,
    Currency,
    Customer,
    Day,
    Digest,
    Finding,
    Name,
    Project,
    Quantity,
    Text,
)  # fmt: skip
from events.event import Event, Part

Channel = Literal["phone", "mail", "portal", "erp", "visit"]


class OrderReceived(Event, name="order.received.v1"):
    """A request was registered and numbered (C2)."""

    customer: Customer
    product_company: Code
    channel: Channel
    reference: Name | None = None
    content: Content
    received_by: Name


class LikenessNoted(Event, name="likeness.noted.v1"):
    """An order with the same customer, content and delivery date as all others of this stream (S3).

    Stream `likeness-<digest of what they have in common>`, which is also the key.
    """

    order: Name
    content_version: int = 1
    """The version of its content that is like the others'."""
    on: Day | None = None
    """When that content was complete; where it is not said, the order is near no other."""
    window_days: int = 0
    """How far apart two orders could be noted and still be doubted, by the policy of that day."""
    earlier: tuple[Name, ...] = ()
    """Orders like it that were noted before it within the window, the latest first; none for the first."""


class Doubt(Part):
    """One ground for taking an order for a duplicate, or for no genuine order."""

    kind: Literal["duplicate", "not_genuine"]
    """Whether it repeats another order, or nobody wants it at all."""
    resembles: Name | None = None
    """The earlier order that this one repeats, for a duplicate."""
    reason: Text
    """What makes one think so."""


class OrderDoubted(Event, name="order.doubted.v1"):
    """It looks like a duplicate or a fake: no step follows before a person has looked at it (S3)."""

    doubts: tuple[Doubt, ...]


class DoubtsCleared(Event, name="order.doubts_cleared.v1"):
    """Somebody looked at the doubts: the order is genuine and goes on where it stood (S3)."""

    reason: Text
    cleared_by: Name


class OrderDismissed(Event, name="order.dismissed.v1"):
    """The doubts were right: a duplicate or no genuine order, and closed (S3)."""

    reason: Text
    dismissed_by: Name


class OrderFoundIncomplete(Event, name="order.found_incomplete.v1"):
    """Everything that is missing, named at once (S1): `lines[0].quantity`, `delivery_date: lies in the past`."""

    missing: tuple[str, ...]


class OrderSupplemented(Event, name="order.supplemented.v1"):
    """More was found out; what is still missing, or that nothing is, follows at once (S1)."""

    content: Content
    supplemented_by: Name


class OrderCompleted(Event, name="order.completed.v1"):
    """Nothing is missing (any more): requirements can be confirmed (S1)."""

    content: Content
    content_version: int | None = None
    """None in facts written before orders were compared."""
    likeness: Digest | None = None
    """Digest of what it has in common with every order like it (S3); None as above."""


class ProjectRegistered(Event, name="order.project_registered.v1"):
    """The project of a complete set is known (C4)."""

    project: Project


class RequirementsConfirmed(Event, name="order.requirements_confirmed.v1"):
    """Sales and the customer agree on what is wanted (C3). The review starts from this content.

    Neither who confirmed nor who prepared it (received, supplemented or amended it) may
    judge or approve it: nobody decides on a request of their own.
    """

    customer: Customer
    product_company: Code
    content: Content
    content_version: int
    project: Project | None = None
    confirmed_by: Name
    prepared_by: tuple[Name, ...]


class OrderAmended(Event, name="order.amended.v1"):
    """The content changed; opinions and approvals given on the old one are void."""

    content: Content
    content_version: int
    reason: Text
    amended_by: Name


class OrderAccepted(Event, name="order.accepted.v1"):
    """The order is taken: as asked, or with the later date the customer agreed to (C6, C7, C8, C14)."""

    content_version: int


class ConditionsProposed(Event, name="order.conditions_proposed.v1"):
    """The general manager would accept under conditions; they bind once the customer agrees (C14)."""

    content_version: int
    conditions: tuple[Text, ...]
    delivery_date: Day | None = None


class ConditionsAgreed(Event, name="order.conditions_agreed.v1"):
    """The customer agreed to the conditions: they bind now."""

    conditions: tuple[Text, ...]
    delivery_date: Day | None = None


class ConditionsDeclined(Event, name="order.conditions_declined.v1"):
    """The customer did not agree to the conditions: the order is closed (C14)."""

    reason: Text


class OrderFoundInfeasible(Event, name="order.found_infeasible.v1"):
    """The delivery date cannot be met; sales is to ask the customer for a later one (C6, C7)."""

    content_version: int
    earliest_date: Day
    reason: Text


class ExtensionAsked(Event, name="order.extension_asked.v1"):
    """Sales asked the customer for a later date (C7)."""

    content_version: int
    delivery_date: Day
    reason: Text


class ExtensionAgreed(Event, name="order.extension_agreed.v1"):
    """The customer accepts the later date."""

    delivery_date: Day


class ExtensionDeclined(Event, name="order.extension_declined.v1"):
    """The customer cannot wait; refusing now needs the general manager (C8)."""

    content_version: int
    reason: Text


class OrderRefused(Event, name="order.refused.v1"):
    """We do not take the order; approved by the general manager or deputy (C8, C14)."""

    reason: Text
    approved_by: Name


class PricedLine(Part):
    """One line of a quotation; `amount` is for the whole line."""

    item: Code
    """The article's number, as in the order's content."""
    quantity: Quantity
    """Pieces, as in the order's content."""
    amount: Amount
    """For the whole line, in the quotation's currency."""


class OrderQuoted(Event, name="order.quoted.v1"):
    """A quotation went to the customer (C15). `round` counts from 1."""

    round: int
    lines: tuple[PricedLine, ...]
    total: Amount
    currency: Currency
    valid_until: Day


class QuotationDeclined(Event, name="order.quotation_declined.v1"):
    """The customer wants other terms; another round may follow (C15)."""

    round: int
    reason: Text


class QuotationAccepted(Event, name="order.quotation_accepted.v1"):
    """The customer takes the quotation of this round (C15)."""

    round: int


class ContractDrafted(Event, name="order.contract_drafted.v1"):
    """The contract is written (C16), and is to be reviewed (S6). `digest` is the SHA-256 of its text.

    Whose contract and over how much stands in it for those who review it.
    """

    contract: Code
    digest: Digest
    document: Address | None = None
    """Where its text can be read."""
    customer: Customer | None = None
    product_company: Code | None = None
    total: Amount | None = None
    currency: Currency | None = None
    delivery_date: Day | None = None


class ContractCleared(Event, name="order.contract_cleared.v1"):
    """Its review found no fault: this text may be signed (S6)."""

    contract: Code
    digest: Digest


class ContractReturned(Event, name="order.contract_returned.v1"):
    """Its review found faults: another draft is needed (S6)."""

    contract: Code
    digest: Digest
    findings: tuple[Finding, ...]


class ContractSigned(Event, name="order.contract_signed.v1"):
    """One side signed and sealed the text with this digest (C16, S7)."""

    contract: Code
    digest: Digest
    side: Literal["company", "customer"]
    signatory: Name


class ContractConcluded(Event, name="order.contract_concluded.v1"):
    """Both sides have signed and sealed the same text (C16, S7)."""

    contract: Code
    digest: Digest


class ProductionInstructed(Event, name="order.production_instructed.v1"):
    """The product company is told to make the order (C17). `parts` is its bill of parts (C18)."""

    product_company: Code
    content: Content
    delivery_date: Day
    parts: tuple[BillItem, ...]


class OrderWithdrawn(Event, name="order.withdrawn.v1"):
    """The customer took the order back before its production instruction."""

    reason: Text


class PartsReported(Event, name="order.parts_ready.v1"):
    """All purchased parts of the order are in stock (C18)."""

    purchase_orders: tuple[str, ...] = ()


class CancellationAsked(Event, name="order.cancellation_asked.v1"):
    """The customer wants an instructed order cancelled; the general manager decides. `request` counts from 1."""

    request: int
    reason: Text
    asked_by: Name


class CommitmentReported(Event, name="order.commitment_reported.v1"):
    """What has been bought for the order by now and what it costs, for the decision on cancelling it."""

    request: int
    commitment: Commitment
    commitment_version: int = 1
    """Counts from 1 in a request; the decision names the one that was seen."""


class CancellationRejected(Event, name="order.cancellation_rejected.v1"):
    """The general manager or deputy wants the order made all the same: it goes on."""

    request: int
    reason: Text
    rejected_by: Name


class OrderCancelled(Event, name="order.cancelled.v1"):
    """The general manager or deputy approved the cancellation, knowing this commitment."""

    request: int
    reason: Text
    commitment: Commitment
    approved_by: Name
