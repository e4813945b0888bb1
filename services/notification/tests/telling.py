"""An order's whole life in facts, as the other services record it; and people who hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from events import Actor, Event, Recorded
from events.contracts.common import (
    BillItem,
    Commitment,
    CommittedLine,
    Content,
    Customer,
    Finding,
    Line,
    Money,
)
from events.contracts.messages import PartiesKnown
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    CommitmentReported,
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ContractCleared,
    ContractConcluded,
    ContractDrafted,
    ContractReturned,
    ContractSigned,
    Doubt,
    DoubtsCleared,
    ExtensionAgreed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderAccepted,
    OrderAmended,
    OrderCancelled,
    OrderCompleted,
    OrderDismissed,
    OrderDoubted,
    OrderFoundIncomplete,
    OrderFoundInfeasible,
    OrderQuoted,
    OrderReceived,
    OrderRefused,
    OrderSupplemented,
    OrderWithdrawn,
    PartsReported,
    PricedLine,
    ProductionInstructed,
    QuotationAccepted,
    QuotationDeclined,
    RequirementsConfirmed,
)
from events.contracts.purchases import (
    GoodsReceived,
    InspectionFailed,
    PartsCancelled,
    PartsHeld,
    PartsReady,
    PartsReopened,
    PartsRequired,
    Pieces,
    PurchaseLine,
    PurchaseOrdered,
    SurplusOrdered,
)
from events.contracts.reviews import (
    ContractReviewClosed,
    ContractReviewRequested,
    DeliveryJudged,
    OpinionGiven,
    OrderClassified,
    PanelConvened,
    QuestionAsked,
    RefusalProposed,
    RefusalRejected,
    ReviewClosed,
    ReviewRequested,
    ReviewVoided,
)
from events.decider import Command
from notification.correspondence import Tell
from notification.reactions import reactions

SYSTEM = Actor("notification", frozenset({"system"}))
SALES = Actor("sun", frozenset({"sales"}))
LIN = Customer(id="C-1", name="Hengshan Power", contact="Lin Yue", email="lin@hengshan.example")
ANN = Customer(id="C-2", name="Northwind", email="ann@northwind.example", language="en")
CALLED = Customer(id="C-3", name="Lakeside Works", language="en")
"""Has no mail address."""
DAY = date(2027, 6, 30)
CONTENT = Content(
    lines=(Line(item="KYN28A-12", model="KYN28A-12/1250", quantity=6), Line(item="JDZ-10")),
    technical_requirements="GB/T 3906",
    delivery_date=DAY,
)
DIGEST = "0" * 64


def received(customer: Customer = LIN, **more: Any) -> OrderReceived:
    return OrderReceived(
        customer=customer, product_company="HV", channel="mail", content=CONTENT, received_by="sun", **more
    )


def classified(kind: Any) -> OrderClassified:
    return OrderClassified(kind=kind, reasons=("complete set", "tight delivery"), rule_set="2026-01")


def requested() -> ReviewRequested:
    return ReviewRequested(
        customer=LIN,
        product_company="HV",
        content=CONTENT,
        content_version=1,
        requested_by="sun",
        prepared_by=(),
    )


def opinion(department: Any, *, feasible: bool = True) -> OpinionGiven:
    return OpinionGiven(department=department, feasible=feasible, opinion="Can be done.", given_by="tao")


def judged(side: Any, **more: Any) -> DeliveryJudged:
    said: dict[str, Any] = {"feasible": True, "judged_by": "pan"}
    return DeliveryJudged(side=side, **said | more)


def question(to: Any, asked: str = "Does the busbar carry 4000 A?", *, by: str = "deng") -> QuestionAsked:
    return QuestionAsked(to=to, question=asked, asked_by=by)


FINDING = Finding(
    aspect="financial", clause="5.1 payment", finding="No day is named", remedy="Name 30 days after delivery"
)
NOTHING_BOUGHT = Commitment()
BOUGHT = Commitment(
    lines=(
        CommittedLine(
            purchase_order="P-1",
            part="relay",
            quantity=5,
            stocked=2,
            unit_price=Decimal("120.50"),
            currency="CNY",
        ),
        CommittedLine(purchase_order="P-2", part="core", quantity=4, stocked=4),
    ),
    costs=(Money(amount=Decimal("602.50"), currency="CNY"),),
    unpriced=4,
)
_line = PurchaseLine(order="7K3M", part="relay", quantity=2)
_need = BillItem(part="relay", name="Relay", kind="component", quantity=2, needed_by=DAY)
EXAMPLES: Sequence[Event] = (
    received(reference="PO-17"),
    received().model_copy(update={"content": Content()}),
    OrderFoundIncomplete(missing=("lines[1].quantity", "delivery_date: lies in the past")),
    OrderSupplemented(content=CONTENT, supplemented_by="sun"),
    OrderCompleted(content=CONTENT),
    RequirementsConfirmed(
        customer=LIN,
        product_company="HV",
        content=CONTENT,
        content_version=1,
        confirmed_by="sun",
        prepared_by=(),
    ),
    OrderAmended(content=CONTENT, content_version=2, reason="Two panels more", amended_by="sun"),
    requested(),
    classified("conventional"),
    classified("non_conventional"),
    PanelConvened(departments=("technical", "quality", "production", "logistics")),
    opinion("technical"),
    RefusalProposed(reason="They cannot wait", proposed_by="sun"),
    RefusalRejected(reason="A key customer", decided_by="gao"),
    ReviewVoided(content_version=2, reason="Two panels more", given_by=("tao", "qin")),
    ReviewClosed(reason="Not built"),
    OrderAccepted(content_version=1),
    OrderFoundInfeasible(content_version=1, earliest_date=DAY, reason="The furnace is full"),
    ExtensionAsked(content_version=1, delivery_date=DAY, reason="The furnace is full"),
    ExtensionAgreed(delivery_date=DAY),
    ExtensionDeclined(content_version=1, reason="The site is waiting"),
    ConditionsProposed(content_version=1, conditions=("Copper instead of aluminium",), delivery_date=DAY),
    ConditionsProposed(content_version=1, conditions=("Copper instead of aluminium",)),
    ConditionsAgreed(conditions=("Copper instead of aluminium",)),
    ConditionsDeclined(reason="Too dear"),
    OrderRefused(reason="No capacity this year", approved_by="gao"),
    OrderWithdrawn(reason="Not built"),
    OrderQuoted(
        round=1,
        lines=(PricedLine(item="KYN28A-12", quantity=6, amount=Decimal("348000.00")),),
        total=Decimal("348000.00"),
        currency="CNY",
        valid_until=DAY,
    ),
    QuotationDeclined(round=1, reason="Too dear"),
    QuotationAccepted(round=2),
    OrderDoubted(
        doubts=(
            Doubt(kind="duplicate", resembles="6J2N-8K4R-0", reason="Same content and date"),
            Doubt(kind="not_genuine", reason="Nobody answers the phone"),
        )
    ),
    DoubtsCleared(reason="They need two of it", cleared_by="sun"),
    OrderDismissed(reason="Sent twice", dismissed_by="deng"),
    judged("contract_desk"),
    judged("production", feasible=False, earliest_date=DAY, note="The furnace is full"),
    question("technical"),
    question("production"),
    ContractDrafted(contract="HT-17", digest=DIGEST),
    ContractReviewRequested(
        contract="HT-17",
        digest=DIGEST,
        document="https://files.example/HT-17",
        customer=LIN,
        product_company="HV",
        total=Decimal("348000.00"),
        currency="CNY",
        delivery_date=DAY,
        drafted_by="deng",
    ),
    ContractReviewRequested(contract="HT-17", digest=DIGEST, drafted_by="deng"),
    ContractReviewClosed(reason="Two panels more"),
    ContractReturned(contract="HT-17", digest=DIGEST, findings=(FINDING,)),
    ContractCleared(contract="HT-17", digest=DIGEST),
    ContractSigned(contract="HT-17", digest=DIGEST, side="company", signatory="Gao"),
    ContractConcluded(contract="HT-17", digest=DIGEST),
    ProductionInstructed(product_company="HV", content=CONTENT, delivery_date=DAY, parts=(_need,)),
    PartsRequired(product_company="HV", needs=(_need, _need.model_copy(update={"needed_by": None}))),
    PartsRequired(product_company="HV", needs=()),
    SurplusOrdered(purchase_order="P-1", parts=(Pieces(part="relay", quantity=1),)),
    CancellationAsked(request=1, reason="The site is given up", asked_by="sun"),
    CommitmentReported(request=1, commitment=BOUGHT, commitment_version=1),
    CommitmentReported(request=1, commitment=NOTHING_BOUGHT, commitment_version=2),
    CancellationRejected(request=1, reason="It is nearly finished", rejected_by="gao"),
    OrderCancelled(request=2, reason="The site is given up", commitment=BOUGHT, approved_by="gao"),
    OrderCancelled(request=2, reason="The site is given up", commitment=NOTHING_BOUGHT, approved_by="gao"),
    PartsHeld(request=1, reason="The site is given up"),
    PartsCancelled(request=2, commitment=BOUGHT),
    PartsCancelled(request=2, commitment=NOTHING_BOUGHT),
    PartsReopened(purchase_order="P-1", parts=(Pieces(part="relay", quantity=1),)),
    PartsReady(purchase_orders=("P-1", "P-2")),
    PartsReady(),
    PartsReported(purchase_orders=("P-1",)),
    PartsReported(),
    PurchaseOrdered(supplier="S-1", supplier_name="Relays", lines=(_line,), ordered_by="bao"),
    GoodsReceived(delivery=1, lines=(_line,)),
    InspectionFailed(delivery=1, lines=(_line,), finding="Contacts corroded", inspected_by="ines"),
)
"""Every fact that is told, with and without what it may lack."""


def recorded(fact: Event) -> Recorded[Any]:
    """As the service that owns it records it: of order 7K3M, or of purchase order P-1."""
    stem = fact.name.partition(".")[0]
    stream = "purchase-P-1" if stem == "purchase" else f"{stem}-7K3M"
    return Recorded.of(fact, stream=stream)


def told(fact: Event | Recorded[Any]) -> Tell:
    """What the reaction to a fact asks for, as far as people are told."""
    return told_and_announced(fact).model_copy(update={"announcement": None})


def told_and_announced(fact: Event | Recorded[Any]) -> Tell:
    """What the reaction to a fact asks for, also for subscribers."""
    happened = fact if isinstance(fact, Recorded) else recorded(fact)
    (react,) = (one for one in reactions.of(happened.event) if one.__name__.startswith("tell_"))
    send = react(happened)
    assert send is not None
    assert not isinstance(send, Sequence)
    command: Command = send.command
    assert isinstance(command, Tell)
    return command


def known(customer: Customer = LIN) -> PartiesKnown:
    return PartiesKnown(product_company="HV", customer=customer)
