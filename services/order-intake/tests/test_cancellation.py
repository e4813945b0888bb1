"""An instructed order is cancelled by the general manager alone, who knows what was bought for it."""

from __future__ import annotations

import pytest
from order_story import (
    BINDING,
    COMPLETE,
    DESK,
    ERP,
    GENERAL_MANAGER,
    INSTRUCTED,
    LATER,
    PARTS,
    PARTS_READY,
    SALES,
    SYSTEM,
    WITHDRAWN,
    Story,
)
from side_story import (
    ASKED,
    ASKED_TO_CANCEL,
    BOUGHT_MEANWHILE,
    CANCELLED,
    CORES_BOUGHT,
    DEPUTY,
    MADE_ALL_THE_SAME,
    NOTHING_BOUGHT,
    REJECTED,
    TO_DECIDE,
)

from events import Actor
from events.contracts.common import Commitment
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    CommitmentReported,
    OrderCancelled,
    PartsReported,
)
from events.testing import given
from order_intake.order import order
from order_intake.order.cancellation import AskCancellation, DecideCancellation, RecordCommitment
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.production import InstructProduction, RecordParts
from order_intake.order.standing import standing
from order_intake.order.states import Instructed

ASK = AskCancellation(reason="plant not built")


def word(approved: bool, request: int = 1, seen: int = 1, reason: str = "no harm done") -> DecideCancellation:
    return DecideCancellation(request=request, commitment_version=seen, approved=approved, reason=reason)


def stated(commitment: Commitment, request: int = 1) -> RecordCommitment:
    return RecordCommitment(request=request, commitment=commitment)


@pytest.mark.parametrize("story", [INSTRUCTED, PARTS_READY])
def test_the_customer_s_wish_to_cancel_is_asked_for_with_its_reason(story: Story) -> None:
    given(order, *story).when(ASK, by=SALES).then(ASKED)
    given(order, *story).when(ASK, by=ERP).refused("role-missing")


def test_it_is_asked_for_once_at_a_time() -> None:
    given(order, *ASKED_TO_CANCEL).when(ASK, by=SALES).then_nothing()
    refusal = given(order, *ASKED_TO_CANCEL).when(ASK, by=DESK).refused("cancellation-asked")
    assert "sun" in refusal.reason


@pytest.mark.parametrize("story", [COMPLETE, BINDING])
def test_before_its_instruction_an_order_is_withdrawn_not_cancelled(story: Story) -> None:
    assert "withdrawn" in given(order, *story).when(ASK, by=SALES).refused("step-not-due").reason


def test_nothing_is_cancelled_that_is_not_there_or_at_its_end() -> None:
    given(order).when(ASK, by=SALES).refused("not-found")
    given(order).when(word(True), by=GENERAL_MANAGER).refused("not-found")
    given(order, *WITHDRAWN).when(ASK, by=SALES).refused("order-closed")
    given(order, *WITHDRAWN).when(word(True), by=GENERAL_MANAGER).refused("order-closed")
    given(order, *CANCELLED).when(ASK, by=SALES).then_nothing()


def test_what_was_bought_is_taken_over_and_anew_when_it_changed() -> None:
    given(order, *ASKED_TO_CANCEL).when(stated(NOTHING_BOUGHT), by=SYSTEM).then(
        CommitmentReported(request=1, commitment=NOTHING_BOUGHT)
    )
    given(order, *TO_DECIDE).when(stated(NOTHING_BOUGHT), by=SYSTEM).then_nothing()
    given(order, *TO_DECIDE).when(stated(CORES_BOUGHT), by=SYSTEM).then(
        CommitmentReported(request=1, commitment=CORES_BOUGHT, commitment_version=2)
    )


@pytest.mark.parametrize("story", [MADE_ALL_THE_SAME, CANCELLED])
def test_word_on_what_was_bought_that_comes_after_the_decision_changes_nothing(story: Story) -> None:
    given(order, *story).when(stated(CORES_BOUGHT), by=SYSTEM).then_nothing()


def test_word_on_another_request_changes_nothing() -> None:
    again = (*MADE_ALL_THE_SAME, CancellationAsked(request=2, reason="still", asked_by="sun"))
    given(order, *again).when(stated(CORES_BOUGHT, request=1), by=SYSTEM).then_nothing()


def test_word_on_what_was_bought_for_an_order_not_instructed_is_a_fault_to_be_looked_at() -> None:
    given(order, *BINDING).when(stated(NOTHING_BOUGHT), by=SYSTEM).refused("step-not-due")


def test_the_decision_waits_until_it_is_known_what_was_bought() -> None:
    assert standing(given(order, *ASKED_TO_CANCEL).state).waiting_for == ("procurement",)
    given(order, *ASKED_TO_CANCEL).when(word(True), by=GENERAL_MANAGER).refused("commitment-unknown")
    assert standing(given(order, *TO_DECIDE).state).waiting_for == ("general_manager",)


