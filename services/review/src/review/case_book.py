"""Read model `case_book`: every case, where it stands, and which roles are waited for since when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from events import Projection, Recorded
from events.contracts import reviews
from review.case.standing import JUDGES


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case; its number is the order's. `waiting_for` are roles."""

    number: str
    customer_id: str
    customer_name: str
    company: str
    """The product company that judges."""
    kind: str | None
    """`conventional` or `non_conventional` (C5)."""
    reasons: tuple[str, ...]
    rule_set: str | None
    state: str
    waiting_for: tuple[str, ...]
    departments: tuple[str, ...]
    """Who sits in the panel."""
    spoken: tuple[str, ...]
    """Departments whose opinion counts."""
    outcome: str | None
    content_version: int
    delivery_date: date | None
    """The day the customer asked for."""
    requested_by: str
    requested_at: datetime
    since: datetime
    """When it came to wait for those it waits for."""
    updated_at: datetime


def show(row: CaseRow | None, fact: Recorded[Any]) -> CaseRow | None:
    """The row after a fact."""
    event = fact.event
    after = (
        _requested(fact.id_in_stream, event, fact.time) if isinstance(event, reviews.ReviewRequested) else row
    )
    if after is None:
        return None
    after = _after(after, event)
    moved = row is None or (row.state, row.waiting_for) != (after.state, after.waiting_for)
    return replace(after, since=fact.time if moved else after.since, updated_at=fact.time)


def _requested(number: str, event: reviews.ReviewRequested, time: datetime) -> CaseRow:
    return CaseRow(
        number=number,
        customer_id=event.customer.id,
        customer_name=event.customer.name,
        company=event.product_company,
        kind=None,
        reasons=(),
        rule_set=None,
        state="requested",
        waiting_for=(),
        departments=(),
        spoken=(),
        outcome=None,
        content_version=event.content_version,
        delivery_date=event.content.delivery_date,
        requested_by=event.requested_by,
        requested_at=time,
        since=time,
        updated_at=time,
    )


def _after(row: CaseRow, event: Any) -> CaseRow:  # any fact of review
    match event:
        case reviews.OrderClassified(kind="conventional"):
            row = replace(row, state="judging", waiting_for=tuple(JUDGES.values()))
            return replace(row, kind=event.kind, reasons=event.reasons, rule_set=event.rule_set)
        case reviews.OrderClassified():
            row = replace(row, state="panel_due", waiting_for=("contract_desk",))
            return replace(row, kind=event.kind, reasons=event.reasons, rule_set=event.rule_set)
        case reviews.DeliveryJudged(side=side):
            return replace(row, waiting_for=tuple(role for role in row.waiting_for if role != JUDGES[side]))
        case reviews.PanelConvened(departments=departments):
            return _in_panel(replace(row, state="in_panel", departments=departments))
        case reviews.OpinionGiven(department=department):
            others = tuple(one for one in row.spoken if one not in {department, "production"})
            return _in_panel(replace(row, spoken=(*others, department)))
        case reviews.ReviewConcluded(outcome=outcome):
            return replace(row, state="concluded", waiting_for=(), outcome=outcome)
        case reviews.RefusalProposed():
            return replace(row, state="refusal_proposed", waiting_for=("general_manager",))
        case reviews.ReviewVoided():
            return replace(
                row, state="voided", waiting_for=("sales",), departments=(), spoken=(), outcome=None
            )
        case reviews.ReviewClosed():
            return replace(row, state="closed", waiting_for=())
    return row


def _in_panel(row: CaseRow) -> CaseRow:
    """Those side by side first, then production, then the general manager (C10 to C14)."""
    silent = tuple(one for one in row.departments if one not in row.spoken)
    side_by_side = tuple(one for one in silent if one != "production")
    return replace(row, waiting_for=side_by_side or silent or ("general_manager",))


case_book = Projection(
    name="case_book",
    version=1,
    row=CaseRow,
    show=show,
    key=lambda fact: fact.id_in_stream,
    handles=(
        reviews.ReviewRequested,
        reviews.OrderClassified,
        reviews.DeliveryJudged,
        reviews.PanelConvened,
        reviews.OpinionGiven,
        reviews.CaseDecided,
        reviews.RefusalProposed,
        reviews.RefusalApproved,
        reviews.RefusalRejected,
        reviews.ReviewConcluded,
        reviews.ReviewVoided,
        reviews.ReviewClosed,
    ),
    indexes=(("state", "company"), ("company",), ("since",), ("customer_id",)),
)
