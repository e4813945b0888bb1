"""What the review found, and the talk with the customer that may follow (C6 to C8, C14)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from order_story import (
    ACCEPTED,
    COMPLETE,
    CONDITIONS,
    CONDITIONS_PENDING,
    EXTENSION_ASKED,
    EXTENSION_PENDING,
    IN_REVIEW,
    INFEASIBLE,
    INFEASIBLE_FOUND,
    REFUSAL_PENDING,
    SALES,
    SYSTEM,
    WITHDRAWN,
    Story,
    quoted,
)
from pydantic import ValidationError

from events.contracts.orders import (
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ExtensionAgreed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderAccepted,
    OrderRefused,
)
from events.testing import given
from order_intake.order import order
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension, RecordReview


def concluded(outcome: str, version: int = 1, **more: Any) -> RecordReview:
    values = {"content_version": version, "outcome": outcome, "reason": "no capacity in June"}
    return RecordReview.model_validate({**values, "decided_by": "gao", **more})


def test_c6_a_feasible_order_is_accepted() -> None:
    given(order, *IN_REVIEW).when(concluded("accepted"), by=SYSTEM).then(OrderAccepted(content_version=1))


def test_c7_an_infeasible_order_waits_for_sales_to_ask_for_the_earliest_date() -> None:
    given(order, *IN_REVIEW).when(concluded("infeasible", delivery_date="2026-08-01"), by=SYSTEM).then(
        INFEASIBLE_FOUND
    )


def test_c7_an_infeasible_order_without_an_earliest_date_is_refused() -> None:
    given(order, *IN_REVIEW).when(concluded("infeasible"), by=SYSTEM).refused("date-missing")


def test_c14_conditions_are_proposed_and_bind_nobody_yet() -> None:
    conditions: dict[str, Any] = {
        "conditions": CONDITIONS.conditions,
        "delivery_date": CONDITIONS.delivery_date,
    }
    given(order, *IN_REVIEW).when(concluded("accepted_with_conditions", **conditions), by=SYSTEM).then(
        CONDITIONS
    )


def test_c14_a_refused_order_is_closed_with_who_approved() -> None:
    given(order, *IN_REVIEW).when(concluded("refused"), by=SYSTEM).then(
        OrderRefused(reason="no capacity in June", approved_by="gao")
    )


def test_c8_an_approved_refusal_closes_the_order_and_a_rejected_one_takes_it() -> None:
    given(order, *REFUSAL_PENDING).when(concluded("refused"), by=SYSTEM).then(
        OrderRefused(reason="no capacity in June", approved_by="gao")
    )
    given(order, *REFUSAL_PENDING).when(concluded("accepted"), by=SYSTEM).then(
        OrderAccepted(content_version=1)
    )


@pytest.mark.parametrize("story", [WITHDRAWN, COMPLETE, ACCEPTED, INFEASIBLE, EXTENSION_PENDING])
@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_a_verdict_that_comes_too_late_changes_nothing(story: Story, outcome: str) -> None:
    given(order, *story).when(concluded(outcome), by=SYSTEM).then_nothing()


def test_the_verdict_that_led_to_the_refusal_talk_changes_nothing_when_it_comes_again() -> None:
    given(order, *REFUSAL_PENDING).when(
        concluded("infeasible", delivery_date="2026-08-01"), by=SYSTEM
    ).then_nothing()
    given(order, *REFUSAL_PENDING).when(concluded("accepted_with_conditions"), by=SYSTEM).then_nothing()


@pytest.mark.parametrize("version", [0, 2])
def test_a_verdict_on_another_version_changes_nothing(version: int) -> None:
    given(order, *IN_REVIEW).when(concluded("accepted", version), by=SYSTEM).then_nothing()


def test_a_verdict_on_an_order_that_is_not_there_is_a_fault_to_be_looked_at() -> None:
    given(order).when(concluded("accepted"), by=SYSTEM).refused("not-found")


def test_no_person_records_a_verdict() -> None:
    given(order, *IN_REVIEW).when(concluded("accepted"), by=SALES).refused("role-missing")


def test_c7_sales_asks_for_the_earliest_date_when_it_names_none() -> None:
    given(order, *INFEASIBLE).when(AskExtension(), by=SALES).then(EXTENSION_ASKED)


def test_c7_sales_may_ask_for_a_later_date_in_its_own_words() -> None:
    asked = ExtensionAsked(content_version=1, delivery_date=date(2026, 9, 1), reason="holidays")
    given(order, *INFEASIBLE).when(
        AskExtension(delivery_date=date(2026, 9, 1), reason="holidays"), by=SALES
    ).then(asked)


def test_s4_nobody_promises_a_date_that_was_not_found_feasible() -> None:
    refusal = given(order, *INFEASIBLE).when(AskExtension(delivery_date=date(2026, 7, 31)), by=SALES)
    assert refusal.refused("date-not-feasible").fields == {"delivery_date": "not before 2026-08-01"}


def test_c7_the_customer_is_asked_once() -> None:
    given(order, *EXTENSION_PENDING).when(AskExtension(), by=SALES).then_nothing()
    given(order, *EXTENSION_PENDING).when(AskExtension(delivery_date=date(2026, 9, 1)), by=SALES).refused(
        "extension-asked"
    )


def test_c1_an_extension_is_not_asked_for_before_the_review_said_so() -> None:
    given(order, *IN_REVIEW).when(AskExtension(), by=SALES).refused("step-not-due")
    given(order).when(AskExtension(), by=SALES).refused("not-found")


def test_c7_an_agreed_extension_accepts_the_order_for_the_new_date() -> None:
    agreed = AnswerExtension(content_version=1, agreed=True)
    outcome = given(order, *EXTENSION_PENDING).when(agreed, by=SALES)
    outcome.then(ExtensionAgreed(delivery_date=date(2026, 8, 1)), OrderAccepted(content_version=1))
    accepted = (*EXTENSION_PENDING, *outcome.facts)
    given(order, *accepted).when(agreed, by=SALES).then_nothing()
    given(order, *accepted, quoted()).when(agreed, by=SALES).then_nothing()


def test_c8_a_declined_extension_waits_for_the_general_manager() -> None:
    declined = AnswerExtension(content_version=1, agreed=False, reason="the outage is fixed")
    given(order, *EXTENSION_PENDING).when(declined, by=SALES).then(
        ExtensionDeclined(content_version=1, reason="the outage is fixed")
    )
    given(order, *REFUSAL_PENDING).when(declined, by=SALES).then_nothing()


def test_an_answer_that_was_given_is_not_turned_round() -> None:
    agreed = AnswerExtension(content_version=1, agreed=True)
    given(order, *REFUSAL_PENDING).when(agreed, by=SALES).refused("step-not-due")
    other = AnswerExtension(content_version=1, agreed=False, reason="another reason")
    given(order, *REFUSAL_PENDING).when(other, by=SALES).refused("step-not-due")


def test_c14_agreed_conditions_bind_and_accept_the_order() -> None:
    agreed = AnswerConditions(content_version=1, agreed=True)
    outcome = given(order, *CONDITIONS_PENDING).when(agreed, by=SALES)
    outcome.then(
        ConditionsAgreed(conditions=CONDITIONS.conditions, delivery_date=CONDITIONS.delivery_date),
        OrderAccepted(content_version=1),
    )
    accepted = (*CONDITIONS_PENDING, *outcome.facts)
    given(order, *accepted).when(agreed, by=SALES).then_nothing()


def test_c14_declined_conditions_close_the_order() -> None:
    declined = AnswerConditions(content_version=1, agreed=False, reason="silver or nothing")
    outcome = given(order, *CONDITIONS_PENDING).when(declined, by=SALES)
    outcome.then(ConditionsDeclined(reason="silver or nothing"))
    closed = (*CONDITIONS_PENDING, *outcome.facts)
    given(order, *closed).when(declined, by=SALES).then_nothing()
    other = AnswerConditions(content_version=1, agreed=False, reason="another reason")
    given(order, *closed).when(other, by=SALES).refused("order-closed")
    given(order, *closed).when(AnswerConditions(content_version=1, agreed=True), by=SALES).refused(
        "order-closed"
    )


@pytest.mark.parametrize("kind", [AnswerExtension, AnswerConditions])
def test_an_answer_needs_its_question(kind: type[AnswerExtension | AnswerConditions]) -> None:
    given(order, *IN_REVIEW).when(kind(content_version=1, agreed=True), by=SALES).refused("step-not-due")
    given(order, *ACCEPTED).when(kind(content_version=1, agreed=True), by=SALES).refused("step-not-due")
    given(order, *EXTENSION_PENDING).when(kind(content_version=2, agreed=True), by=SALES).refused(
        "content-changed"
    )
    given(order).when(kind(content_version=1, agreed=True), by=SALES).refused("not-found")


@pytest.mark.parametrize("kind", [AnswerExtension, AnswerConditions])
def test_a_no_comes_with_its_reason(kind: type[AnswerExtension | AnswerConditions]) -> None:
    with pytest.raises(ValidationError, match="say why"):
        kind(content_version=1, agreed=False)


def test_conditions_without_a_date_keep_the_one_asked_for() -> None:
    proposed = ConditionsProposed(content_version=1, conditions=("copper",))
    agreed = ConditionsAgreed(conditions=("copper",))
    story = (*IN_REVIEW, proposed, agreed, OrderAccepted(content_version=1))
    state: Any = given(order, *story).state
    assert state.terms.delivery_date(state.dossier.content) == date(2026, 6, 30)
