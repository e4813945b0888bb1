"""A row of `case_book`: what a list of cases says of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from events.contracts.reviews import ReviewRequested


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
    waiting_since: dict[str, datetime]
    """Since when each of those is waited for."""
    questions: dict[str, str]
    """By role, the question that is still to be answered."""
    departments: tuple[str, ...]
    """Who sits in the panel."""
    spoken: tuple[str, ...]
    """Departments whose opinion counts."""
    judges: dict[str, str]
    """By role or department, whose word counts: on the delivery date (C6), or in the panel (C10 to C13)."""
    outcome: str | None
    content_version: int
    delivery_date: date | None
    """The day the customer asked for."""
    requested_by: str
    prepared_by: tuple[str, ...]
    """Everybody who took part in asking: none of them judges."""
    requested_at: datetime
    since: datetime
    """When it came to wait for those it waits for."""
    updated_at: datetime


def requested(number: str, event: ReviewRequested, time: datetime) -> CaseRow:
    """The row of a case that was just asked for, and waits for nobody yet."""
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
        waiting_since={},
        questions={},
        departments=(),
        spoken=(),
        judges={},
        outcome=None,
        content_version=event.content_version,
        delivery_date=event.content.delivery_date,
        requested_by=event.requested_by,
        prepared_by=tuple(dict.fromkeys((event.requested_by, *event.prepared_by))),
        requested_at=time,
        since=time,
        updated_at=time,
    )
