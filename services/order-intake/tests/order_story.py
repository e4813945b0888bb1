"""People, facts and stages that the tests of order-intake speak of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from events import Actor, Event
from events.contracts.common import BillItem, Content, Customer, Finding, Line, Project
from events.contracts.orders import (
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ContractCleared,
    ContractConcluded,
    ContractDrafted,
    ContractReturned,
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
    ProjectRegistered,
    QuotationAccepted,
    QuotationDeclined,
    RequirementsConfirmed,
)
from order_intake.likeness import likeness_of

SALES = Actor("sun", frozenset({"sales"}))
DESK = Actor("deng", frozenset({"contract_desk"}))
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
ERP = Actor("erp-1", frozenset({"erp"}))
SYSTEM = Actor("order-intake", frozenset({"system"}))

CUSTOMER = Customer(id="C-7", name="Åbo Kraft", email="orders@abo.example", language="en")
CONTENT = Content(
    lines=(
        Line(item="CT-110", model="LB6-110", specification="110 kV, 0.2S", quantity=6),
        Line(item="VT-110", model="JCC-110", specification="110 kV, 0.2", quantity=2),
    ),
    technical_requirements="IEC 61869",
    quality_requirements="as standard",
    delivery_date=date(2026, 6, 30),
)
LATER = CONTENT.model_copy(update={"delivery_date": date(2026, 9, 30)})
COMPLETE_SET = CONTENT.model_copy(update={"complete_set": True})
HALF_KNOWN = Content(lines=(Line(item="CT-110", quantity=6),), delivery_date=date(2026, 6, 30))
PROJECT = Project(name="Turku substation", site="Turku")
DIGEST, OTHER_DIGEST = "a" * 64, "b" * 64
FINDING = Finding(
    aspect="legal", clause="7.2 damages", finding="without a limit", remedy="at most 5 % of the price"
)
PARTS = (BillItem(part="CORE-1", name="Core", kind="component", quantity=8),)


def received(content: Content = CONTENT) -> OrderReceived:
    return OrderReceived(
        customer=CUSTOMER, product_company="HV", channel="mail", content=content, received_by=SALES.subject
    )


def completed(content: Content = CONTENT, version: int = 1) -> OrderCompleted:
    alike = likeness_of("HV", CUSTOMER.id, content)
    return OrderCompleted(content=content, content_version=version, likeness=alike)


def confirmed(content: Content = CONTENT, version: int = 1) -> RequirementsConfirmed:
    return RequirementsConfirmed(
        customer=CUSTOMER,
        product_company="HV",
        content=content,
        content_version=version,
        project=PROJECT if content.complete_set else None,
        confirmed_by=SALES.subject,
        prepared_by=(SALES.subject,),
    )


def quoted(round: int = 1, until: date = date(2026, 2, 1)) -> OrderQuoted:
    lines = (
        PricedLine(item="CT-110", quantity=6, amount=Decimal("1200.10")),
        PricedLine(item="VT-110", quantity=2, amount=Decimal("799.95")),
    )
    return OrderQuoted(round=round, lines=lines, total=Decimal("2000.05"), currency="EUR", valid_until=until)


def drafted(digest: str = DIGEST) -> ContractDrafted:
    return ContractDrafted(
        contract="HT-1",
        digest=digest,
        customer=CUSTOMER,
        product_company="HV",
        total=Decimal("2000.05"),
        currency="EUR",
        delivery_date=CONTENT.delivery_date,
    )


def signed(side: str, digest: str = DIGEST) -> ContractSigned:
    signatory = {"company": "Gao Wen", "customer": "Aino Virta"}[side]
    return ContractSigned.model_validate(
        {"contract": "HT-1", "digest": digest, "side": side, "signatory": signatory}
    )


Story = tuple[Event, ...]
FOUND_INCOMPLETE = OrderFoundIncomplete(missing=("quality_requirements",))
INFEASIBLE_FOUND = OrderFoundInfeasible(
    content_version=1, earliest_date=date(2026, 8, 1), reason="no capacity in June"
)
EXTENSION_ASKED = ExtensionAsked(
    content_version=1, delivery_date=date(2026, 8, 1), reason="no capacity in June"
)
CONDITIONS = ConditionsProposed(
    content_version=1, conditions=("copper instead of silver",), delivery_date=date(2026, 7, 15)
)

INCOMPLETE: Story = (received(HALF_KNOWN), FOUND_INCOMPLETE)
COMPLETE: Story = (received(), completed())
SET_COMPLETE: Story = (received(COMPLETE_SET), completed(COMPLETE_SET))
IN_REVIEW: Story = (*COMPLETE, confirmed())
INFEASIBLE: Story = (*IN_REVIEW, INFEASIBLE_FOUND)
EXTENSION_PENDING: Story = (*INFEASIBLE, EXTENSION_ASKED)
REFUSAL_PENDING: Story = (
    *EXTENSION_PENDING,
    ExtensionDeclined(content_version=1, reason="the outage is fixed"),
)
CONDITIONS_PENDING: Story = (*IN_REVIEW, CONDITIONS)
ACCEPTED: Story = (*IN_REVIEW, OrderAccepted(content_version=1))
QUOTED: Story = (*ACCEPTED, quoted())
PRICE_AGREED: Story = (*QUOTED, QuotationAccepted(round=1))
DRAFTED: Story = (*PRICE_AGREED, drafted())
RETURNED: Story = (*DRAFTED, ContractReturned(contract="HT-1", digest=DIGEST, findings=(FINDING,)))
CLEARED: Story = (*DRAFTED, ContractCleared(contract="HT-1", digest=DIGEST))
HALF_SIGNED: Story = (*CLEARED, signed("company"))
BINDING: Story = (*HALF_SIGNED, signed("customer"), ContractConcluded(contract="HT-1", digest=DIGEST))
INSTRUCTED: Story = (
    *BINDING,
    ProductionInstructed(product_company="HV", content=CONTENT, delivery_date=date(2026, 6, 30), parts=PARTS),
)
PARTS_READY: Story = (*INSTRUCTED, PartsReported(purchase_orders=("P-1",)))
WITHDRAWN: Story = (*ACCEPTED, OrderWithdrawn(reason="plant not built"))
REFUSED: Story = (*REFUSAL_PENDING, OrderRefused(reason="no capacity", approved_by="gao"))
DECLINED: Story = (*CONDITIONS_PENDING, ConditionsDeclined(reason="silver or nothing"))
EXTENDED: Story = (
    *EXTENSION_PENDING,
    ExtensionAgreed(delivery_date=date(2026, 8, 1)),
    OrderAccepted(content_version=1),
)
CONDITIONAL: Story = (
    *CONDITIONS_PENDING,
    ConditionsAgreed(conditions=CONDITIONS.conditions, delivery_date=CONDITIONS.delivery_date),
    OrderAccepted(content_version=1),
)
REQUOTED: Story = (*QUOTED, QuotationDeclined(round=1, reason="too dear"), quoted(round=2))
AMENDED: Story = (
    *QUOTED,
    OrderAmended(content=HALF_KNOWN, content_version=2, reason="site is late", amended_by="wen"),
    FOUND_INCOMPLETE,
    OrderSupplemented(content=LATER, supplemented_by=ERP.subject),
    completed(LATER, 2),
)
SET_REGISTERED: Story = (*SET_COMPLETE, ProjectRegistered(project=PROJECT))
BEFORE_INSTRUCTION = (
    INCOMPLETE, COMPLETE, IN_REVIEW, INFEASIBLE, EXTENSION_PENDING, REFUSAL_PENDING, CONDITIONS_PENDING,
    ACCEPTED, QUOTED, PRICE_AGREED, DRAFTED, RETURNED, CLEARED, HALF_SIGNED, BINDING, EXTENDED, CONDITIONAL,
    REQUOTED, AMENDED, SET_REGISTERED,
)  # fmt: skip