@pytest.mark.parametrize("decider", [GENERAL_MANAGER, DEPUTY])
def test_the_general_manager_or_deputy_approves_knowing_what_was_bought(decider: Actor) -> None:
    given(order, *BOUGHT_MEANWHILE).when(word(True, seen=2), by=decider).then(
        OrderCancelled(request=1, reason="no harm done", commitment=CORES_BOUGHT, approved_by=decider.subject)
    )


@pytest.mark.parametrize("approved", [True, False])
def test_a_decision_on_what_was_bought_before_is_refused(approved: bool) -> None:
    refusal = given(order, *BOUGHT_MEANWHILE).when(word(approved, seen=1), by=GENERAL_MANAGER)
    assert refusal.refused("commitment-changed").fields.keys() == {"commitment_version"}


@pytest.mark.parametrize("approved", [True, False])
def test_nobody_else_decides_and_nobody_on_a_request_of_their_own(approved: bool) -> None:
    for person in (SALES, DESK, SYSTEM):
        given(order, *TO_DECIDE).when(word(approved), by=person).refused("role-missing")
    asker = Actor(SALES.subject, frozenset({"sales", "general_manager"}), "HV")
    given(order, *TO_DECIDE).when(word(approved), by=asker).refused("own-request")


def test_it_is_the_product_company_s_own_general_manager_who_decides() -> None:
    of_the_group = Actor("zhao", frozenset({"general_manager"}))
    given(order, *TO_DECIDE).when(word(True), by=of_the_group).refused("not-of-company")
    of_another = Actor("lu", frozenset({"general_manager"}), "LV")
    given(order, *TO_DECIDE).when(word(True), by=of_another).refused("not-found")


def test_a_decision_is_about_one_request() -> None:
    again = (
        *MADE_ALL_THE_SAME,
        CancellationAsked(request=2, reason="still", asked_by="sun"),
        CommitmentReported(request=2, commitment=NOTHING_BOUGHT),
    )
    given(order, *again).when(word(True, request=1), by=GENERAL_MANAGER).refused("request-passed")
    given(order, *again).when(word(True, request=2), by=GENERAL_MANAGER).then_kinds(OrderCancelled)


def test_a_decision_given_twice_is_one() -> None:
    given(order, *CANCELLED).when(word(True), by=GENERAL_MANAGER).then_nothing()
    given(order, *CANCELLED).when(word(False), by=GENERAL_MANAGER).refused("order-closed")
    same = word(False, reason="half made")
    given(order, *MADE_ALL_THE_SAME).when(same, by=GENERAL_MANAGER).then_nothing()
    given(order, *MADE_ALL_THE_SAME).when(word(True), by=GENERAL_MANAGER).refused("step-not-due")


@pytest.mark.parametrize("story", [INSTRUCTED, PARTS_READY])
def test_when_it_is_rejected_the_order_goes_on_where_it_stood(story: Story) -> None:
    asked = (*story, ASKED, CommitmentReported(request=1, commitment=NOTHING_BOUGHT))
    reject = word(False, reason="half made")
    given(order, *asked).when(reject, by=GENERAL_MANAGER).then(
        CancellationRejected(request=1, reason="half made", rejected_by=GENERAL_MANAGER.subject)
    )
    before, after = given(order, *story).state, given(order, *asked, REJECTED).state
    assert standing(after) == standing(before)


def test_a_rejected_cancellation_may_be_asked_for_again() -> None:
    given(order, *MADE_ALL_THE_SAME).when(ASK, by=SALES).then(
        CancellationAsked(request=2, reason="plant not built", asked_by="sun")
    )


@pytest.mark.parametrize("story", [ASKED_TO_CANCEL, TO_DECIDE])
def test_parts_that_become_ready_meanwhile_are_not_lost(story: Story) -> None:
    reported = PartsReported(purchase_orders=("P-1",))
    ready = RecordParts(purchase_orders=("P-1",))
    given(order, *story).when(ready, by=SYSTEM).then(reported)
    given(order, *story, reported).when(ready, by=SYSTEM).then_nothing()
    kept = given(order, *story, reported, REJECTED).state
    assert isinstance(kept, Instructed)
    assert kept.parts == reported


def test_a_cancelled_order_takes_nothing_more() -> None:
    given(order, *CANCELLED).when(RecordParts(), by=SYSTEM).then_nothing()
    given(order, *CANCELLED).when(WithdrawOrder(reason="no money"), by=SALES).refused("order-closed")


@pytest.mark.parametrize("story", [ASKED_TO_CANCEL, TO_DECIDE])
def test_while_it_is_decided_it_is_still_the_instructed_order(story: Story) -> None:
    given(order, *story).when(InstructProduction(parts=PARTS), by=DESK).then_nothing()
    refusal = given(order, *story).when(WithdrawOrder(reason="no money"), by=SALES)
    assert "general manager" in refusal.refused("already-instructed").reason
    amend = AmendOrder(content=LATER, reason="later")
    given(order, *story).when(amend, by=SALES).refused("contract-binding")
