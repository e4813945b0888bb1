"""What order-intake does by itself when something happened, here or in review or procurement."""

from __future__ import annotations

from events import Reactions, Recorded, Send
from events.contracts.orders import Doubt, LikenessNoted, OrderCompleted
from events.contracts.purchases import CommitmentStated, PartsReady
from events.contracts.reviews import ContractReviewConcluded, ReviewConcluded
from order_intake.likeness import NoteLikeness, likeness
from order_intake.order import order
from order_intake.order.acceptance import RecordReview
from order_intake.order.cancellation import RecordCommitment
from order_intake.order.contract import RecordContractReview
from order_intake.order.doubts import RaiseDoubts
from order_intake.order.production import RecordParts


def when_order_completed(fact: Recorded[OrderCompleted]) -> Send | None:
    """Complete content, new or amended, is compared with what came before (S3)."""
    completed = fact.event
    if completed.likeness is None or completed.content_version is None:
        return None  # from before orders were compared
    note = NoteLikeness(order=fact.key, content_version=completed.content_version, on=fact.time.date())
    return Send(likeness, completed.likeness, note)


def when_likeness_noted(fact: Recorded[LikenessNoted]) -> Send | None:
    """An order that is like earlier ones is doubted (S3)."""
    noted = fact.event
    doubts = tuple(
        Doubt(
            kind="duplicate",
            resembles=earlier,
            reason=f"customer, articles and delivery date are those of order {earlier}, "
            f"noted within {noted.window_days} days of it",
        )
        for earlier in noted.earlier
    )
    if not doubts:
        return None
    return Send(order, noted.order, RaiseDoubts(content_version=noted.content_version, doubts=doubts))


def when_review_concluded(fact: Recorded[ReviewConcluded]) -> Send:
    """The order goes on with what the review found (C6 to C8, C14)."""
    concluded = fact.event
    record = RecordReview(
        content_version=concluded.content_version,
        outcome=concluded.outcome,
        reason=concluded.reason,
        conditions=concluded.conditions,
        delivery_date=concluded.delivery_date,
        decided_by=concluded.decided_by,
    )
    return Send(order, fact.key, record)


def when_contract_review_concluded(fact: Recorded[ContractReviewConcluded]) -> Send:
    """The contract may be signed, or is to be drafted again (S6)."""
    concluded = fact.event
    record = RecordContractReview(
        contract=concluded.contract,
        digest=concluded.digest,
        outcome=concluded.outcome,
        findings=concluded.findings,
    )
    return Send(order, fact.key, record)


def when_parts_ready(fact: Recorded[PartsReady]) -> Send:
    """All purchased parts of the order are in stock (C18)."""
    return Send(order, fact.key, RecordParts(purchase_orders=fact.event.purchase_orders))


def when_commitment_stated(fact: Recorded[CommitmentStated]) -> Send:
    """What has been bought for an order is known to who decides on cancelling it."""
    stated = fact.event
    return Send(order, fact.key, RecordCommitment(request=stated.request, commitment=stated.commitment))


reactions = Reactions(
    when_order_completed,
    when_likeness_noted,
    when_review_concluded,
    when_contract_review_concluded,
    when_parts_ready,
    when_commitment_stated,
)
