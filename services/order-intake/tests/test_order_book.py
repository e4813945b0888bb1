"""The order book: what a list of orders says of each."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from order_story import (
    ACCEPTED,
    AMENDED,
    CLEARED,
    COMPLETE,
    CONDITIONAL,
    CONDITIONS_PENDING,
    DRAFTED,
    EXTENDED,
    HALF_SIGNED,
    IN_REVIEW,
    QUOTED,
    RETURNED,
    SALES,
    Story,
    drafted,
    signed,
)
from side_story import (
    ASKED_TO_CANCEL,
    CANCELLED,
    DISMISSED,
    DOUBTED,
    DOUBTFUL,
    GENUINE,
    REJECTED,
    TO_DECIDE,
)

from events import Recorded
from events.contracts.orders import ConditionsAgreed, OrderWithdrawn, PartsReported
from events.testing import MONDAY
from order_intake.order_book import show
from order_intake.order_row import OrderRow


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


def test_s3_a_doubted_order_waits_for_the_contract_desk_and_then_for_whom_it_waited_before() -> None:
    doubted = row_of((*CLEARED, signed("company"), DOUBTFUL))
    assert (doubted.state, doubted.doubted, doubted.waiting_for) == (
        "contract_cleared",
        True,
        ("contract_desk",),
    )
    genuine = row_of((*CLEARED, signed("company"), DOUBTFUL, GENUINE))
    assert (genuine.doubted, genuine.waiting_for) == (False, ("customer",))


def test_s3_doubts_end_with_the_order() -> None:
    assert not row_of(DISMISSED).doubted
    assert not row_of((*DOUBTED, OrderWithdrawn(reason="no money"))).doubted


def test_s6_a_contract_waits_for_its_review_then_for_its_signatures_or_another_draft() -> None:
    assert row_of(DRAFTED).waiting_for == ("review",)
    assert row_of(CLEARED).waiting_for == ("contract_desk", "customer")
    assert row_of(RETURNED).waiting_for == ("contract_desk",)
    assert row_of((*HALF_SIGNED, drafted())).signed == ()


def test_a_cancellation_waits_for_procurement_then_for_the_general_manager() -> None:
    assert row_of(ASKED_TO_CANCEL).waiting_for == ("procurement",)
    assert row_of(TO_DECIDE).waiting_for == ("general_manager",)
    assert row_of(CANCELLED).state == "cancelled"


@pytest.mark.parametrize("parts", [(), (PartsReported(purchase_orders=("P-1",)),)])
def test_an_order_that_is_made_all_the_same_stands_where_it_stood(parts: Story) -> None:
    row = row_of((*TO_DECIDE, *parts, REJECTED))
    assert row.state == ("parts_ready" if parts else "instructed")
    assert row.parts_ready == bool(parts)


def test_since_is_when_the_order_came_into_its_state() -> None:
    in_review = row_of(IN_REVIEW)
    assert in_review.since == MONDAY + timedelta(hours=2)
    half_signed = row_of(HALF_SIGNED)
    assert half_signed.updated_at - half_signed.since == timedelta(hours=1)
    assert half_signed.received_at == MONDAY
