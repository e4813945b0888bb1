"""Quotation in rounds, with money that is exact (C15)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from order_story import (
    ACCEPTED,
    COMPLETE,
    CONDITIONS_PENDING,
    EXTENSION_PENDING,
    IN_REVIEW,
    PRICE_AGREED,
    QUOTED,
    REFUSAL_PENDING,
    SALES,
    WITHDRAWN,
    Story,
    quoted,
)
from pydantic import ValidationError

from events.contracts.orders import PricedLine, QuotationAccepted, QuotationDeclined
from events.testing import given
from order_intake.order import order
from order_intake.order.quotation import AnswerQuotation, QuoteOrder

LAST_DAY = datetime(2026, 2, 1, 23, 59, tzinfo=UTC)
DAY_AFTER = datetime(2026, 2, 2, 0, 0, tzinfo=UTC)
DECLINED = QuotationDeclined(round=1, reason="too dear")


def quote(**other: Any) -> QuoteOrder:
    return QuoteOrder.model_validate({**quoted().model_dump(exclude={"round"}), **other})


def test_c15_an_accepted_order_is_quoted() -> None:
    given(order, *ACCEPTED).when(quote(), by=SALES).then(quoted())


@pytest.mark.parametrize(
    "story", [COMPLETE, IN_REVIEW, EXTENSION_PENDING, REFUSAL_PENDING, CONDITIONS_PENDING, PRICE_AGREED]
)
def test_c1_an_order_is_quoted_in_its_turn_only(story: Story) -> None:
    given(order, *story).when(quote(), by=SALES).refused("step-not-due")


def test_a_closed_or_unknown_order_is_not_quoted() -> None:
    given(order, *WITHDRAWN).when(quote(), by=SALES).refused("order-closed")
    given(order).when(quote(), by=SALES).refused("not-found")


def test_the_lines_sum_to_the_total_to_the_cent() -> None:
    refusal = given(order, *ACCEPTED).when(quote(total="2000.06"), by=SALES).refused("total-differs")
    assert refusal.fields == {"total": "the lines sum to 2000.05"}


def test_a_sum_that_binary_floating_point_gets_wrong_is_right() -> None:
    lines = (
        PricedLine(item="CT-110", quantity=6, amount=Decimal("0.1")),
        PricedLine(item="VT-110", quantity=2, amount=Decimal("0.2")),
    )
    given(order, *ACCEPTED).when(quote(lines=lines, total="0.30"), by=SALES).then(
        quoted().model_copy(update={"lines": lines, "total": Decimal("0.30")})
    )


@pytest.mark.parametrize("amount", ["0.001", "-1", "NaN", "1e20"])
def test_an_amount_is_money(amount: str) -> None:
    with pytest.raises(ValidationError):
        quote(total=amount)


def test_exactly_the_lines_of_the_content_are_quoted() -> None:
    line = quoted().lines[0]
    refusal = given(order, *ACCEPTED).when(quote(lines=(line,), total=line.amount), by=SALES)
    assert "VT-110" in refusal.refused("lines-differ").reason
    fewer = line.model_copy(update={"quantity": 5})
    lines = (fewer, quoted().lines[1])
    assert (
        "CT-110" in given(order, *ACCEPTED).when(quote(lines=lines), by=SALES).refused("lines-differ").reason
    )


def test_a_quotation_is_valid_today_at_least() -> None:
    given(order, *ACCEPTED).when(quote(), by=SALES, at=LAST_DAY).then(quoted())
    given(order, *ACCEPTED).when(quote(), by=SALES, at=DAY_AFTER).refused("already-expired")


def test_one_round_at_a_time() -> None:
    given(order, *QUOTED).when(quote(), by=SALES).then_nothing()
    given(order, *QUOTED).when(quote(currency="CNY"), by=SALES, at=LAST_DAY).refused("quotation-open")


def test_c15_after_a_no_comes_another_round() -> None:
    given(order, *QUOTED).when(AnswerQuotation(round=1, agreed=False, reason="too dear"), by=SALES).then(
        DECLINED
    )
    given(order, *QUOTED, DECLINED).when(quote(currency="CNY"), by=SALES).then(
        quoted(round=2).model_copy(update={"currency": "CNY"})
    )


def test_after_an_expired_quotation_comes_another_round() -> None:
    until = date(2026, 3, 1)
    given(order, *QUOTED).when(quote(valid_until=until), by=SALES, at=DAY_AFTER).then(quoted(2, until))


def test_c15_the_customer_accepts_while_it_is_valid() -> None:
    accept = AnswerQuotation(round=1, agreed=True)
    given(order, *QUOTED).when(accept, by=SALES, at=LAST_DAY).then(QuotationAccepted(round=1))
    given(order, *QUOTED).when(accept, by=SALES, at=DAY_AFTER).refused("quotation-expired")


def test_a_yes_with_a_remark_is_a_yes() -> None:
    yes = AnswerQuotation(round=1, agreed=True, reason="we are glad")
    given(order, *QUOTED).when(yes, by=SALES).then(QuotationAccepted(round=1))


def test_an_expired_quotation_can_still_be_declined() -> None:
    given(order, *QUOTED).when(
        AnswerQuotation(round=1, agreed=False, reason="too dear"), by=SALES, at=DAY_AFTER
    ).then(DECLINED)


def test_an_answer_is_about_the_round_that_is_open() -> None:
    given(order, *QUOTED).when(AnswerQuotation(round=2, agreed=True), by=SALES).refused("round-passed")
    given(order, *QUOTED, DECLINED, quoted(2)).when(AnswerQuotation(round=1, agreed=True), by=SALES).refused(
        "round-passed"
    )


def test_an_answer_given_already_changes_nothing_and_is_not_turned_round() -> None:
    no = AnswerQuotation(round=1, agreed=False, reason="too dear")
    yes = AnswerQuotation(round=1, agreed=True)
    given(order, *QUOTED, DECLINED).when(no, by=SALES).then_nothing()
    given(order, *QUOTED, DECLINED).when(yes, by=SALES).refused("step-not-due")
    yes_with_the_same_words = AnswerQuotation(round=1, agreed=True, reason="too dear")
    given(order, *QUOTED, DECLINED).when(yes_with_the_same_words, by=SALES).refused("step-not-due")
    given(order, *PRICE_AGREED).when(yes, by=SALES).then_nothing()
    given(order, *PRICE_AGREED).when(no, by=SALES).refused("step-not-due")
