"""Doubts and cancellations: what happens beside an order's way, as the tests speak of it."""

from __future__ import annotations

from decimal import Decimal

from order_story import COMPLETE, DESK, GENERAL_MANAGER, INSTRUCTED, SALES, Story

from events import Actor
from events.contracts.common import Commitment, CommittedLine, Money
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    CommitmentReported,
    Doubt,
    DoubtsCleared,
    OrderCancelled,
    OrderDismissed,
    OrderDoubted,
)

DEPUTY = Actor("fu", frozenset({"deputy_general_manager"}), "HV")
DUPLICATE = Doubt(kind="duplicate", resembles="7K3M-2Q9X-0", reason="the same was ordered on Friday")
NOT_GENUINE = Doubt(kind="not_genuine", reason="nobody at the customer knows of it")

DOUBTFUL = OrderDoubted(doubts=(DUPLICATE,))
GENUINE = DoubtsCleared(reason="both are wanted", cleared_by=DESK.subject)
DOUBTED: Story = (*COMPLETE, DOUBTFUL)
GENUINE_AFTER_ALL: Story = (*DOUBTED, GENUINE)
DISMISSED: Story = (*DOUBTED, OrderDismissed(reason="sent twice", dismissed_by=DESK.subject))

NOTHING_BOUGHT = Commitment()
CORES_BOUGHT = Commitment(
    lines=(
        CommittedLine(
            purchase_order="P-1", part="CORE-1", quantity=8, unit_price=Decimal("12.50"), currency="EUR"
        ),
    ),
    costs=(Money(amount=Decimal("100.00"), currency="EUR"),),
)
ASKED = CancellationAsked(request=1, reason="plant not built", asked_by=SALES.subject)
REJECTED = CancellationRejected(request=1, reason="half made", rejected_by=GENERAL_MANAGER.subject)
ASKED_TO_CANCEL: Story = (*INSTRUCTED, ASKED)
TO_DECIDE: Story = (*ASKED_TO_CANCEL, CommitmentReported(request=1, commitment=NOTHING_BOUGHT))
BOUGHT_MEANWHILE: Story = (
    *TO_DECIDE,
    CommitmentReported(request=1, commitment=CORES_BOUGHT, commitment_version=2),
)
CANCELLED: Story = (
    *TO_DECIDE,
    OrderCancelled(
        request=1, reason="no harm done", commitment=NOTHING_BOUGHT, approved_by=GENERAL_MANAGER.subject
    ),
)
MADE_ALL_THE_SAME: Story = (*TO_DECIDE, REJECTED)
