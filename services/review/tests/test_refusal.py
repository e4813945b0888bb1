"""Refusing an order whose customer cannot wait: only the general manager's word counts (C8)."""

from __future__ import annotations

import pytest
from case_story import (
    CLOSED,
    DECISION,
    DEPUTY,
    DESK,
    FEASIBLE,
    GENERAL_MANAGER,
    INFEASIBLE,
    JUDGING,
    PRODUCTION,
    PROPOSED,
    REFUSAL_PENDING,
    SALES,
    SYSTEM,
    VOIDED,
    Story,
)

from events import Actor
from events.contracts.reviews import RefusalApproved, RefusalRejected, ReviewConcluded
from events.testing import given
from review.case import case
from review.case.refusal import DecideRefusal, ProposeRefusal

PROPOSE = ProposeRefusal(content_version=1, reason="the outage is fixed", proposed_by=SALES.subject)
APPROVE = DecideRefusal(content_version=1, approved=True, reason="no capacity")
REJECT = DecideRefusal(content_version=1, approved=False, reason="we build it on Sundays")


def test_c8_a_customer_who_cannot_wait_leads_to_a_proposal() -> None:
    given(case, *INFEASIBLE).when(PROPOSE, by=SYSTEM).then(PROPOSED)


@pytest.mark.parametrize("story", [(), JUDGING, FEASIBLE, REFUSAL_PENDING, DECISION, VOIDED, CLOSED])
def test_a_proposal_that_comes_too_late_or_again_changes_nothing(story: Story) -> None:
    given(case, *story).when(PROPOSE, by=SYSTEM).then_nothing()


def test_a_proposal_on_another_content_changes_nothing() -> None:
    other = PROPOSE.model_copy(update={"content_version": 2})
    given(case, *INFEASIBLE).when(other, by=SYSTEM).then_nothing()


@pytest.mark.parametrize("by", [GENERAL_MANAGER, DEPUTY])
def test_c8_the_general_manager_or_deputy_approves_refusing(by: Actor) -> None:
    given(case, *REFUSAL_PENDING).when(APPROVE, by=by).then(
        RefusalApproved(reason="no capacity", decided_by=by.subject),
        ReviewConcluded(content_version=1, outcome="refused", reason="no capacity", decided_by=by.subject),
    )


def test_c8_or_takes_the_order_at_our_own_risk() -> None:
    reason = "we build it on Sundays"
    given(case, *REFUSAL_PENDING).when(REJECT, by=GENERAL_MANAGER).then(
        RefusalRejected(reason=reason, decided_by="gao"),
        ReviewConcluded(content_version=1, outcome="accepted", reason=reason, decided_by="gao"),
    )


@pytest.mark.parametrize("by", [SALES, DESK, PRODUCTION])
def test_c8_nobody_else_approves_refusing(by: Actor) -> None:
    given(case, *REFUSAL_PENDING).when(APPROVE, by=by).refused("role-missing")


def test_c8_the_product_company_s_own_general_manager_approves() -> None:
    given(case, *REFUSAL_PENDING).when(APPROVE, by=Actor("gao", GENERAL_MANAGER.roles)).refused(
        "not-of-company"
    )


@pytest.mark.parametrize("subject", ["sun", "erp-1", "wu"])
def test_nobody_approves_refusing_what_they_asked_for_or_proposed(subject: str) -> None:
    proposed = PROPOSED.model_copy(update={"proposed_by": "wu"})
    own = Actor(subject, GENERAL_MANAGER.roles, "HV")
    given(case, *INFEASIBLE, proposed).when(APPROVE, by=own).refused("own-request")


def test_c8_the_word_is_given_once() -> None:
    decided = given(case, *REFUSAL_PENDING).when(APPROVE, by=GENERAL_MANAGER).facts
    given(case, *REFUSAL_PENDING, *decided).when(APPROVE, by=GENERAL_MANAGER).then_nothing()
    given(case, *REFUSAL_PENDING, *decided).when(REJECT, by=GENERAL_MANAGER).refused("step-not-due")


@pytest.mark.parametrize("story", [JUDGING, INFEASIBLE, DECISION, VOIDED, CLOSED])
def test_c8_nothing_is_refused_that_was_not_proposed(story: Story) -> None:
    given(case, *story).when(APPROVE, by=GENERAL_MANAGER).refused("step-not-due")
    given(case).when(APPROVE, by=GENERAL_MANAGER).refused("not-found")


def test_c8_a_word_on_another_content_is_refused() -> None:
    other = APPROVE.model_copy(update={"content_version": 2})
    given(case, *REFUSAL_PENDING).when(other, by=GENERAL_MANAGER).refused("content-changed")
