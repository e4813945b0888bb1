"""The order book: what a list of orders says of each."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from order_story import (
    ACCEPTED,
    AMENDED,
    COMPLETE,
    CONDITIONAL,
    CONDITIONS_PENDING,
    EXTENDED,
    HALF_SIGNED,
    IN_REVIEW,
    QUOTED,
    SALES,
    Story,
)

from events import Recorded
from events.contracts.orders import ConditionsAgreed
from events.testing import MONDAY
from order_intake.order_book import OrderRow, show


def row_of(story: Story) -> OrderRow:
    """The row after facts that came an hour after one another."""
    row: OrderRow | None = None
    for version, fact in enumerate(story, 1):
        time = MONDAY + timedelta(hours=version - 1)
        row = show(
            row, Recorded.of(fact, stream="order-7K3M-2Q9X-0", version=version, time=time, actor=SALES)
        )
    assert row is not None
    return row


def test_a_row_says_who_wants_what_from_whom() -> None:
    row = row_of(COMPLETE)
    assert (row.number, row.customer_id, row.company) == ("7K3M-2Q9X-0", "C-7", "HV")
    assert (row.state, row.delivery_date, row.total) == ("complete", date(2026, 6, 30), None)


@pytest.mark.parametrize(
    ("story", "promised"),
    [
        (ACCEPTED, date(2026, 6, 30)),
        (EXTENDED, date(2026, 8, 1)),
        (CONDITIONAL, date(2026, 7, 15)),
        ((*CONDITIONS_PENDING, ConditionsAgreed(conditions=("copper",))), date(2026, 6, 30)),
    ],
)
def test_the_delivery_date_is_the_one_that_was_agreed(story: Story, promised: date) -> None:
    assert row_of(story).delivery_date == promised


def test_the_total_is_that_of_the_last_quotation_on_the_present_content() -> None:
    quoted = row_of(QUOTED)
    assert (quoted.total, quoted.currency) == (Decimal("2000.05"), "EUR")
    amended = row_of(AMENDED)
    assert (amended.total, amended.currency, amended.content_version) == (None, None, 2)
    assert amended.delivery_date == date(2026, 9, 30)


def test_who_has_signed_is_not_waited_for() -> None:
    assert row_of(HALF_SIGNED).waiting_for == ("customer",)


def test_since_is_when_the_order_came_into_its_state() -> None:
    in_review = row_of(IN_REVIEW)
    assert in_review.since == MONDAY + timedelta(hours=2)
    half_signed = row_of(HALF_SIGNED)
    assert half_signed.updated_at - half_signed.since == timedelta(hours=1)
    assert half_signed.received_at == MONDAY
