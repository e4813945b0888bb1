"""An order's whole life in facts, as the other services record it; and people who hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from events import Actor, Event, Recorded
from events.contracts.common import BillItem, Content, Customer, Line
from events.contracts.messages import PartiesKnown
from events.contracts.orders import (
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ContractConcluded,
    ContractDrafted,
    ContractSigned,
    ExtensionAgreed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderAccepted,
    OrderAmended,
    OrderCompleted,
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
    PartsReady,
    PartsRequired,
    Pieces,
    PurchaseLine,
    PurchaseOrdered,
    SurplusOrdered,
)
from events.contracts.reviews import (
    OpinionGiven,
    OrderClassified,
    PanelConvened,
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
    ContractDrafted(contract="HT-17", digest=DIGEST),
    ContractSigned(contract="HT-17", digest=DIGEST, side="company", signatory="Gao"),
    ContractConcluded(contract="HT-17", digest=DIGEST),
    ProductionInstructed(product_company="HV", content=CONTENT, delivery_date=DAY, parts=(_need,)),
    PartsRequired(product_company="HV", needs=(_need, _need.model_copy(update={"needed_by": None}))),
    PartsRequired(product_company="HV", needs=()),
    SurplusOrdered(purchase_order="P-1", parts=(Pieces(part="relay", quantity=1),)),
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
    """What the reaction to a fact asks for."""
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
