"""What review and procurement say becomes the order's own: in their words, to this order (S6, C18)."""

from __future__ import annotations

from typing import Any

import pytest
from order_story import DIGEST, DRAFTED, FINDING, IN_REVIEW, INSTRUCTED, SYSTEM, Story
from side_story import ASKED_TO_CANCEL, CORES_BOUGHT

from events import Event, Recorded, Send
from events.contracts import orders
from events.contracts.purchases import CommitmentStated, PartsReady
from events.contracts.reviews import ContractReviewConcluded, ReviewConcluded
from events.testing import given
from order_intake.order import order
from order_intake.reactions import reactions


def follows(story: Story, said: Event) -> list[Event]:
    """What happens to order 1 with this history when another service says this of it."""
    fact: Recorded[Any] = Recorded.of(said, stream="other-1", key="1")
    facts: list[Event] = []
    for when in reactions.of(said):
        send = when(fact)
        assert isinstance(send, Send)
        assert (send.decider, send.id) == (order, "1")
        facts += given(order, *story).when(send.command, by=SYSTEM).facts
    return facts


@pytest.mark.parametrize(
    ("story", "said", "becomes"),
    [
        (
            IN_REVIEW,
            ReviewConcluded(content_version=1, outcome="accepted", reason="yes", decided_by="gao"),
            orders.OrderAccepted(content_version=1),
        ),
        (
            DRAFTED,
            ContractReviewConcluded(contract="HT-1", digest=DIGEST, outcome="cleared"),
            orders.ContractCleared(contract="HT-1", digest=DIGEST),
        ),
        (
            DRAFTED,
            ContractReviewConcluded(contract="HT-1", digest=DIGEST, outcome="returned", findings=(FINDING,)),
            orders.ContractReturned(contract="HT-1", digest=DIGEST, findings=(FINDING,)),
        ),
        (
            INSTRUCTED,
            PartsReady(purchase_orders=("P-1",)),
            orders.PartsReported(purchase_orders=("P-1",)),
        ),
        (
            ASKED_TO_CANCEL,
            CommitmentStated(request=1, commitment=CORES_BOUGHT),
            orders.CommitmentReported(request=1, commitment=CORES_BOUGHT),
        ),
    ],
    ids=lambda case: type(case).__name__,
)
def test_what_another_service_says_becomes_the_order_s_own(story: Story, said: Event, becomes: Event) -> None:
    assert follows(story, said) == [becomes]
