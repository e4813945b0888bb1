"""An order and its case talk by facts that arrive late: no approval is passed by, and no reaction is refused.

The deciders and reactions of order-intake and review run as they are; between them are two
queues that deliver in order, when hypothesis says so, while people act on both sides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from events import Actor, Command, Context, Decider, Event, Reactions, Recorded, Refused
from events.contracts import orders, reviews
from events.contracts.common import Content, Customer, Line, Project
from events.contracts.orders import PricedLine
from events.testing import MONDAY
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.intake import ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order.standing import standing as order_standing
from order_intake.reactions import reactions as of_order_intake
from review.case import case
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, DecideCase, GiveOpinion
from review.case.refusal import DecideRefusal
from review.case.states import Closed as ClosedCase
from review.case.states import Unknown as UnknownCase
from review.reactions import reactions as of_review

SALES = Actor("sun", frozenset({"sales", "contract_desk"}))
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
DEPUTY = Actor("fu", frozenset({"deputy_general_manager"}), "HV")
JUDGES = [
    Actor("deng", frozenset({"contract_desk"})),
    Actor("peng", frozenset({"production_manager"}), "HV"),
    Actor("tang", frozenset({"technical"}), "HV"),
    Actor("qian", frozenset({"quality"}), "HV"),
    Actor("luo", frozenset({"logistics"})),
    GENERAL_MANAGER,
    DEPUTY,
]
CONTENT = Content(
    lines=(Line(item="CT-110", model="LB6-110", specification="110 kV, 0.2S", quantity=6),),
    technical_requirements="IEC 61869",
    quality_requirements="as standard",
    delivery_date=date(2026, 6, 30),
)
MORE = CONTENT.model_copy(update={"lines": (*CONTENT.lines, *CONTENT.lines)})
COMPLETE_SET = CONTENT.model_copy(update={"complete_set": True})
RECEIVE = ReceiveOrder(
    customer=Customer(id="C-7", name="Åbo Kraft"), product_company="HV", channel="mail", content=CONTENT
)
PROJECT = Project(name="Turku substation", site="Turku")
REASON = {"reason": "so it is"}


def quotation(content: Content) -> QuoteOrder:
    lines = tuple(
        PricedLine(item=line.item, quantity=line.quantity or 0, amount=Decimal("0.10"))
        for line in content.lines
    )
    total = sum((line.amount for line in lines), Decimal())
    return QuoteOrder(lines=lines, total=total, currency="EUR", valid_until=date(2026, 2, 1))


class Side:
    """One service: its decider, what happened, and what the other has not heard of yet."""

    def __init__(self, decider: Decider[Any], reactions: Reactions) -> None:
        self.decider = decider
        self.reactions = reactions
        self.state: Any = decider.initial
        self.facts: list[Event] = []
        self.outbox: deque[Recorded[Any]] = deque()

    def give(self, command: Command, by: Actor) -> Refused | None:
        try:
            facts = self.decider.handle(self.state, command, Context(by=by, at=MONDAY))
        except Refused as refused:
            return refused
        self.state = self.decider.fold(facts, self.state)
        self.facts += facts
        stream = self.decider.stream("1")
        self.outbox += [Recorded.of(fact, stream=stream, actor=by, key="1") for fact in facts]
        return None

    def hear_from(self, other: Side) -> None:
        """React to the next fact of the other side; a reaction that is refused would park the order."""
        fact = other.outbox.popleft()
        for when in self.reactions.of(fact.event):
            sent = when(fact)
            for send in [] if sent is None else [sent] if not isinstance(sent, Sequence) else sent:
                assert send.decider is self.decider
                assert send.id == "1"
                refused = self.give(send.command, Actor("service", frozenset({"system"})))
                assert refused is None, f"parked: {fact.name} -> {send.command!r}: {refused}"


class World:
    """People on both sides, and news between them that takes its time."""

    def __init__(self, content: Content) -> None:
        self.intake = Side(order, of_order_intake)
        self.review = Side(case, of_review)
        self.sales(
            RECEIVE.model_copy(update={"content": content}),
            RegisterProject(project=PROJECT),
            ConfirmRequirements(content_version=1),
        )

    def sales(self, *commands: Command) -> None:
        for command in commands:
            self.intake.give(command, SALES)

    def review_hears(self, count: int) -> None:
        for _ in range(min(count, len(self.intake.outbox))):
            self.review.hear_from(self.intake)

    def order_intake_hears(self, count: int) -> None:
        for _ in range(min(count, len(self.review.outbox))):
            self.intake.hear_from(self.review)

    def all_news_arrives(self) -> None:
        while self.intake.outbox or self.review.outbox:
            self.review_hears(1)
            self.order_intake_hears(1)

    def sales_goes_on(self, behind: int, agreed: bool) -> None:
        version = max(1, self.intake.state.dossier.content_version - behind)
        word: dict[str, Any] = {"content_version": version, "agreed": agreed, **({} if agreed else REASON)}
        self.sales(
            RegisterProject(project=PROJECT),
            ConfirmRequirements(content_version=version),
            AskExtension(),
            AnswerExtension.model_validate(word),
            AnswerConditions.model_validate(word),
        )

    def the_contract_is_made(self, agreed: bool) -> None:
        self.sales(quotation(self.intake.state.dossier.content))
        round = max(1, self.intake.state.dossier.rounds)
        answer = {"round": round, "agreed": agreed, **({} if agreed else REASON)}
        sides = [{"side": side, "digest": "a" * 64, "signatory": "Gao"} for side in ("company", "customer")]
        self.sales(
            AnswerQuotation.model_validate(answer),
            DraftContract(contract="HT-1", digest="a" * 64),
            *(SignContract.model_validate(side) for side in sides),
            InstructProduction(),
        )

    def the_customer_amends(self, content: Content) -> None:
        self.sales(AmendOrder(content=content, reason="wish"))

    def the_customer_withdraws(self) -> None:
        self.sales(WithdrawOrder(reason="no money"))

    def the_departments_speak(self, behind: int, feasible: bool, logistics: bool, words: str) -> None:
        version = self._on_a_version(behind)
        delivery = {**version, "feasible": feasible, "earliest_date": None if feasible else "2026-10-30"}
        opinion = {**version, "feasible": feasible, "opinion": words}
        sides = ({**delivery, "side": side} for side in ("contract_desk", "production"))
        departments = ("technical", "quality", "logistics", "production")
        self._every_judge_says(
            *(JudgeDelivery.model_validate(side) for side in sides),
            ConvenePanel.model_validate({**version, "logistics": logistics}),
            *(
                GiveOpinion.model_validate({**opinion, "department": department})
                for department in departments
            ),
        )

    def the_manager_decides(self, behind: int, decision: str) -> None:
        version = self._on_a_version(behind)
        conditions = ["copper"] if decision == "accept_with_conditions" else []
        self._every_judge_says(
            DecideCase.model_validate({**version, "decision": decision, "conditions": conditions, **REASON}),
            DecideRefusal.model_validate({**version, "approved": decision == "refuse", **REASON}),
        )

    def _on_a_version(self, behind: int) -> dict[str, int]:
        state = self.review.state
        current = 1 if isinstance(state, UnknownCase) else state.dossier.request.content_version
        return {"content_version": max(1, current - behind)}

    def _every_judge_says(self, *words: Command) -> None:
        for word in words:
            for judge in JUDGES:
                self.review.give(word, judge)


BEHIND = st.sampled_from([0, 0, 0, 1])
AGREED = st.sampled_from([True, True, False])
HAPPENINGS = st.one_of(
    st.tuples(st.just("review_hears"), st.integers(1, 5)),
    st.tuples(st.just("order_intake_hears"), st.integers(1, 5)),
    st.tuples(st.just("all_news_arrives")),
    st.tuples(st.just("sales_goes_on"), BEHIND, AGREED),
    st.tuples(st.just("sales_goes_on"), st.just(0), st.just(True)),
    st.tuples(st.just("the_contract_is_made"), AGREED),
    st.tuples(st.just("the_customer_amends"), st.sampled_from([CONTENT, COMPLETE_SET, MORE])),
    st.tuples(
        st.just("the_departments_speak"), BEHIND, st.booleans(), st.booleans(), st.sampled_from(["yes", "no"])
    ),
    st.tuples(
        st.just("the_manager_decides"),
        BEHIND,
        st.sampled_from(["accept", "accept_with_conditions", "refuse"]),
    ),
)
HISTORIES = st.lists(HAPPENINGS, min_size=15, max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([CONTENT, CONTENT, COMPLETE_SET]), HISTORIES, st.sampled_from([None] * 6 + [5, 15]))
def test_no_approval_is_passed_by_and_no_reaction_is_refused(
    content: Content, happenings: list[tuple[Any, ...]], withdrawn_after: int | None
) -> None:
    world = World(content)
    for number, (name, *how) in enumerate(happenings):
        if number == withdrawn_after:
            world.the_customer_withdraws()
        getattr(world, name)(*how)
    world.all_news_arrives()
    stood = order_standing(world.intake.state).state
    event(f"ended {stood}")
    assert_every_verdict_is_on_that_very_content(world.intake.facts, world.review.facts)
    assert_every_refusal_is_the_manager_s_word(world.intake.facts, world.review.facts)
    assert_what_is_made_was_priced(world.intake.facts)
    if stood == "withdrawn":
        assert isinstance(world.review.state, UnknownCase | ClosedCase)


def assert_every_verdict_is_on_that_very_content(order: Sequence[Event], case: Sequence[Event]) -> None:
    outcomes = {
        (fact.content_version, fact.outcome) for fact in case if isinstance(fact, reviews.ReviewConcluded)
    }
    version, before = 1, None
    for fact in order:
        match fact:
            case orders.OrderAmended():
                version = fact.content_version
            case orders.OrderAccepted() if isinstance(before, orders.ExtensionAgreed):
                assert (version, "infeasible") in outcomes
            case orders.OrderAccepted() if isinstance(before, orders.ConditionsAgreed):
                assert (version, "accepted_with_conditions") in outcomes
            case orders.OrderAccepted():
                assert (version, "accepted") in outcomes
            case orders.OrderRefused():
                assert (version, "refused") in outcomes
        before = fact


def assert_every_refusal_is_the_manager_s_word(order: Sequence[Event], case: Sequence[Event]) -> None:
    approved = {
        fact.decided_by
        for fact in case
        if isinstance(fact, reviews.RefusalApproved)
        or (isinstance(fact, reviews.CaseDecided) and fact.decision == "refuse")
    }
    for fact in order:
        if isinstance(fact, orders.OrderRefused):
            assert fact.approved_by in approved & {GENERAL_MANAGER.subject, DEPUTY.subject}


def assert_what_is_made_was_priced(order: Sequence[Event]) -> None:
    for at, fact in enumerate(order):
        if isinstance(fact, orders.ProductionInstructed):
            quoted = next(one for one in reversed(order[:at]) if isinstance(one, orders.OrderQuoted))
            assert [(line.item, line.quantity) for line in quoted.lines] == [
                (line.item, line.quantity) for line in fact.content.lines
            ]
