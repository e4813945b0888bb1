"""An order and its case talk by facts that arrive late: no approval is passed by, and no reaction is refused.

The deciders and reactions of order-intake and review run as they are; between them are
queues that deliver in order, when hypothesis says so, while people act on both sides.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from hypothesis import event, given, settings
from hypothesis import strategies as st

from events import Actor, Command, Context, Decider, Event, Recorded, Refused
from events.contracts import orders, reviews
from events.contracts.common import Aspect, Content, Customer, Line, Project
from events.contracts.orders import Doubt, PricedLine
from events.testing import MONDAY
from order_intake.app import service as order_intake
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.doubts import ClearDoubts, RaiseDoubts
from order_intake.order.intake import ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order.standing import standing as order_standing
from review.app import service as review
from review.case import case
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, GiveOpinion
from review.case.refusal import DecideRefusal
from review.case.states import Closed as ClosedCase
from review.case.states import Unknown as UnknownCase
from review.contract import contract
from review.contract.judging import JudgeClauses, Remark
from servicekit import Service

SALES = Actor("sun", frozenset({"sales", "contract_desk"}))
GENERAL_MANAGER = Actor("gao", frozenset({"general_manager"}), "HV")
DEPUTY = Actor("fu", frozenset({"deputy_general_manager"}), "HV")
JUDGES = [
    Actor("deng", frozenset({"contract_desk"})),
    Actor("peng", frozenset({"production_manager"}), "HV"),
    Actor("tang", frozenset({"technical"}), "HV"),
    Actor("qian", frozenset({"quality"}), "HV"),
    Actor("luo", frozenset({"logistics"})),
    Actor("lei", frozenset({"legal"})),
    Actor("fang", frozenset({"finance"})),
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
    """One service: what happened to its things, and what those who listen have not heard of yet."""

    def __init__(self, service: Service, *listeners: str) -> None:
        self._service = service
        self._facts: dict[str, list[Event]] = defaultdict(list)
        self.news: dict[str, deque[Recorded[Any]]] = {name: deque() for name in listeners}
        """By the service that listens."""

    def facts(self, decider: Decider[Any], id: str = "1") -> Sequence[Event]:
        return self._facts[decider.stream(id)]

    def state(self, decider: Decider[Any], id: str = "1") -> Any:
        return decider.fold(self.facts(decider, id))

    def give(self, decider: Decider[Any], command: Command, by: Actor, id: str = "1") -> Refused | None:
        before = self.state(decider, id)
        try:
            facts = decider.handle(before, command, Context(by=by, at=MONDAY))
        except Refused as refused:
            return refused
        key = decider.key(id, decider.fold(facts, before))
        for fact in facts:
            self._facts[decider.stream(id)].append(fact)
            for queue in self.news.values():
                queue.append(Recorded.of(fact, stream=decider.stream(id), actor=by, key=key, time=MONDAY))
        return None

    def hear_from(self, other: Side) -> None:
        """React to the next fact of the other side; a reaction that is refused would park the order."""
        fact = other.news[self._service.name].popleft()
        for when in self._service.reactions.of(fact.event):
            sent = when(fact)
            for send in [] if sent is None else [sent] if not isinstance(sent, Sequence) else sent:
                assert send.decider in self._service.deciders
                me = Actor(self._service.name, frozenset({"system"}))
                refused = self.give(send.decider, send.command, me, send.id)
                assert refused is None, f"parked: {fact.name} -> {send.command!r}: {refused}"


class World:
    """People on both sides, and news between them that takes its time."""

    def __init__(self, content: Content) -> None:
        self.intake = Side(order_intake, "order-intake", "review")
        self.review = Side(review, "order-intake")
        self.sales(
            RECEIVE.model_copy(update={"content": content}),
            RegisterProject(project=PROJECT),
            ConfirmRequirements(content_version=1),
        )

    @property
    def order(self) -> Any:  # Any: a state of the order
        return self.intake.state(order)

    def sales(self, *commands: Command) -> None:
        for command in commands:
            self.intake.give(order, command, SALES)

    def review_hears(self, count: int) -> None:
        for _ in range(min(count, len(self.intake.news["review"]))):
            self.review.hear_from(self.intake)

    def order_intake_hears(self, count: int) -> None:
        for side in (self.review, self.intake):
            for _ in range(min(count, len(side.news["order-intake"]))):
                self.intake.hear_from(side)

    def all_news_arrives(self) -> None:
        while any(self.intake.news.values()) or any(self.review.news.values()):
            self.review_hears(1)
            self.order_intake_hears(1)

    def sales_goes_on(self, behind: int, agreed: bool) -> None:
        version = max(1, self.order.dossier.content_version - behind)
        word: dict[str, Any] = {"content_version": version, "agreed": agreed, **({} if agreed else REASON)}
        self.sales(
            RegisterProject(project=PROJECT),
            ConfirmRequirements(content_version=version),
            AskExtension(),
            AnswerExtension.model_validate(word),
            AnswerConditions.model_validate(word),
        )

    def the_contract_is_made(self, agreed: bool, digest: str) -> None:
        self.sales(quotation(self.order.dossier.content))
        round = max(1, self.order.dossier.rounds)
        answer = {"round": round, "agreed": agreed, **({} if agreed else REASON)}
        sides = [{"side": side, "digest": digest, "signatory": "Gao"} for side in ("company", "customer")]
        self.sales(
            AnswerQuotation.model_validate(answer),
            DraftContract(contract="HT-1", digest=digest),
            *(SignContract.model_validate(side) for side in sides),
            InstructProduction(),
        )

    def everybody_works(self, steps: int, digest: str) -> None:
        """The next steps of an order that goes well, the news arriving in between."""
        path: Sequence[tuple[Callable[..., None], Sequence[Any]]] = (
            (self.sales_goes_on, (0, True)),
            (self.the_departments_speak, (0, True, False, "yes")),
            (self.the_manager_decides, (0, "accept")),
            (self.the_contract_is_made, (True, digest)),
            (self.the_clauses_are_judged, (digest, True)),
            (self.the_contract_is_made, (True, digest)),
        )
        for work, how in path[:steps]:
            self.all_news_arrives()
            work(*how)

    def the_clauses_are_judged(self, digest: str, clear: bool) -> None:
        """By everybody who may, from every side (S6)."""
        remark = Remark(clause="12", finding="names no court", remedy="name one")
        for aspect in get_args(Aspect):
            findings = () if clear else (remark,)
            word = JudgeClauses(aspect=aspect, digest=digest, findings=findings)
            for judge in JUDGES:
                self.review.give(contract, word, judge)

    def somebody_doubts(self, cleared: bool) -> None:
        version = self.order.dossier.content_version
        doubt = Doubt(kind="not_genuine", reason="an odd number")
        self.intake.give(order, RaiseDoubts(content_version=version, doubts=(doubt,)), SALES)
        if cleared:
            self.intake.give(order, ClearDoubts(content_version=version, reason="it is right"), JUDGES[0])

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
        state = self.review.state(case)
        current = 1 if isinstance(state, UnknownCase) else state.dossier.request.content_version
        return {"content_version": max(1, current - behind)}

    def _every_judge_says(self, *words: Command) -> None:
        for word in words:
            for judge in JUDGES:
                self.review.give(case, word, judge)


BEHIND = st.sampled_from([0, 0, 0, 1])
AGREED = st.sampled_from([True, True, False])
DIGESTS = st.sampled_from(["a" * 64, "a" * 64, "b" * 64])
HAPPENINGS = st.one_of(
    st.tuples(st.just("review_hears"), st.integers(1, 5)),
    st.tuples(st.just("order_intake_hears"), st.integers(1, 5)),
    st.tuples(st.just("all_news_arrives")),
    st.tuples(st.just("sales_goes_on"), BEHIND, AGREED),
    st.tuples(st.just("sales_goes_on"), st.just(0), st.just(True)),
    st.tuples(st.just("the_contract_is_made"), AGREED, DIGESTS),
    st.tuples(st.just("everybody_works"), st.integers(1, 6), DIGESTS),
    st.tuples(st.just("the_clauses_are_judged"), DIGESTS, AGREED),
    st.tuples(st.just("somebody_doubts"), AGREED),
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
    stood = order_standing(world.order).state
    event(f"ended {stood}")
    of_order, of_case = world.intake.facts(order), world.review.facts(case)
    assert_every_verdict_is_on_that_very_content(of_order, of_case)
    assert_every_refusal_is_the_manager_s_word(of_order, of_case)
    assert_what_is_made_was_priced(of_order)
    assert_what_is_signed_was_cleared(of_order, world.review.facts(contract))
    assert_no_step_under_doubt(of_order)
    if stood == "withdrawn":
        assert isinstance(world.review.state(case), UnknownCase | ClosedCase)


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


def assert_what_is_signed_was_cleared(order: Sequence[Event], contract: Sequence[Event]) -> None:
    """S6: three persons, none of whom drafted it, found no fault in that very text."""
    cleared = set()
    words: dict[str, reviews.ClausesJudged] = {}
    for fact in contract:
        match fact:
            case reviews.ContractReviewRequested():
                words = {}
            case reviews.ClausesJudged():
                assert fact.judged_by != SALES.subject, "who drafted it"
                words[fact.aspect] = fact
            case reviews.ContractReviewConcluded(outcome="cleared", digest=digest):
                assert len({word.judged_by for word in words.values()}) == 3
                assert not any(word.findings for word in words.values())
                cleared.add(digest)
    assert {fact.digest for fact in order if isinstance(fact, orders.ContractSigned)} <= cleared


def assert_no_step_under_doubt(order: Sequence[Event]) -> None:
    """S3: until somebody looked, the order takes no step that a person gives."""
    doubted = False
    for fact in order:
        match fact:
            case orders.OrderDoubted():
                doubted = True
            case orders.DoubtsCleared():
                doubted = False
            case (
                orders.RequirementsConfirmed()
                | orders.OrderQuoted()
                | orders.QuotationAccepted()
                | orders.ContractDrafted()
                | orders.ContractSigned()
                | orders.ProductionInstructed()
            ):
                assert not doubted, fact.name
