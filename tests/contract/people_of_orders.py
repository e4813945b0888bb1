"""People of all four services and what they do to an order, each as one step in the business's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from trade import Trade

from events import Actor
from events.contracts.common import Aspect, BillItem, Content, Customer, Line, Project
from events.contracts.orders import Doubt, PricedLine
from events.contracts.purchases import PurchaseLine
from events.contracts.reviews import Decision, Department
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.cancellation import AskCancellation, DecideCancellation
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from procurement.delivery import InspectDelivery
from procurement.purchase import (
    ConfirmPurchaseOrder,
    PlacePurchaseOrder,
    ReceiveGoods,
    ReducePurchaseOrder,
    ReturnGoods,
    purchase,
)
from review.case import case
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, GiveOpinion
from review.case.question import AskReviewer
from review.case.refusal import DecideRefusal
from review.contract import contract
from review.contract.judging import JudgeClauses, Remark

SALES = Actor("sun", frozenset({"sales"}))
DESK = Actor("deng", frozenset({"contract_desk"}))
PRODUCTION = Actor("peng", frozenset({"production_manager"}), "HV")
TECHNICAL = Actor("tang", frozenset({"technical"}), "HV")
QUALITY = Actor("qian", frozenset({"quality"}), "HV")
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
LEGAL = Actor("lei", frozenset({"legal"}))
FINANCE = Actor("fang", frozenset({"finance"}))
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


REVIEWERS: Mapping[Aspect, Actor] = {"risk": GENERAL_MANAGER, "legal": LEGAL, "financial": FINANCE}
"""Who looks at a contract from which side (S6)."""


class House(Trade):
    """A trade with the steps that its people take; `number` is the order's."""

    def received(self, number: str, content: Content = CONTENT) -> None:
        """Each order is of a customer of its own; two alike would be doubted (S3)."""
        customer = CUSTOMER if number == "1" else CUSTOMER.model_copy(update={"id": f"C-7.{number}"})
        receive = ReceiveOrder(customer=customer, product_company="HV", channel="mail", content=content)
        self.give(order, number, receive, SALES)

    def repeated(self, number: str, *, genuine: bool) -> None:
        """An order like another of `CUSTOMER`; then somebody looks at the doubts."""
        receive = ReceiveOrder(customer=CUSTOMER, product_company="HV", channel="phone", content=CONTENT)
        self.give(order, number, receive, SALES)
        reason = "I asked the customer."
        cleared = ClearDoubts(content_version=1, reason=reason)
        self.give(order, number, cleared if genuine else DismissOrder(reason=reason), DESK)

    def doubted(self, number: str) -> None:
        doubts = (Doubt(kind="not_genuine", reason="The number does not exist."),)
        self.give(order, number, RaiseDoubts(content_version=1, doubts=doubts), DESK)

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

    def asked_again(self, number: str) -> None:
        """In a panel that has spoken: the manager asks the technical department, and it answers."""
        question = AskReviewer(content_version=1, to="technical", question="Also at 40 degrees?")
        self.give(case, number, question, GENERAL_MANAGER)
        for department in ("technical", "production"):
            word = GiveOpinion(content_version=1, department=department, feasible=True, opinion="also then")
            self.give(case, number, word, SPEAKERS[department])

    def decided(self, number: str, decision: Decision, *, asked: bool = False) -> None:
        """The whole panel, and the general manager's word."""
        self.give(case, number, ConvenePanel(content_version=1), DESK)
        for department, speaker in SPEAKERS.items():
            word = GiveOpinion(content_version=1, department=department, feasible=True, opinion="yes")
            self.give(case, number, word, speaker)
        if asked:
            self.asked_again(number)
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
        self.drafted(number)
        self.clauses_judged(number)
        self.give(
            order, number, SignContract(side="company", digest=DIGEST, signatory="Gao Wen"), GENERAL_MANAGER
        )
        self.give(order, number, SignContract(side="customer", digest=DIGEST, signatory="Aino Virta"), SALES)
        self.give(order, number, InstructProduction(parts=bill), DESK)

    def drafted(self, number: str, digest: str = DIGEST) -> None:
        self.give(order, number, DraftContract(contract="HT-1", digest=digest), DESK)

    def clauses_judged(self, number: str, digest: str = DIGEST, *remarks: Remark) -> None:
        """From all three sides (S6); the lawyer has the remarks."""
        for aspect, reviewer in REVIEWERS.items():
            findings = remarks if aspect == "legal" else ()
            self.give(
                contract, number, JudgeClauses(aspect=aspect, digest=digest, findings=findings), reviewer
            )

    def cancellation_decided(self, number: str, *, approved: bool, request: int = 1) -> None:
        """Asked for, held, its costs stated, and decided."""
        self.give(order, number, AskCancellation(reason=f"The grid is planned anew, {request}."), SALES)
        decide = DecideCancellation(
            request=request, commitment_version=1, approved=approved, reason="So it is best."
        )
        self.give(order, number, decide, GENERAL_MANAGER)

    def placed(self, number: str, id: str, quantity: int) -> tuple[PurchaseLine, ...]:
        """A purchase order at 12.50 a piece."""
        line = PurchaseLine(order=number, part="CORE-1", quantity=quantity, unit_price=Decimal("12.50"))
        place = PlacePurchaseOrder(
            supplier="S-1", supplier_name="Relays", product_company="HV", lines=(line,), currency="EUR"
        )
        self.give(purchase, id, place, BUYER)
        return (line,)

    def reduced(self, number: str, id: str, quantity: int) -> None:
        lines = (PurchaseLine(order=number, part="CORE-1", quantity=quantity),)
        self.give(purchase, id, ReducePurchaseOrder(lines=lines, reason="No longer needed."), BUYER)

    def sent_back(self, number: str, id: str, quantity: int) -> None:
        """Bought, failed, and returned for good."""
        lines = self.placed(number, id, quantity)
        self.give(purchase, id, ReceiveGoods(lines=lines), BUYER)
        failed = InspectDelivery(delivery=1, result="failed", finding="Cracked.")
        self.give(purchase, id, failed, INSPECTOR)
        self.give(purchase, id, ReturnGoods(delivery=1, reason="They make no other."), BUYER)

    def bought(self, number: str, id: str, quantity: int, *, failed: bool = False) -> None:
        """A purchase order to its end, its goods replaced when they failed."""
        lines = self.placed(number, id, quantity)
        self.give(purchase, id, ConfirmPurchaseOrder(promised=LATER), BUYER)
        if failed:
            self.give(purchase, id, ReceiveGoods(lines=lines), BUYER)
            self.give(
                purchase, id, InspectDelivery(delivery=1, result="failed", finding="Cracked."), INSPECTOR
            )
        self.give(purchase, id, ReceiveGoods(lines=lines), BUYER)
        self.give(purchase, id, InspectDelivery(delivery=2 if failed else 1, result="passed"), INSPECTOR)
