"""What services promise each other: a fact of one leads to what the others expect of it.

The deciders and reactions are the real ones. See `trade` for the wire between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from people_of_orders import BILL, BUYER, COMPLETE_SET, CONTENT, DESK, SALES, House
from trade import SERVICES

from events import Actor, Event
from events.contracts import OWNERS, messages, orders, purchases, reviews
from events.contracts.messages import MessageAddressed
from events.event import known_events
from notification.correspondence import MarkRead, RecordFailure, RecordMailed, correspondence
from notification.webhooks.line import Queue, RecordDelivery, RecordRefusal, Redeliver, line
from notification.webhooks.subscription import (
    DisableSubscription,
    EnableSubscription,
    OpenSubscription,
    Ping,
    RotateSecret,
    subscription,
)
from order_intake.order import order
from order_intake.order.cancellation import AskCancellation
from order_intake.order.doubts import DismissOrder
from procurement.parts import parts
from procurement.purchase import purchase
from procurement.supplier import (
    ListOffer,
    RegisterSupplier,
    ReinstateSupplier,
    SuspendSupplier,
    WithdrawOffer,
    supplier,
)
from review.case import case
from review.contract import contract
from review.contract.judging import Remark


@pytest.fixture
def house() -> House:
    return House()


class TestOrderIntakeToReview:
    def test_confirmed_requirements_are_classified(self, house: House) -> None:
        house.received("1")
        house.confirmed("1")
        assert house.kinds(case, "1") == [reviews.ReviewRequested, reviews.OrderClassified]
        [requested, classified] = [fact.event for fact in house.facts[case.stream("1")]]
        assert requested.content == CONTENT
        assert requested.requested_by == "sun", "who may not judge"
        assert classified.kind == "conventional"

    def test_a_complete_set_comes_with_its_project_and_goes_to_a_panel(self, house: House) -> None:
        house.received("1", COMPLETE_SET)
        house.project_registered("1")
        house.confirmed("1")
        [requested, classified] = [fact.event for fact in house.facts[case.stream("1")]]
        assert requested.project.site == "Turku"
        assert classified.kind == "non_conventional"

    def test_an_extension_that_is_declined_asks_for_the_word_on_refusing(self, house: House) -> None:
        confirmed_conventional(house, feasible=False)
        house.extension_answered("1", agreed=False)
        assert house.kinds(case, "1")[-1:] == [reviews.RefusalProposed]
        assert house.facts[case.stream("1")][-1].event.proposed_by == "sun"

    def test_an_amendment_voids_the_case_until_it_is_confirmed_anew(self, house: House) -> None:
        house.received("1")
        house.confirmed("1")
        house.amended("1")
        assert house.kinds(case, "1")[-1:] == [reviews.ReviewVoided]
        house.confirmed("1", version=2)
        assert house.kinds(case, "1")[-2:] == [reviews.ReviewRequested, reviews.OrderClassified]

    def test_a_withdrawal_closes_the_case(self, house: House) -> None:
        house.received("1")
        house.confirmed("1")
        house.withdrawn("1")
        assert house.kinds(case, "1")[-1:] == [reviews.ReviewClosed]


class TestReviewToOrderIntake:
    def test_a_feasible_order_is_accepted(self, house: House) -> None:
        confirmed_conventional(house, feasible=True)
        assert house.kinds(order, "1")[-1:] == [orders.OrderAccepted]

    def test_an_infeasible_one_waits_for_the_customer(self, house: House) -> None:
        confirmed_conventional(house, feasible=False)
        assert house.kinds(order, "1")[-1:] == [orders.OrderFoundInfeasible]

    @pytest.mark.parametrize(
        ("approved", "end"), [(True, orders.OrderRefused), (False, orders.OrderAccepted)]
    )
    def test_the_word_on_refusing_counts(self, house: House, approved: bool, end: type[Event]) -> None:
        confirmed_conventional(house, feasible=False)
        house.extension_answered("1", agreed=False)
        house.refusal_decided("1", approved=approved)
        assert house.kinds(order, "1")[-1:] == [end]

    @pytest.mark.parametrize(
        ("decision", "leads_to"),
        [
            ("accept", orders.OrderAccepted),
            ("accept_with_conditions", orders.ConditionsProposed),
            ("refuse", orders.OrderRefused),
        ],
    )
    def test_the_panel_s_decision_counts(self, house: House, decision: str, leads_to: type[Event]) -> None:
        in_panel(house)
        house.decided("1", decision)  # type: ignore[arg-type]  # one of the three
        assert house.kinds(order, "1")[-1:] == [leads_to]


class TestContractReview:
    def test_a_draft_is_reviewed_before_anybody_signs(self, house: House) -> None:
        """S6, S7."""
        confirmed_conventional(house, feasible=True)
        house.quoted("1")
        house.drafted("1")
        [requested] = [fact.event for fact in house.facts[contract.stream("1")]]
        assert (requested.drafted_by, requested.total, requested.product_company) == (
            "deng",
            Decimal("1200.10"),
            "HV",
        )
        house.clauses_judged("1")
        assert house.kinds(order, "1")[-1:] == [orders.ContractCleared]

    def test_findings_bring_the_draft_back_and_another_text_is_reviewed_anew(self, house: House) -> None:
        """S6."""
        confirmed_conventional(house, feasible=True)
        house.quoted("1")
        house.drafted("1")
        house.clauses_judged("1", "a" * 64, REMARK)
        [returned] = [fact.event for fact in house.facts[order.stream("1")][-1:]]
        assert [(one.aspect, one.remedy) for one in returned.findings] == [("legal", "name a court")]
        house.drafted("1", "b" * 64)
        house.clauses_judged("1", "b" * 64)
        assert house.kinds(order, "1")[-1:] == [orders.ContractCleared]

    def test_an_amendment_closes_the_review_of_its_contract(self, house: House) -> None:
        confirmed_conventional(house, feasible=True)
        house.quoted("1")
        house.drafted("1")
        house.amended("1")
        assert house.kinds(contract, "1")[-1:] == [reviews.ContractReviewClosed]


class TestDoubts:
    def test_an_order_like_another_waits_until_somebody_looked(self, house: House) -> None:
        """S3."""
        house.received("1")
        house.repeated("2", genuine=True)
        assert house.kinds(order, "2")[-2:] == [orders.OrderDoubted, orders.DoubtsCleared]
        house.repeated("3", genuine=False)
        assert house.kinds(order, "3")[-1:] == [orders.OrderDismissed]
        assert {doubt.resembles for doubt in doubts(house, "3")} == {"1", "2"}

    def test_a_dismissed_order_is_not_judged_any_more(self, house: House) -> None:
        """S3."""
        confirmed_conventional(house, feasible=True)
        house.doubted("1")
        house.give(order, "1", DismissOrder(reason="Nobody is there."), DESK)
        assert house.kinds(case, "1")[-1:] == [reviews.ReviewClosed]


class TestCancellation:
    def test_the_manager_sees_what_was_bought_and_what_it_costs(self, house: House) -> None:
        instructed(house)
        house.placed("1", "P-1", 8)
        house.cancellation_decided("1", approved=True)
        assert house.kinds(parts, "1")[-3:] == [
            purchases.PartsHeld, purchases.CommitmentStated, purchases.PartsCancelled,
        ]  # fmt: skip
        [cancelled] = [fact.event for fact in house.facts[order.stream("1")][-1:]]
        assert [(cost.amount, cost.currency) for cost in cancelled.commitment.costs] == [
            (Decimal("100.00"), "EUR")
        ]

    def test_a_purchase_order_of_the_same_moment_is_stated_anew(self, house: House) -> None:
        instructed(house)
        house.give(order, "1", AskCancellation(reason="The grid is planned anew."), SALES)
        house.placed("1", "P-1", 8)
        assert house.kinds(order, "1")[-2:] == [orders.CommitmentReported, orders.CommitmentReported]

    def test_after_a_rejection_buying_goes_on(self, house: House) -> None:
        instructed(house)
        house.cancellation_decided("1", approved=False)
        house.bought("1", "P-1", 8)
        assert house.kinds(order, "1")[-2:] == [orders.CancellationRejected, orders.PartsReported]


class TestOrderIntakeAndProcurement:
    def test_an_instruction_becomes_needs_without_what_is_made_outside(self, house: House) -> None:
        instructed(house)
        [required] = [fact.event for fact in house.facts[parts.stream("1")]]
        assert [need.part for need in required.needs] == ["CORE-1"]
        assert [one.part for one in required.excluded] == ["BOX"]

    def test_goods_that_passed_make_the_order_ready(self, house: House) -> None:
        instructed(house)
        house.bought("1", "P-1", 8, failed=True)
        assert house.kinds(parts, "1") == [
            purchases.PartsRequired, purchases.PartsOrdered, purchases.PartsStocked, purchases.PartsReady,
        ]  # fmt: skip
        assert house.kinds(purchase, "P-1")[-1:] == [purchases.PurchaseFulfilled]
        [ready] = [fact.event for fact in house.facts[order.stream("1")][-1:]]
        assert ready == orders.PartsReported(purchase_orders=("P-1",))

    def test_an_order_with_nothing_to_buy_is_ready_at_once(self, house: House) -> None:
        instructed(house, only_a_box=True)
        assert house.kinds(order, "1")[-1:] == [orders.PartsReported]

    def test_what_is_bought_beyond_the_need_is_surplus(self, house: House) -> None:
        instructed(house)
        house.bought("1", "P-1", 8)
        house.bought("1", "P-2", 3)
        assert house.kinds(parts, "1")[-2:] == [purchases.SurplusOrdered, purchases.SurplusStocked]


class TestEverybodyToNotification:
    def test_the_customer_is_written_to_and_colleagues_find_it_in_their_inbox(self, house: House) -> None:
        confirmed_conventional(house, feasible=True)
        told = [(message.recipient.name, message.template) for message in addressed(house)]
        assert told == [
            ("C-7", "order_received"),
            ("sales", "requirements_to_confirm"),
            ("C-7", "requirements_confirmed"),
            ("contract_desk", "delivery_to_judge"),
            ("production_manager", "delivery_to_judge"),
            ("C-7", "order_accepted"),
            ("sales", "quotation_to_make"),
        ]

    def test_the_panel_is_told_in_turn(self, house: House) -> None:
        in_panel(house)
        house.decided("1", "accept")
        told = [
            (m.recipient.name, m.template)
            for m in addressed(house)
            if m.template in {"opinion_due", "decision_due"}
        ]
        assert told == [
            ("technical", "opinion_due"),
            ("quality", "opinion_due"),
            ("production", "opinion_due"),
            ("general_manager", "decision_due"),
            ("deputy_general_manager", "decision_due"),
        ]


def test_every_fact_that_another_service_hears_of_is_made_and_fits_its_schema(house: House) -> None:
    """None is known that no decider makes; each one made crossed the wire."""
    everything(house)
    heard = {OWNERS[source].__name__ for service in SERVICES for source in service.sources}
    assert {name for name, kind in known_events() if kind.__module__ in heard} <= house.names()


def test_nothing_that_a_service_reacts_to_is_without_a_source() -> None:
    owners = {module.__name__: name for name, module in OWNERS.items()}
    for service in SERVICES:
        of = {owners[kind.__module__] for kind in service.reactions.table}
        assert of == set(service.sources), service.name


REMARK = Remark(clause="12 disputes", finding="names no court", remedy="name a court")


def doubts(house: House, number: str) -> Sequence[orders.Doubt]:
    facts = [fact.event for fact in house.facts[order.stream(number)]]
    return [doubt for fact in facts if isinstance(fact, orders.OrderDoubted) for doubt in fact.doubts]


def confirmed_conventional(house: House, *, feasible: bool) -> None:
    house.received("1")
    house.confirmed("1")
    house.judged("1", feasible=feasible)


def in_panel(house: House, number: str = "1") -> None:
    house.received(number, COMPLETE_SET)
    house.project_registered(number)
    house.confirmed(number)


def instructed(house: House, *, only_a_box: bool = False) -> None:
    confirmed_conventional(house, feasible=True)
    house.instructed("1", BILL[1:] if only_a_box else BILL)


def addressed(house: House, number: str = "1") -> Sequence[MessageAddressed]:
    facts = [fact.event for fact in house.facts[correspondence.stream(number)]]
    return [fact for fact in facts if isinstance(fact, MessageAddressed)]


def everything(house: House) -> None:
    """Orders on every way there is."""
    instructed(house)
    house.bought("1", "P-1", 8, failed=True)
    house.bought("1", "P-2", 3)
    for number, agreed in (("2", True), ("3", False)):
        in_panel(house, number)
        house.decided(number, "accept_with_conditions", asked=agreed)
        house.conditions_answered(number, agreed=agreed)
    for number, approved in (("4", True), ("5", False), ("6", None)):
        house.received(number)
        house.confirmed(number)
        house.judged(number, feasible=False)
        house.extension_answered(number, agreed=approved is None)
        if approved is not None:
            house.refusal_decided(number, approved=approved)
    house.received("7", CONTENT.model_copy(update={"quality_requirements": None}))
    house.completed("7")
    house.confirmed("7")
    house.amended("7")
    house.quoted("6", agreed=False)
    house.withdrawn("7")
    house.repeated("8", genuine=True)
    house.repeated("9", genuine=False)
    the_contract_comes_back(house)
    the_order_is_cancelled(house)
    the_suppliers_come_and_go(house)
    the_mail_goes(house)
    the_webhooks_go(house)


def the_contract_comes_back(house: House) -> None:
    """Order 2: faults found, drafted anew, and withdrawn before it is signed."""
    house.quoted("2")
    house.drafted("2")
    house.clauses_judged("2", "a" * 64, REMARK)
    house.drafted("2", "b" * 64)
    house.withdrawn("2")


def the_order_is_cancelled(house: House) -> None:
    """Order 5: some of it sent back for good and some not wanted any more; kept once, then cancelled."""
    house.instructed("5")
    house.sent_back("5", "P-51", 3)
    house.placed("5", "P-52", 8)
    house.cancellation_decided("5", approved=False)
    house.placed("5", "P-53", 1)
    house.reduced("5", "P-53", 1)
    house.cancellation_decided("5", approved=True, request=2)
    house.reduced("5", "P-52", 8)


def the_suppliers_come_and_go(house: House) -> None:
    house.give(supplier, "S-1", RegisterSupplier(supplier_name="Relays"), BUYER)
    offer = ListOffer(
        part="CORE-1", channel="manufacturer", lead_time_days=20, unit_price=Decimal("12.50"), currency="EUR"
    )
    house.give(supplier, "S-1", offer, BUYER)
    house.give(supplier, "S-1", WithdrawOffer(part="CORE-1"), BUYER)
    house.give(supplier, "S-1", SuspendSupplier(reason="Two late deliveries."), BUYER)
    house.give(supplier, "S-1", ReinstateSupplier(reason="A new line."), BUYER)


def the_mail_goes(house: House) -> None:
    """One letter at the second attempt; and a colleague reads a note."""
    me = Actor("notification", frozenset({"system"}))
    letter = next(message for message in addressed(house) if message.channel == "mail")
    failed = RecordFailure(
        message=letter.message, attempt=1, fault="refused", for_good=False, error="later", jitter=0.5
    )
    house.give(correspondence, "1", failed, me)
    house.give(correspondence, "1", RecordMailed(message=letter.message, attempt=2), me)
    note = next(message for message in addressed(house) if message.recipient.name == "contract_desk")
    house.give(correspondence, "1", MarkRead(message=note.message), DESK)
    assert house.kinds(correspondence, "1")[-1] is messages.MessageRead


def the_webhooks_go(house: House) -> None:
    """One is taken at the second attempt and asked for again; the subscription is pinged, rested and rotated."""
    me, erp = Actor("notification", frozenset({"system"})), Actor("erp", frozenset({"erp"}))
    house.give(subscription, "wh_1", OpenSubscription(url="https://erp.example/hooks"), erp)
    for command in (Ping(), RotateSecret(), DisableSubscription(), EnableSubscription()):
        house.give(subscription, "wh_1", command, erp)
    told = [fact.event for fact in house.facts[correspondence.stream("1")]]
    announced = next(event for event in told if isinstance(event, messages.FactAnnounced))
    queue = Queue(delivery="wh_1.1.a", subscription="wh_1", product_company=None, announced=announced)
    house.give(line, "wh_1.1", queue, me)
    refusal = RecordRefusal(
        delivery="wh_1.1.a",
        attempt=1,
        fault="away",
        status=None,
        error="no answer",
        retry_after=None,
        jitter=0,
    )
    house.give(line, "wh_1.1", refusal, me)
    house.give(line, "wh_1.1", RecordDelivery(delivery="wh_1.1.a", attempt=2, status=204), me)
    house.give(line, "wh_1.1", Redeliver(delivery="wh_1.1.a"), erp)
    assert house.kinds(line, "wh_1.1")[-1] is messages.DeliveryRequeued
