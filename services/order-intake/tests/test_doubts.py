"""Doubted orders wait until a person looked; none is dropped silently (S3)."""

from __future__ import annotations

import pytest
from order_story import (
    ACCEPTED,
    BEFORE_INSTRUCTION,
    BINDING,
    CLEARED,
    COMPLETE,
    CONTENT,
    DESK,
    DIGEST,
    ERP,
    IN_REVIEW,
    INCOMPLETE,
    INSTRUCTED,
    LATER,
    PARTS,
    PRICE_AGREED,
    QUOTED,
    SALES,
    SYSTEM,
    WITHDRAWN,
    Story,
    completed,
)
from pydantic import ValidationError
from side_story import DISMISSED, DOUBTED, DOUBTFUL, DUPLICATE, GENUINE, GENUINE_AFTER_ALL, NOT_GENUINE

from events import Actor, Command
from events.contracts.orders import (
    CancellationAsked,
    DoubtsCleared,
    OrderAccepted,
    OrderAmended,
    OrderCompleted,
    OrderDismissed,
    OrderDoubted,
    OrderSupplemented,
    OrderWithdrawn,
    PartsReported,
    RequirementsConfirmed,
)
from events.testing import given
from order_intake.order import order
from order_intake.order.acceptance import RecordReview
from order_intake.order.cancellation import AskCancellation
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.intake import CompleteOrder, ConfirmRequirements
from order_intake.order.production import InstructProduction, RecordParts
from order_intake.order.quotation import AnswerQuotation

RAISE = RaiseDoubts(content_version=1, doubts=(DUPLICATE,))
CLEAR = ClearDoubts(content_version=1, reason="both are wanted")
DISMISS = DismissOrder(reason="sent twice")
CONFIRM = ConfirmRequirements(content_version=1)
SIGN = SignContract(side="company", digest=DIGEST, signatory="Gao Wen")


def test_s3_what_looks_like_an_earlier_order_is_doubted() -> None:
    given(order, *COMPLETE).when(RAISE, by=SYSTEM).then(DOUBTFUL)


def test_s3_a_person_may_doubt_it_too() -> None:
    by_hand = RaiseDoubts(content_version=1, doubts=(NOT_GENUINE,))
    for person in (SALES, DESK):
        given(order, *COMPLETE).when(by_hand, by=person).then(OrderDoubted(doubts=(NOT_GENUINE,)))
    given(order, *COMPLETE).when(by_hand, by=ERP).refused("role-missing")


def test_s3_each_doubt_is_recorded_once() -> None:
    given(order, *DOUBTED).when(RAISE, by=SYSTEM).then_nothing()
    both = RaiseDoubts(content_version=1, doubts=(DUPLICATE, NOT_GENUINE, NOT_GENUINE))
    given(order, *DOUBTED).when(both, by=DESK).then(OrderDoubted(doubts=(NOT_GENUINE,)))


def test_s3_a_duplicate_names_the_order_it_repeats() -> None:
    nameless = {"kind": "duplicate", "reason": "seen before"}
    with pytest.raises(ValidationError, match="which order a duplicate repeats"):
        RaiseDoubts.model_validate({"content_version": 1, "doubts": [nameless]})


def test_s3_doubts_about_a_content_that_changed_meanwhile_change_nothing() -> None:
    amended = OrderAmended(content=LATER, content_version=2, reason="later", amended_by="wen")
    story = (*COMPLETE, amended, completed(LATER, 2))
    given(order, *story).when(RAISE, by=SYSTEM).then_nothing()
    given(order, *story).when(RAISE, by=DESK).refused("content-changed")


def test_doubts_about_an_order_at_its_end_come_too_late() -> None:
    given(order, *WITHDRAWN).when(RAISE, by=SYSTEM).then_nothing()
    given(order, *WITHDRAWN).when(RAISE, by=DESK).refused("order-closed")
    given(order).when(RAISE, by=SYSTEM).refused("not-found")


@pytest.mark.parametrize(
    ("story", "step"),
    [
        (COMPLETE, CONFIRM),
        (QUOTED, AnswerQuotation(round=1, agreed=True)),
        (QUOTED, AnswerQuotation(round=1, agreed=False, reason="too dear")),
        (PRICE_AGREED, DraftContract(contract="HT-1", digest=DIGEST)),
        (CLEARED, SIGN),
        (BINDING, InstructProduction(parts=PARTS)),
    ],
)
def test_s3_no_step_forward_is_taken_while_an_order_is_doubted(story: Story, step: Command) -> None:
    by = Actor("wen", frozenset({"sales", "contract_desk"}))
    refusal = given(order, *story, DOUBTFUL).when(step, by=by).refused("order-doubted")
    assert "ordered on Friday" in refusal.reason
    assert given(order, *story, DOUBTFUL, GENUINE).when(step, by=by).facts


def test_s3_what_a_doubted_order_has_done_already_changes_nothing() -> None:
    given(order, *IN_REVIEW, DOUBTFUL).when(CONFIRM, by=SALES).then_nothing()


