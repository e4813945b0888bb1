"""What the customer may do on the way: change the content, or take the order back."""

from __future__ import annotations

import pytest
from order_story import (
    ACCEPTED,
    BEFORE_INSTRUCTION,
    BINDING,
    COMPLETE,
    CONDITIONS_PENDING,
    CONTENT,
    DESK,
    DRAFTED,
    HALF_KNOWN,
    IN_REVIEW,
    INSTRUCTED,
    LATER,
    QUOTED,
    RETURNED,
    SALES,
    SYSTEM,
    WITHDRAWN,
    Story,
    completed,
    confirmed,
    quoted,
)

from events.contracts.orders import (
    ConditionsDeclined,
    OrderAccepted,
    OrderAmended,
    OrderFoundIncomplete,
    OrderRefused,
    OrderWithdrawn,
    QuotationDeclined,
)
from events.testing import given
from order_intake.order import order
from order_intake.order.acceptance import RecordReview
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.intake import ConfirmRequirements
from order_intake.order.quotation import AnswerQuotation
from order_intake.order.states import Complete

AMENDED = OrderAmended(content=LATER, content_version=2, reason="site is late", amended_by=SALES.subject)
AMEND = AmendOrder(content=LATER, reason="site is late")


@pytest.mark.parametrize(
    "story", [COMPLETE, IN_REVIEW, CONDITIONS_PENDING, ACCEPTED, QUOTED, DRAFTED, RETURNED]
)
def test_an_amendment_makes_a_new_version_to_be_confirmed_anew(story: Story) -> None:
    amended = given(order, *story).when(AMEND, by=SALES)
    amended.then(AMENDED, completed(LATER, 2))
    state = given(order, *story, *amended.facts).state
    assert isinstance(state, Complete)
    assert state.dossier.content_version == 2


def test_s1_an_amendment_is_checked_for_what_is_missing() -> None:
    outcome = given(order, *IN_REVIEW).when(AmendOrder(content=HALF_KNOWN, reason="unsure"), by=SALES)
    _, found = outcome.then_kinds(OrderAmended, OrderFoundIncomplete)
    assert "quality_requirements" in found.missing


def test_what_was_judged_on_the_old_content_counts_no_more() -> None:
    story = (*IN_REVIEW, AMENDED, completed(LATER, 2), confirmed(LATER, 2))
    verdict = RecordReview(content_version=1, outcome="accepted", reason="can be made", decided_by="gao")
    given(order, *story).when(verdict, by=SYSTEM).then_nothing()


def test_what_was_quoted_on_the_old_content_cannot_be_accepted() -> None:
    story = (*QUOTED, AMENDED, completed(LATER, 2))
    given(order, *story).when(AnswerQuotation(round=1, agreed=True), by=SALES).refused("step-not-due")


def test_rounds_of_quotation_go_on_counting_after_an_amendment() -> None:
    again = (completed(LATER, 2), confirmed(LATER, 2), OrderAccepted(content_version=2))
    story = (*QUOTED, QuotationDeclined(round=1, reason="too dear"), AMENDED, *again, quoted(round=2))
    given(order, *story).when(AnswerQuotation(round=1, agreed=True), by=SALES).refused("round-passed")


def test_amending_to_the_present_content_changes_nothing() -> None:
    given(order, *ACCEPTED).when(AmendOrder(content=CONTENT, reason="again"), by=SALES).then_nothing()


@pytest.mark.parametrize("story", [BINDING, INSTRUCTED])
def test_c16_what_both_sides_signed_is_not_amended(story: Story) -> None:
    given(order, *story).when(AMEND, by=SALES).refused("contract-binding")


def test_an_order_that_is_not_there_or_at_its_end_is_not_amended() -> None:
    given(order).when(AMEND, by=SALES).refused("not-found")
    given(order, *WITHDRAWN).when(AMEND, by=SALES).refused("order-closed")


@pytest.mark.parametrize("story", BEFORE_INSTRUCTION)
def test_the_customer_withdraws_at_any_point_before_the_instruction(story: Story) -> None:
    given(order, *story).when(WithdrawOrder(reason="no money"), by=DESK).then(
        OrderWithdrawn(reason="no money")
    )


def test_c17_an_instructed_order_is_not_withdrawn() -> None:
    given(order, *INSTRUCTED).when(WithdrawOrder(reason="no money"), by=SALES).refused("already-instructed")


def test_an_order_is_withdrawn_once() -> None:
    given(order, *WITHDRAWN).when(WithdrawOrder(reason="again"), by=SALES).then_nothing()


@pytest.mark.parametrize(
    "end", [OrderRefused(reason="no capacity", approved_by="gao"), ConditionsDeclined(reason="no")]
)
def test_what_is_closed_otherwise_is_not_withdrawn(end: OrderRefused | ConditionsDeclined) -> None:
    story = (*CONDITIONS_PENDING, end) if isinstance(end, ConditionsDeclined) else (*IN_REVIEW, end)
    refusal = given(order, *story).when(WithdrawOrder(reason="late"), by=SALES).refused("order-closed")
    assert ("refused" in refusal.reason) == isinstance(end, OrderRefused)


def test_an_order_nobody_received_is_not_withdrawn() -> None:
    given(order).when(WithdrawOrder(reason="no money"), by=SALES).refused("not-found")


def test_a_withdrawn_order_is_confirmed_no_more() -> None:
    given(order, *WITHDRAWN).when(ConfirmRequirements(content_version=1), by=SALES).refused("order-closed")
