"""What must hold on any way of an order, in the business's words; the property tests ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from order_walk import Step, Walk

from events import Event
from events.contracts import orders
from order_intake.order.acceptance import RecordReview
from order_intake.order.cancellation import DecideCancellation, RecordCommitment
from order_intake.order.contract import RecordContractReview
from order_intake.order.production import RecordParts

TAKEN_UNDER_DOUBT = {
    orders.OrderDoubted, orders.DoubtsCleared, orders.OrderDismissed,
    orders.OrderSupplemented, orders.OrderFoundIncomplete, orders.OrderCompleted, orders.OrderAmended,
    orders.OrderWithdrawn, orders.CancellationAsked, orders.CancellationRejected, orders.OrderCancelled,
}  # fmt: skip
"""What people may still do with a doubted order (S3): other content, the word on the doubts, a way out."""
RECORDS = (RecordReview, RecordContractReview, RecordParts, RecordCommitment)
"""What the services find out is recorded all the same."""


def facts_before(walk: Walk, step: Step) -> Sequence[Event]:
    """What had happened when a step of the walk was taken."""
    place = next(number for number, one in enumerate(walk.steps) if one is step)
    later = sum(len(one.facts) for one in walk.steps[place:])
    return walk.facts[: len(walk.facts) - later]


def present_draft_is_cleared(facts: Sequence[Event], digest: str) -> bool:
    """S6: the last word on the contract before any signature is that this very text may be signed."""
    words = [fact for fact in facts if isinstance(fact, ContractWord)]
    return isinstance(words[-1], orders.ContractCleared) and words[-1].digest == digest


ContractWord = (
    orders.ContractDrafted | orders.ContractCleared | orders.ContractReturned | orders.OrderAmended
)  # fmt: skip


def assert_decided_knowingly(
    facts: Sequence[Event], step: Step, decided: orders.OrderCancelled | orders.CancellationRejected
) -> None:
    """By the product company's general manager or deputy, not who asked, on the last word on what was bought."""
    assert step.by.roles & {"general_manager", "deputy_general_manager"}
    assert step.by.company == "HV"
    asked = [fact for fact in facts if isinstance(fact, orders.CancellationAsked)][-1]
    known = [fact for fact in facts if isinstance(fact, orders.CommitmentReported)][-1]
    assert asked.asked_by != step.by.subject
    assert asked.request == known.request == decided.request
    assert isinstance(step.command, DecideCancellation)
    assert step.command.commitment_version == known.commitment_version
    if isinstance(decided, orders.OrderCancelled):
        assert decided.commitment == known.commitment


def assert_no_step_skipped(facts: Sequence[Event]) -> None:
    """C1: since its last change of content an instructed order went through every step, in order."""
    instructed = next(n for n, fact in enumerate(facts) if isinstance(fact, orders.ProductionInstructed))
    way = facts[:instructed]
    changed = max((n for n, fact in enumerate(way) if isinstance(fact, orders.OrderAmended)), default=0)
    way = way[changed:]

    def last(kind: type[Event]) -> int:
        return max(n for n, fact in enumerate(way) if isinstance(fact, kind))

    steps: list[type[Event]] = [
        orders.OrderCompleted,
        orders.RequirementsConfirmed,
        orders.OrderAccepted,
        orders.OrderQuoted,
        orders.QuotationAccepted,
        orders.ContractDrafted,
        orders.ContractCleared,
        orders.ContractSigned,
        orders.ContractConcluded,
    ]
    places = [last(step) for step in steps]
    assert places == sorted(places)
    draft = way[last(orders.ContractDrafted)]
    assert isinstance(draft, orders.ContractDrafted)
    signatures = [
        fact for fact in way if isinstance(fact, orders.ContractSigned) and fact.digest == draft.digest
    ]
    assert {signature.side for signature in signatures} == {"company", "customer"}
    for proposed, answered in (
        (orders.ConditionsProposed, orders.ConditionsAgreed),
        (orders.ExtensionAsked, orders.ExtensionAgreed | orders.ExtensionDeclined),
    ):
        asked = sum(isinstance(fact, proposed) for fact in way)
        assert asked == sum(isinstance(fact, answered) for fact in way)
    confirmed = way[last(orders.RequirementsConfirmed)]
    assert isinstance(confirmed, orders.RequirementsConfirmed)
    assert confirmed.project is not None or not confirmed.content.complete_set
