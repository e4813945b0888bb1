"""From first information to confirmed requirements (C2 to C4, S1)."""

from __future__ import annotations

from datetime import date

import pytest
from order_story import (
    ACCEPTED,
    COMPLETE,
    COMPLETE_SET,
    CONTENT,
    CUSTOMER,
    DESK,
    ERP,
    HALF_KNOWN,
    IN_REVIEW,
    INCOMPLETE,
    LATER,
    PROJECT,
    SALES,
    SET_COMPLETE,
    WITHDRAWN,
    Story,
    completed,
    confirmed,
    received,
)

from events import Actor
from events.contracts.common import Content, Line
from events.contracts.orders import (
    OrderAmended,
    OrderFoundIncomplete,
    OrderSupplemented,
    ProjectRegistered,
)
from events.testing import given
from order_intake.completeness import missing
from order_intake.order import order
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject

TODAY = date(2026, 1, 5)
HALF_MISSING = ("lines[0].model", "lines[0].specification", "technical_requirements", "quality_requirements")


def receive(content: Content = CONTENT, company: str = "HV") -> ReceiveOrder:
    return ReceiveOrder(customer=CUSTOMER, product_company=company, channel="mail", content=content)


def test_s1_all_that_is_missing_is_named_at_once() -> None:
    assert missing(HALF_KNOWN, TODAY) == HALF_MISSING
    assert missing(Content(), TODAY) == (
        "lines",
        "technical_requirements",
        "quality_requirements",
        "delivery_date",
    )
    assert missing(CONTENT, TODAY) == ()


def test_s1_what_is_missing_is_named_for_each_line() -> None:
    content = CONTENT.model_copy(update={"lines": (*CONTENT.lines, Line(item="X", model="m"))})
    assert missing(content, TODAY) == ("lines[2].specification", "lines[2].quantity")


def test_s1_a_delivery_date_in_the_past_is_not_valid_but_today_is() -> None:
    asked = CONTENT.delivery_date
    assert asked is not None
    assert missing(CONTENT, asked) == ()
    assert missing(CONTENT, date(2026, 7, 1)) == ("delivery_date: lies in the past",)


def test_c2_a_complete_request_is_registered() -> None:
    given(order).when(receive(), by=SALES).then(received(), completed())


def test_c2_an_incomplete_request_is_registered_too_and_told_what_is_missing() -> None:
    given(order).when(receive(HALF_KNOWN), by=SALES).then(
        received(HALF_KNOWN), OrderFoundIncomplete(missing=HALF_MISSING)
    )


def test_c2_the_same_request_under_the_same_number_is_taken_once() -> None:
    given(order, *IN_REVIEW).when(receive(), by=SALES).then_nothing()


def test_c2_another_request_never_takes_an_order_s_number() -> None:
    given(order, *COMPLETE).when(receive(LATER), by=SALES).refused("number-taken")


def test_people_of_a_product_company_take_orders_for_it_alone() -> None:
    clerk = Actor("lu", frozenset({"sales"}), "HV")
    assert not given(order).when(receive(company="HV"), by=clerk).refusal
    given(order).when(receive(company="LV"), by=clerk).refused("other-company")


def test_s1_on_each_completion_all_that_is_still_missing_is_named_again() -> None:
    more = HALF_KNOWN.model_copy(update={"technical_requirements": "IEC 61869"})
    still = tuple(item for item in HALF_MISSING if item != "technical_requirements")
    given(order, *INCOMPLETE).when(CompleteOrder(content=more), by=ERP).then(
        OrderSupplemented(content=more, supplemented_by=ERP.subject), OrderFoundIncomplete(missing=still)
    )


def test_s1_an_order_with_nothing_missing_any_more_is_complete() -> None:
    given(order, *INCOMPLETE).when(CompleteOrder(content=CONTENT), by=SALES).then(
        OrderSupplemented(content=CONTENT, supplemented_by=SALES.subject), completed()
    )


@pytest.mark.parametrize("story", [INCOMPLETE, COMPLETE, ACCEPTED])
def test_completing_with_what_is_known_already_changes_nothing(story: Story) -> None:
    known = HALF_KNOWN if story is INCOMPLETE else CONTENT
    given(order, *story).when(CompleteOrder(content=known), by=SALES).then_nothing()