def test_s3_what_the_services_find_out_is_recorded_all_the_same() -> None:
    verdict = RecordReview(content_version=1, outcome="accepted", reason="yes", decided_by="gao")
    given(order, *IN_REVIEW, DOUBTFUL).when(verdict, by=SYSTEM).then(OrderAccepted(content_version=1))
    given(order, *INSTRUCTED, DOUBTFUL).when(RecordParts(), by=SYSTEM).then(PartsReported())


@pytest.mark.parametrize("story", BEFORE_INSTRUCTION)
def test_s3_a_doubted_order_may_be_withdrawn(story: Story) -> None:
    given(order, *story, DOUBTFUL).when(WithdrawOrder(reason="no money"), by=SALES).then(
        OrderWithdrawn(reason="no money")
    )


def test_s3_a_doubted_order_may_be_completed_or_amended_and_stays_doubted() -> None:
    complete = given(order, *INCOMPLETE, DOUBTFUL).when(CompleteOrder(content=CONTENT), by=SALES)
    complete.then_kinds(OrderSupplemented, OrderCompleted)
    amend = AmendOrder(content=LATER, reason="later")
    amended = given(order, *ACCEPTED, DOUBTFUL).when(amend, by=SALES)
    amended.then_kinds(OrderAmended, OrderCompleted)
    still = given(order, *ACCEPTED, DOUBTFUL, *amended.facts)
    still.when(ConfirmRequirements(content_version=2), by=SALES).refused("order-doubted")


def test_s3_a_doubted_order_that_is_made_already_may_be_cancelled() -> None:
    ask = AskCancellation(reason="it was a duplicate")
    given(order, *INSTRUCTED, DOUBTFUL).when(ask, by=SALES).then_kinds(CancellationAsked)


def test_s3_who_looked_says_that_it_is_genuine_and_it_goes_on() -> None:
    given(order, *DOUBTED).when(CLEAR, by=DESK).then(GENUINE)
    given(order, *GENUINE_AFTER_ALL).when(CONFIRM, by=SALES).then_kinds(RequirementsConfirmed)
    given(order, *GENUINE_AFTER_ALL).when(CLEAR, by=DESK).then_nothing()


def test_s3_nobody_clears_or_dismisses_an_order_of_their_own() -> None:
    preparer = Actor(SALES.subject, frozenset({"sales", "contract_desk"}))
    given(order, *DOUBTED).when(CLEAR, by=preparer).refused("own-request")
    given(order, *DOUBTED).when(DISMISS, by=preparer).refused("own-request")
    colleague = Actor("wen", frozenset({"sales"}))
    given(order, *DOUBTED).when(CLEAR, by=colleague).then(
        DoubtsCleared(reason="both are wanted", cleared_by="wen")
    )


def test_s3_who_amended_it_does_not_clear_it_either() -> None:
    amended = OrderAmended(content=LATER, content_version=2, reason="later", amended_by=DESK.subject)
    clear = ClearDoubts(content_version=2, reason="both are wanted")
    given(order, *DOUBTED, amended, completed(LATER, 2)).when(clear, by=DESK).refused("own-request")


def test_s3_a_word_that_looked_at_another_content_clears_nothing() -> None:
    amended = OrderAmended(content=LATER, content_version=2, reason="later", amended_by="sun")
    given(order, *DOUBTED, amended, completed(LATER, 2)).when(CLEAR, by=DESK).refused("content-changed")


def test_s3_the_contract_desk_dismisses_what_is_doubted_with_its_reason() -> None:
    given(order, *DOUBTED).when(DISMISS, by=DESK).then(
        OrderDismissed(reason="sent twice", dismissed_by=DESK.subject)
    )
    given(order, *DOUBTED).when(DISMISS, by=Actor("wen", frozenset({"sales"}))).refused("role-missing")
    given(order, *DISMISSED).when(DISMISS, by=DESK).then_nothing()


def test_s3_what_nobody_doubts_is_not_dismissed() -> None:
    given(order, *COMPLETE).when(DISMISS, by=DESK).refused("not-doubted")
    given(order, *GENUINE_AFTER_ALL).when(DISMISS, by=DESK).refused("not-doubted")


def test_what_is_being_made_is_not_dismissed_but_cancelled() -> None:
    refusal = given(order, *INSTRUCTED, DOUBTFUL).when(DISMISS, by=DESK).refused("already-instructed")
    assert "cancellation" in refusal.reason


def test_nothing_more_is_done_with_a_dismissed_order() -> None:
    for command in (CONFIRM, AmendOrder(content=LATER, reason="later"), CLEAR, RAISE):
        given(order, *DISMISSED).when(command, by=Actor("wen", frozenset({"sales"}))).refused("order-closed")
    given(order, *WITHDRAWN).when(DISMISS, by=DESK).refused("order-closed")
    given(order).when(DISMISS, by=DESK).refused("not-found")
