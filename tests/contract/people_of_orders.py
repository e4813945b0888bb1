"""People of all four services and what they do to an order, each as one step in the business's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from trade import Trade

from events import Actor
from events.contracts.common import BillItem, Content, Customer, Line, Project
from events.contracts.orders import PricedLine
from events.contracts.purchases import PurchaseLine
from events.contracts.reviews import Decision, Department
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from procurement.delivery import InspectDelivery
from procurement.purchase import ConfirmPurchaseOrder, PlacePurchaseOrder, ReceiveGoods, purchase
from review.case import case
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, DecideCase, GiveOpinion
from review.case.refusal import DecideRefusal

SALES = Actor("sun", frozenset({"sales"}))
DESK = Actor("deng", frozenset({"contract_desk"}))
PRODUCTION = Actor("peng", frozenset({"production_manager"}), "HV")
TECHNICAL = Actor("tang", frozenset({"technical"}), "HV")
QUALITY = Actor("qian", frozenset({"quality"}), "HV")
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
BUYER = Actor("bao", frozenset({"buyer"}))
INSPECTOR = Actor("ines", frozenset({"inspector"}))

CUSTOMER = Customer(id="C-7", name="Åbo Kraft", email="orders@abo.example", language="en")
CONTENT = Content(
    lines=(Line(item="CT-110", model="LB6-110", specification="110 kV, 0.2S", quantity=6),),
    technical_requirements="IEC 61869",
    quality_requirements="as standard",
    delivery_date=date(2026, 6, 30),
)
COMPLETE_SET = CONTENT.model_copy(update={"complete_set": True})
LATER = date(2026, 9, 30)
DIGEST = "a" * 64
BILL = (
    BillItem(part="CORE-1", name="Core", kind="component", quantity=8),
    BillItem(part="BOX", name="Wooden box", kind="wooden_packing", quantity=1),
)
SPEAKERS: Mapping[Department, Actor] = {
    "technical": TECHNICAL, "quality": QUALITY, "production": PRODUCTION,
}  # fmt: skip
"""In the order of C10, C11 and C13."""


class House(Trade):
    """A trade with the steps that its people take; `number` is the order's."""

    def received(self, number: str, content: Content = CONTENT) -> None:
        receive = ReceiveOrder(customer=CUSTOMER, product_company="HV", channel="mail", content=content)
        self.give(order, number, receive, SALES)

    def completed(self, number: str) -> None:
        self.give(order, number, CompleteOrder(content=CONTENT), SALES)

    def project_registered(self, number: str) -> None:
        self.give(order, number, RegisterProject(project=Project(name="Turku", site="Turku")), SALES)

    def confirmed(self, number: str, version: int = 1) -> None:
        self.give(order, number, ConfirmRequirements(content_version=version), SALES)

    def amended(self, number: str) -> None:
        content = CONTENT.model_copy(update={"delivery_date": LATER})
        self.give(order, number, AmendOrder(content=content, reason="The site is late."), SALES)

    def withdrawn(self, number: str) -> None:
        self.give(order, number, WithdrawOrder(reason="The plant is not built."), SALES)

    def judged(self, number: str, *, feasible: bool) -> None:
        earliest = None if feasible else LATER
        desk = JudgeDelivery(content_version=1, side="contract_desk", feasible=True)
        production = JudgeDelivery(
            content_version=1, side="production", feasible=feasible, earliest_date=earliest
        )
        self.give(case, number, desk, DESK)
        self.give(case, number, production, PRODUCTION)

    def decided(self, number: str, decision: Decision) -> None:
        """The whole panel, and the general manager's word."""
        self.give(case, number, ConvenePanel(content_version=1), DESK)
        for department, speaker in SPEAKERS.items():
            word = GiveOpinion(content_version=1, department=department, feasible=True, opinion="yes")
            self.give(case, number, word, speaker)
        conditions = ("copper",) if decision == "accept_with_conditions" else ()
        decide = DecideCase(
            content_version=1, decision=decision, conditions=conditions, reason="So it is best."
        )
        self.give(case, number, decide, GENERAL_MANAGER)

    def extension_answered(self, number: str, *, agreed: bool) -> None:
        self.give(order, number, AskExtension(), SALES)
        reason = None if agreed else "The outage is fixed."
        self.give(order, number, AnswerExtension(content_version=1, agreed=agreed, reason=reason), SALES)

    def refusal_decided(self, number: str, *, approved: bool) -> None:
        word = DecideRefusal(content_version=1, approved=approved, reason="That is my word.")
        self.give(case, number, word, GENERAL_MANAGER)

    def conditions_answered(self, number: str, *, agreed: bool) -> None:
        reason = None if agreed else "Silver or nothing."
        self.give(order, number, AnswerConditions(content_version=1, agreed=agreed, reason=reason), SALES)

    def quoted(self, number: str, round: int = 1, *, agreed: bool = True) -> None:
        price = Decimal("1200.10")
        lines = (PricedLine(item="CT-110", quantity=6, amount=price),)
        self.give(
            order, number, QuoteOrder(lines=lines, total=price, currency="EUR", valid_until=LATER), SALES
        )
        reason = None if agreed else "Too dear."
        self.give(order, number, AnswerQuotation(round=round, agreed=agreed, reason=reason), SALES)

    def instructed(self, number: str, bill: tuple[BillItem, ...] = BILL) -> None:
        """Quoted, contracted and instructed."""
        self.quoted(number)
        self.give(order, number, DraftContract(contract="HT-1", digest=DIGEST), DESK)
        self.give(
            order, number, SignContract(side="company", digest=DIGEST, signatory="Gao Wen"), GENERAL_MANAGER
        )
        self.give(order, number, SignContract(side="customer", digest=DIGEST, signatory="Aino Virta"), SALES)
        self.give(order, number, InstructProduction(parts=bill), DESK)

    def bought(self, number: str, id: str, quantity: int, *, failed: bool = False) -> None:
        """A purchase order to its end, its goods replaced when they failed."""
        lines = (PurchaseLine(order=number, part="CORE-1", quantity=quantity),)
        place = PlacePurchaseOrder(supplier="S-1", supplier_name="Relays", product_company="HV", lines=lines)
        self.give(purchase, id, place, BUYER)
        self.give(purchase, id, ConfirmPurchaseOrder(promised=LATER), BUYER)
        if failed:
            self.give(purchase, id, ReceiveGoods(lines=lines), BUYER)
            self.give(
                purchase, id, InspectDelivery(delivery=1, result="failed", finding="Cracked."), INSPECTOR
            )
        self.give(purchase, id, ReceiveGoods(lines=lines), BUYER)
        self.give(purchase, id, InspectDelivery(delivery=2 if failed else 1, result="passed"), INSPECTOR)
