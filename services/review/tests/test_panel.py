"""The panel of a non-conventional order, and the decision on it (C9 to C14)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from case_story import (
    ALL_SPOKEN,
    CLOSED,
    DECIDED,
    DECISION,
    DEPUTY,
    DESK,
    GENERAL_MANAGER,
    IN_PANEL,
    JUDGING,
    LOGISTICS,
    PANEL_DUE,
    PRODUCTION,
    QUALITY,
    SIDE_BY_SIDE,
    TECHNICAL,
    VOIDED,
    WITH_LOGISTICS,
    Story,
    opinion,
)
from pydantic import ValidationError

from events import Actor
from events.contracts.reviews import CaseDecided, PanelConvened, ReviewConcluded
from events.testing import given
from review.case import case
from review.case.decision import DecideCase
from review.case.panel import ConvenePanel, GiveOpinion

CONVENE = ConvenePanel(content_version=1)
WITH = ConvenePanel(content_version=1, logistics=True)
THREE = PanelConvened(departments=("technical", "quality", "production"))
FOUR = PanelConvened(departments=("technical", "quality", "production", "logistics"))
SPEAKERS = {"technical": TECHNICAL, "quality": QUALITY, "logistics": LOGISTICS, "production": PRODUCTION}


def give(department: str, words: str = "it can be done", **other: Any) -> GiveOpinion:
    values = {"content_version": 1, "department": department, "feasible": True, "opinion": words}
    return GiveOpinion.model_validate({**values, **other})


def decide(decision: str = "accept", **other: Any) -> DecideCase:
    return DecideCase.model_validate(
        {"content_version": 1, "decision": decision, "reason": "we want it", **other}
    )


def test_c9_the_contract_desk_convenes_the_departments() -> None:
    given(case, *PANEL_DUE).when(CONVENE, by=DESK).then(THREE)


def test_c9_logistics_is_called_when_needed_also_later() -> None:
    given(case, *PANEL_DUE).when(WITH, by=DESK).then(FOUR)
    given(case, *SIDE_BY_SIDE).when(WITH, by=DESK).then(FOUR)


def test_c9_nobody_who_was_called_is_sent_away() -> None:
    given(case, *WITH_LOGISTICS).when(CONVENE, by=DESK).refused("panel-convened")


def test_c9_a_panel_on_another_content_is_refused() -> None:
    given(case, *PANEL_DUE).when(ConvenePanel(content_version=2), by=DESK).refused("content-changed")


def test_convening_twice_changes_nothing() -> None:
    given(case, *IN_PANEL).when(CONVENE, by=DESK).then_nothing()
    given(case, *WITH_LOGISTICS).when(WITH, by=DESK).then_nothing()


def test_c10_to_c13_each_department_is_heard_by_a_person_of_its_own() -> None:
    both = Actor(TECHNICAL.subject, frozenset({"technical", "quality", "production"}), "HV")
    given(case, *IN_PANEL).when(give("technical"), by=both).then(opinion("technical", both))
    spoken = (*IN_PANEL, opinion("technical", both))
    refusal = given(case, *spoken).when(give("quality"), by=both).refused("second-person-needed")
    assert "technical" in refusal.reason
    given(case, *spoken, opinion("quality", QUALITY)).when(give("production"), by=both).refused(
        "second-person-needed"
    )
    given(case, *spoken).when(give("technical", "but later"), by=both).then(
        opinion("technical", both, "but later")
    )


def test_c10_who_is_replaced_may_speak_for_another_department() -> None:
    both = Actor("bo", frozenset({"technical", "quality"}), "HV")
    replaced = (*IN_PANEL, opinion("technical", both), opinion("technical", TECHNICAL))
    given(case, *replaced).when(give("quality"), by=both).then(opinion("quality", both))


def test_c14_who_gave_an_opinion_does_not_decide_on_it() -> None:
    manager = Actor(QUALITY.subject, frozenset({"quality", "general_manager"}), "HV")
    refusal = given(case, *ALL_SPOKEN).when(decide(), by=manager).refused("second-person-needed")
    assert "quality" in refusal.reason


def test_c9_only_the_contract_desk_convenes() -> None:
    given(case, *PANEL_DUE).when(CONVENE, by=GENERAL_MANAGER).refused("role-missing")


@pytest.mark.parametrize("story", [JUDGING, VOIDED, CLOSED, DECISION])
def test_a_panel_is_for_a_non_conventional_order_that_is_open(story: Story) -> None:
    given(case, *story).when(WITH, by=DESK).refused("step-not-due")
    given(case).when(CONVENE, by=DESK).refused("not-found")


@pytest.mark.parametrize("department", ["technical", "quality", "logistics"])
def test_c10_c11_c12_the_first_opinions_come_side_by_side(department: str) -> None:
    by = SPEAKERS[department]
    given(case, *WITH_LOGISTICS).when(give(department), by=by).then(opinion(department, by))


def test_c13_production_waits_for_all_the_others() -> None:
    half = (*WITH_LOGISTICS, opinion("quality", QUALITY))
    refusal = given(case, *half).when(give("production"), by=PRODUCTION).refused("others-first")
    assert "technical, logistics" in refusal.reason
    given(case, *SIDE_BY_SIDE).when(give("production"), by=PRODUCTION).then(opinion("production", PRODUCTION))


def test_c13_when_another_opinion_changes_production_speaks_again() -> None:
    changed = (*ALL_SPOKEN, opinion("technical", TECHNICAL, "two weeks longer"))
    assert (
        "production"
        in given(case, *changed).when(decide(), by=GENERAL_MANAGER).refused("opinions-missing").reason
    )
    given(case, *changed).when(give("production"), by=PRODUCTION).then(opinion("production", PRODUCTION))


def test_c13_when_logistics_is_called_later_production_speaks_after_it() -> None:
    called = (*ALL_SPOKEN, FOUR)
    given(case, *called).when(give("production", "again"), by=PRODUCTION).refused("others-first")
    heard = (*called, opinion("logistics", LOGISTICS))
    given(case, *heard).when(give("production"), by=PRODUCTION).then(opinion("production", PRODUCTION))


def test_an_opinion_can_be_revised_until_the_decision() -> None:
    given(case, *SIDE_BY_SIDE).when(give("technical", "two weeks longer"), by=TECHNICAL).then(
        opinion("technical", TECHNICAL, "two weeks longer")
    )
    given(case, *DECISION).when(give("technical", "two weeks longer"), by=TECHNICAL).refused("step-not-due")


def test_the_same_opinion_again_changes_nothing() -> None:
    given(case, *SIDE_BY_SIDE).when(give("technical"), by=TECHNICAL).then_nothing()
    given(case, *DECISION).when(give("production"), by=PRODUCTION).then_nothing()


def test_c12_logistics_speaks_only_when_called() -> None:
    given(case, *IN_PANEL).when(give("logistics"), by=LOGISTICS).refused("not-in-panel")


def test_opinions_come_after_the_panel_is_convened() -> None:
    given(case, *PANEL_DUE).when(give("technical"), by=TECHNICAL).refused("step-not-due")
    given(case).when(give("technical"), by=TECHNICAL).refused("not-found")


@pytest.mark.parametrize("department", ["technical", "quality", "logistics", "production"])
def test_c10_to_c13_each_department_speaks_for_itself(department: str) -> None:
    for other, by in SPEAKERS.items():
        if other != department:
            given(case, *WITH_LOGISTICS).when(give(department), by=by).refused("role-missing")


@pytest.mark.parametrize("department", ["technical", "quality", "production"])
def test_c9_the_product_company_s_own_departments_speak(department: str) -> None:
    of_the_group = Actor("other", SPEAKERS[department].roles)
    given(case, *SIDE_BY_SIDE).when(give(department), by=of_the_group).refused("not-of-company")


def test_nobody_speaks_on_a_request_of_their_own() -> None:
    own = Actor("erp-1", TECHNICAL.roles, "HV")
    given(case, *IN_PANEL).when(give("technical"), by=own).refused("own-request")


def test_an_opinion_on_another_content_is_refused() -> None:
    given(case, *IN_PANEL).when(give("technical", content_version=2), by=TECHNICAL).refused("content-changed")


@pytest.mark.parametrize("by", [GENERAL_MANAGER, DEPUTY])
def test_c14_the_general_manager_or_deputy_accepts(by: Actor) -> None:
    given(case, *ALL_SPOKEN).when(decide(), by=by).then(
        DECIDED.model_copy(update={"decided_by": by.subject}),
        ReviewConcluded(content_version=1, outcome="accepted", reason="we want it", decided_by=by.subject),
    )


def test_c14_or_accepts_with_conditions() -> None:
    conditions = {"conditions": ("copper",), "delivery_date": date(2026, 8, 1)}
    outcome = given(case, *ALL_SPOKEN).when(
        decide("accept_with_conditions", **conditions), by=GENERAL_MANAGER
    )
    decided, concluded = outcome.then_kinds(CaseDecided, ReviewConcluded)
    assert concluded.outcome == "accepted_with_conditions"
    for fact in (decided, concluded):
        assert (fact.conditions, fact.delivery_date) == (("copper",), date(2026, 8, 1))


def test_c14_or_refuses() -> None:
    _, concluded = (
        given(case, *ALL_SPOKEN)
        .when(decide("refuse"), by=GENERAL_MANAGER)
        .then_kinds(CaseDecided, ReviewConcluded)
    )
    assert (concluded.outcome, concluded.decided_by) == ("refused", "gao")


@pytest.mark.parametrize("by", [DESK, PRODUCTION, TECHNICAL])
def test_c14_nobody_else_decides(by: Actor) -> None:
    given(case, *ALL_SPOKEN).when(decide(), by=by).refused("role-missing")


def test_c14_the_product_company_s_own_general_manager_decides() -> None:
    given(case, *ALL_SPOKEN).when(decide(), by=Actor("gao", GENERAL_MANAGER.roles)).refused("not-of-company")
    given(case, *ALL_SPOKEN).when(decide(), by=Actor("gao", GENERAL_MANAGER.roles, "LV")).refused("not-found")


def test_nobody_decides_on_a_request_of_their_own() -> None:
    given(case, *ALL_SPOKEN).when(decide(), by=Actor("sun", GENERAL_MANAGER.roles, "HV")).refused(
        "own-request"
    )


@pytest.mark.parametrize("story", [IN_PANEL, SIDE_BY_SIDE, (*ALL_SPOKEN, FOUR)])
def test_c14_the_decision_comes_after_all_opinions(story: Story) -> None:
    given(case, *story).when(decide(), by=GENERAL_MANAGER).refused("opinions-missing")


def test_c14_a_decision_is_given_once() -> None:
    given(case, *DECISION).when(decide(), by=GENERAL_MANAGER).then_nothing()
    given(case, *DECISION).when(decide("refuse"), by=GENERAL_MANAGER).refused("step-not-due")
    given(case, *DECISION).when(decide(), by=DEPUTY).refused("step-not-due")


def test_c14_conditions_go_with_a_conditional_acceptance_and_with_nothing_else() -> None:
    given(case, *ALL_SPOKEN).when(decide(conditions=("copper",)), by=GENERAL_MANAGER).refused(
        "conditions-unexpected"
    )
    given(case, *ALL_SPOKEN).when(decide("refuse", delivery_date="2026-08-01"), by=DEPUTY).refused(
        "conditions-unexpected"
    )
    given(case, *ALL_SPOKEN).when(decide("accept_with_conditions"), by=DEPUTY).refused("conditions-missing")


def test_c14_only_a_later_date_is_a_condition() -> None:
    asked = decide("accept_with_conditions", delivery_date="2026-06-30")
    given(case, *ALL_SPOKEN).when(asked, by=GENERAL_MANAGER).refused("date-not-later")


def test_c14_a_decision_on_another_content_is_refused() -> None:
    given(case, *ALL_SPOKEN).when(decide(content_version=2), by=GENERAL_MANAGER).refused("content-changed")


def test_a_conventional_order_is_not_decided_on() -> None:
    given(case, *JUDGING).when(decide(), by=GENERAL_MANAGER).refused("step-not-due")


def test_a_decision_says_why() -> None:
    with pytest.raises(ValidationError):
        decide(reason="")
