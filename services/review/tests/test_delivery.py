"""The delivery date of a conventional order, judged from two sides (C6)."""

from __future__ import annotations

from datetime import date

import pytest
from case_story import (
    ACCEPTED,
    CLOSED,
    DESK,
    FEASIBLE,
    HALF_JUDGED,
    INFEASIBLE,
    JUDGING,
    LATER,
    NOT_FEASIBLE,
    PANEL_DUE,
    PRODUCTION,
    SALES,
    VOIDED,
    Story,
    judged,
    requested,
)
from pydantic import ValidationError

from events import Actor
from events.contracts.reviews import DeliveryJudged, ReviewConcluded
from events.testing import given
from review.case import case
from review.case.delivery import JudgeDelivery

AUGUST = date(2026, 8, 1)
BOTH_ROLES = frozenset({"contract_desk", "production_manager"})


def judge(
    side: str, earliest: date | None = None, version: int = 1, note: str | None = None
) -> JudgeDelivery:
    return JudgeDelivery.model_validate(
        {
            "content_version": version,
            "side": side,
            "feasible": earliest is None,
            "earliest_date": earliest,
            "note": note,
        }
    )


def test_c6_one_side_s_word_concludes_nothing() -> None:
    given(case, *JUDGING).when(judge("contract_desk"), by=DESK).then(judged("contract_desk", DESK))


def test_c6_with_both_sides_saying_yes_the_order_is_accepted() -> None:
    given(case, *HALF_JUDGED).when(judge("production"), by=PRODUCTION).then(
        judged("production", PRODUCTION), ACCEPTED
    )


def test_c6_if_either_side_says_no_the_order_is_infeasible() -> None:
    given(case, *HALF_JUDGED).when(judge("production", AUGUST), by=PRODUCTION).then(
        judged("production", PRODUCTION, AUGUST), NOT_FEASIBLE
    )
    desk_said_no = (*JUDGING, judged("contract_desk", DESK, AUGUST))
    given(case, *desk_said_no).when(judge("production"), by=PRODUCTION).then(
        judged("production", PRODUCTION), NOT_FEASIBLE
    )


def test_c7_the_earliest_date_is_the_one_both_sides_can_meet() -> None:
    story = (*JUDGING, judged("contract_desk", DESK, date(2026, 8, 15)))
    outcome = given(case, *story).when(judge("production", AUGUST), by=PRODUCTION)
    _, concluded = outcome.then_kinds(DeliveryJudged, ReviewConcluded)
    assert concluded.delivery_date == date(2026, 8, 15)


def test_what_the_judges_noted_is_in_the_reason() -> None:
    outcome = given(case, *HALF_JUDGED).when(
        judge("production", AUGUST, note="test bay is taken"), by=PRODUCTION
    )
    _, concluded = outcome.then_kinds(DeliveryJudged, ReviewConcluded)
    assert concluded.reason == "the earliest delivery is on 2026-08-01; production: test bay is taken"


def test_long_notes_still_fit_into_the_reason() -> None:
    outcome = given(case, *HALF_JUDGED).when(judge("production", note="x" * 4000), by=PRODUCTION)
    _, concluded = outcome.then_kinds(DeliveryJudged, ReviewConcluded)
    ReviewConcluded.model_validate_json(concluded.model_dump_json())


def test_the_same_word_again_changes_nothing() -> None:
    given(case, *HALF_JUDGED).when(judge("contract_desk"), by=DESK).then_nothing()
    given(case, *FEASIBLE).when(judge("production"), by=PRODUCTION).then_nothing()


def test_a_word_can_be_taken_back_until_both_have_judged() -> None:
    changed = judged("contract_desk", DESK, AUGUST)
    given(case, *HALF_JUDGED).when(judge("contract_desk", AUGUST), by=DESK).then(changed)
    given(case, *HALF_JUDGED, changed).when(judge("production"), by=PRODUCTION).then(
        judged("production", PRODUCTION), NOT_FEASIBLE
    )
    given(case, *FEASIBLE).when(judge("contract_desk", AUGUST), by=DESK).refused("step-not-due")


def test_a_no_names_a_date_that_is_later_than_the_one_asked_for() -> None:
    asked = date(2026, 6, 30)
    refusal = given(case, *JUDGING).when(judge("contract_desk", asked), by=DESK).refused("date-not-later")
    assert refusal.fields.keys() == {"earliest_date"}
    with pytest.raises(ValidationError, match="say which date"):
        JudgeDelivery(content_version=1, side="production", feasible=False)


@pytest.mark.parametrize(("side", "by"), [("production", DESK), ("contract_desk", PRODUCTION)])
def test_c6_each_side_is_judged_by_its_own_role(side: str, by: Actor) -> None:
    given(case, *JUDGING).when(judge(side), by=by).refused("role-missing")


def test_c6_no_other_role_judges_the_delivery() -> None:
    given(case, *JUDGING).when(judge("contract_desk"), by=SALES).refused("role-missing")


def test_c6_two_persons_judge_even_when_one_has_both_roles() -> None:
    both = Actor("deng", BOTH_ROLES, "HV")
    given(case, *HALF_JUDGED).when(judge("production"), by=both).refused("second-person-needed")


def test_c6_production_is_judged_by_the_product_company_s_own_manager() -> None:
    of_the_group = Actor("peng", frozenset({"production_manager"}))
    given(case, *JUDGING).when(judge("production"), by=of_the_group).refused("not-of-company")
    of_another = Actor("peng", frozenset({"production_manager"}), "LV")
    given(case, *JUDGING).when(judge("production"), by=of_another).refused("not-found")


@pytest.mark.parametrize("subject", ["sun", "erp-1"])
def test_nobody_judges_a_request_of_their_own(subject: str) -> None:
    given(case, *JUDGING).when(judge("contract_desk"), by=Actor(subject, BOTH_ROLES, "HV")).refused(
        "own-request"
    )


@pytest.mark.parametrize("version", [1, 3])
def test_a_word_on_another_content_is_refused(version: int) -> None:
    story = (*JUDGING, requested(LATER, 2), JUDGING[1])
    given(case, *story).when(judge("contract_desk", version=version), by=DESK).refused("content-changed")


@pytest.mark.parametrize("story", [PANEL_DUE, VOIDED, CLOSED, INFEASIBLE])
def test_nothing_is_judged_that_is_not_asked(story: Story) -> None:
    given(case, *story).when(judge("contract_desk", AUGUST), by=DESK).refused("step-not-due")
    given(case).when(judge("contract_desk"), by=DESK).refused("not-found")
