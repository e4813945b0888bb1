"""Read model `contract_book`: every drafted contract, how its review goes, and who is waited for (S6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from events import Projection, Recorded
from events.contracts import reviews
from review.contract.roles import AWAITED
from review.waiting import still_waiting


@dataclass(frozen=True, slots=True)
class ContractRow:
    """The review of an order's last draft; its number is the order's. `waiting_for` are roles."""

    number: str
    contract: str
    """The contract's own number."""
    digest: str
    """SHA-256 of the draft's text."""
    document: str | None
    customer_id: str | None
    customer_name: str | None
    company: str | None
    """The product company that will make the order."""
    total: Decimal | None
    currency: str | None
    delivery_date: date | None
    state: str
    waiting_for: tuple[str, ...]
    waiting_since: dict[str, datetime]
    """Since when each of those is waited for."""
    judges: dict[str, str]
    """By role, who judged."""
    findings: int
    """How many clauses it was returned for."""
    drafts: int
    """How many drafts were reviewed, this one included."""
    drafted_by: str
    requested_at: datetime
    since: datetime
    """When it came to wait for those it waits for."""
    updated_at: datetime


def show(row: ContractRow | None, fact: Recorded[Any]) -> ContractRow | None:
    """The row after a fact."""
    event = fact.event
    if isinstance(event, reviews.ContractReviewRequested):
        after = _requested(fact.id_in_stream, event, fact.time, drafts=row.drafts + 1 if row else 1)
    elif row is None:
        return None
    else:
        after = _after(row, event)
    moved = row is None or (row.state, row.waiting_for) != (after.state, after.waiting_for)
    return replace(
        after,
        waiting_since=still_waiting(after.waiting_since, after.waiting_for, fact.time),
        since=fact.time if moved else after.since,
        updated_at=fact.time,
    )


def _requested(
    number: str, event: reviews.ContractReviewRequested, time: datetime, *, drafts: int
) -> ContractRow:
    return ContractRow(
        number=number,
        contract=event.contract,
        digest=event.digest,
        document=event.document,
        customer_id=event.customer.id if event.customer else None,
        customer_name=event.customer.name if event.customer else None,
        company=event.product_company,
        total=event.total,
        currency=event.currency,
        delivery_date=event.delivery_date,
        state="in_review",
        waiting_for=tuple(AWAITED.values()),
        waiting_since={},
        judges={},
        findings=0,
        drafts=drafts,
        drafted_by=event.drafted_by,
        requested_at=time,
        since=time,
        updated_at=time,
    )


def _after(row: ContractRow, event: Any) -> ContractRow:  # any fact of a contract's review
    match event:
        case reviews.ClausesJudged(aspect=aspect):
            judges = {**row.judges, AWAITED[aspect]: event.judged_by}
            waiting_for = tuple(role for role in AWAITED.values() if role not in judges)
            return replace(row, judges=judges, waiting_for=waiting_for)
        case reviews.ContractReviewConcluded(outcome=outcome, findings=findings):
            return replace(row, state=outcome, findings=len(findings))
        case reviews.ContractReviewClosed():
            return replace(row, state="closed", waiting_for=())
    return row


contract_book = Projection(
    name="contract_book",
    version=1,
    row=ContractRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(
        reviews.ContractReviewRequested,
        reviews.ClausesJudged,
        reviews.ContractReviewConcluded,
        reviews.ContractReviewClosed,
    ),
    indexes=(("state", "company"), ("company",), ("since",), ("customer_id",), ("contract",)),
)
