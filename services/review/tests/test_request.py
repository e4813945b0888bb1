"""A case's beginning and ends: asked for and classified (C5), void when the content changed, closed."""

from __future__ import annotations

from datetime import date

import pytest
from case_story import (
    ALL_SPOKEN,
    CLOSED,
    COMPLETE_SET,
    CONTENT,
    CONVENTIONAL,
    CUSTOMER,
    DECISION,
    EVERY_STAGE,
    FEASIBLE,
    HALF_JUDGED,
    JUDGING,
    LATER,
    NON_CONVENTIONAL,
    PRODUCTION,
    PROPOSED,
    REFUSAL_PENDING,
    SALES,
    SYSTEM,
    VOIDED,
    Story,
    judged,
    requested,
)

from events.contracts.common import Content
from events.contracts.reviews import (
    OrderClassified,
    RefusalApproved,
    ReviewClosed,
    ReviewRequested,
    ReviewVoided,
)
from events.testing import given
from review.case import case
from review.case.delivery import JudgeDelivery
from review.case.request import CloseReview, RequestReview, VoidReview

VOID = VoidReview(content_version=2, reason="site is late")


def ask(content: Content = CONTENT, version: int = 1) -> RequestReview:
    return RequestReview(
        customer=CUSTOMER,
        product_company="HV",
        content=content,
        content_version=version,
        requested_by="sun",
        prepared_by=("sun", "erp-1"),
    )


def test_c5_confirmed_requirements_are_classified_at_once() -> None:
    given(case).when(ask(), by=SYSTEM).then(requested(), CONVENTIONAL)
    given(case).when(ask(COMPLETE_SET), by=SYSTEM).then(requested(COMPLETE_SET), NON_CONVENTIONAL)


def test_c5_a_date_is_tight_on_the_day_it_is_confirmed() -> None:
    tight = CONTENT.model_copy(update={"penalty_clause": True, "delivery_date": date(2026, 2, 1)})
    _, classified = given(case).when(ask(tight), by=SYSTEM).then_kinds(ReviewRequested, OrderClassified)
    assert classified.reasons == ("tight delivery with a penalty clause or a reputation at stake",)


@pytest.mark.parametrize("story", EVERY_STAGE)
def test_the_same_request_again_changes_nothing(story: Story) -> None:
    given(case, *story).when(ask(), by=SYSTEM).then_nothing()


@pytest.mark.parametrize("story", EVERY_STAGE)
def test_an_amended_content_that_is_confirmed_is_classified_anew(story: Story) -> None:
    given(case, *story).when(ask(LATER, 3), by=SYSTEM).then(requested(LATER, 3), CONVENTIONAL)


def test_the_very_content_that_voided_the_review_is_judged_once_confirmed() -> None:
    given(case, *VOIDED).when(ask(LATER, 2), by=SYSTEM).then(requested(LATER, 2), CONVENTIONAL)


def test_a_request_older_than_the_last_amendment_changes_nothing() -> None:
    amended_again = ReviewVoided(content_version=3, reason="again", given_by=())
    given(case, *VOIDED, amended_again).when(ask(LATER, 2), by=SYSTEM).then_nothing()


@pytest.mark.parametrize(
    ("story", "given_by"),
    [
        (JUDGING, ()),
        (HALF_JUDGED, ("deng",)),
        (FEASIBLE, ("deng", "peng")),
        (ALL_SPOKEN, ("tang", "qian", "peng")),
        (DECISION, ("tang", "qian", "peng", "gao")),
        (REFUSAL_PENDING, ("deng", "peng")),
    ],
)
def test_a_changed_content_voids_all_words_and_names_who_gave_them(
    story: Story, given_by: tuple[str, ...]
) -> None:
    given(case, *story).when(VOID, by=SYSTEM).then(
        ReviewVoided(content_version=2, reason="site is late", given_by=given_by)
    )


def test_an_approved_refusal_is_void_as_well() -> None:
    approved = RefusalApproved(reason="no capacity", decided_by="gao")
    story = (*REFUSAL_PENDING, approved)
    (fact,) = given(case, *story).when(VOID, by=SYSTEM).then_kinds(ReviewVoided)
    assert fact.given_by == ("deng", "peng", "gao")


def test_a_content_is_voided_once() -> None:
    given(case, *VOIDED).when(VOID, by=SYSTEM).then_nothing()
    given(case, *JUDGING).when(VoidReview(content_version=1, reason="old"), by=SYSTEM).then_nothing()
    given(case, *VOIDED).when(VoidReview(content_version=3, reason="again"), by=SYSTEM).then(
        ReviewVoided(content_version=3, reason="again", given_by=())
    )


def test_a_change_before_the_first_confirmation_needs_no_case() -> None:
    given(case).when(VOID, by=SYSTEM).then_nothing()


@pytest.mark.parametrize("story", EVERY_STAGE)
def test_a_withdrawn_order_closes_its_case(story: Story) -> None:
    given(case, *story).when(CloseReview(reason="no money"), by=SYSTEM).then(ReviewClosed(reason="no money"))


def test_a_closed_case_stays_closed() -> None:
    for late in (CloseReview(reason="again"), VOID, ask(LATER, 2)):
        given(case, *CLOSED).when(late, by=SYSTEM).then_nothing()
    closed = given(case, *CLOSED).state
    assert given(case, *CLOSED, requested(LATER, 2), PROPOSED).state == closed


def test_withdrawn_before_the_first_confirmation_there_is_nothing_to_close() -> None:
    given(case).when(CloseReview(reason="no money"), by=SYSTEM).then_nothing()


@pytest.mark.parametrize("command", [ask(), VOID, CloseReview(reason="no money")])
def test_no_person_gives_these_commands(command: RequestReview | VoidReview | CloseReview) -> None:
    given(case, *JUDGING).when(command, by=SALES).refused("role-missing")


def test_what_was_judged_on_the_old_content_does_not_count_on_the_new() -> None:
    voided = ReviewVoided(content_version=2, reason="later", given_by=("deng",))
    story = (*HALF_JUDGED, voided, requested(LATER, 2), CONVENTIONAL)
    word = JudgeDelivery(content_version=2, side="production", feasible=True)
    given(case, *story).when(word, by=PRODUCTION).then(judged("production", PRODUCTION))