def test_a_complete_order_is_amended_not_completed() -> None:
    given(order, *COMPLETE).when(CompleteOrder(content=LATER), by=SALES).refused("already-complete")


def test_c4_the_project_of_a_complete_set_is_registered() -> None:
    given(order, *SET_COMPLETE).when(RegisterProject(project=PROJECT), by=DESK).then(
        ProjectRegistered(project=PROJECT)
    )


def test_c4_the_project_can_be_corrected_until_requirements_are_confirmed() -> None:
    corrected = PROJECT.model_copy(update={"site": "Naantali"})
    registered = (*SET_COMPLETE, ProjectRegistered(project=PROJECT))
    given(order, *registered).when(RegisterProject(project=PROJECT), by=DESK).then_nothing()
    given(order, *registered).when(RegisterProject(project=corrected), by=DESK).then(
        ProjectRegistered(project=corrected)
    )
    given(order, *registered, confirmed(COMPLETE_SET)).when(
        RegisterProject(project=corrected), by=DESK
    ).refused("step-not-due")


def test_c4_only_a_complete_set_has_a_project() -> None:
    given(order, *COMPLETE).when(RegisterProject(project=PROJECT), by=DESK).refused("no-complete-set")


def test_c4_a_complete_set_without_its_project_is_not_confirmed() -> None:
    given(order, *SET_COMPLETE).when(ConfirmRequirements(content_version=1), by=SALES).refused(
        "project-missing"
    )


def test_c4_a_complete_set_with_its_project_is_confirmed() -> None:
    given(order, *SET_COMPLETE, ProjectRegistered(project=PROJECT)).when(
        ConfirmRequirements(content_version=1), by=SALES
    ).then(confirmed(COMPLETE_SET))


def test_c3_confirmed_requirements_carry_all_that_the_review_needs() -> None:
    given(order, *COMPLETE).when(ConfirmRequirements(content_version=1), by=SALES).then(confirmed())


def test_c3_whoever_prepared_the_content_is_named_with_it() -> None:
    supplemented = OrderSupplemented(content=CONTENT, supplemented_by=ERP.subject)
    amended = OrderAmended(content=LATER, content_version=2, reason="later", amended_by="wen")
    story = (*INCOMPLETE, supplemented, completed(), amended, completed(LATER, 2))
    outcome = given(order, *story).when(ConfirmRequirements(content_version=2), by=SALES)
    (fact,) = outcome.then_kinds(type(confirmed()))
    assert fact.prepared_by == (SALES.subject, ERP.subject, "wen")
    assert fact.confirmed_by == SALES.subject


def test_c3_an_incomplete_order_is_not_confirmed_and_told_why() -> None:
    refusal = (
        given(order, *INCOMPLETE)
        .when(ConfirmRequirements(content_version=1), by=SALES)
        .refused("order-incomplete")
    )
    assert "quality_requirements" in refusal.reason


def test_c3_confirming_twice_changes_nothing() -> None:
    given(order, *IN_REVIEW).when(ConfirmRequirements(content_version=1), by=SALES).then_nothing()
    given(order, *ACCEPTED).when(ConfirmRequirements(content_version=1), by=SALES).then_nothing()


def test_c3_a_confirmation_of_another_version_is_refused() -> None:
    given(order, *COMPLETE).when(ConfirmRequirements(content_version=2), by=SALES).refused("content-changed")


@pytest.mark.parametrize(
    "command",
    [
        CompleteOrder(content=CONTENT),
        RegisterProject(project=PROJECT),
        ConfirmRequirements(content_version=1),
    ],
)
def test_nothing_is_done_to_an_order_that_is_not_there_or_at_its_end(
    command: CompleteOrder | RegisterProject | ConfirmRequirements,
) -> None:
    given(order).when(command, by=SALES).refused("not-found")
    given(order, *WITHDRAWN).when(command, by=SALES).refused("order-closed")


def test_people_of_another_product_company_do_not_even_know_of_it() -> None:
    stranger = Actor("lu", frozenset({"sales"}), "LV")
    given(order, *COMPLETE).when(ConfirmRequirements(content_version=1), by=stranger).refused("not-found")
