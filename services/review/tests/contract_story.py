"""People, drafts and stages that the tests of contract reviews speak of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from case_story import CUSTOMER, DESK, GENERAL_MANAGER

from events import Actor, Event
from events.contracts.common import Aspect, Finding
from events.contracts.reviews import (
    ClausesJudged,
    ContractReviewClosed,
    ContractReviewConcluded,
    ContractReviewRequested,
)
from review.contract.request import RequestContractReview

DRAFTER = Actor("dong", frozenset({"contract_desk"}))
LEGAL = Actor("liang", frozenset({"legal"}))
FINANCE = Actor("fang", frozenset({"finance"}))
JUDGES: dict[Aspect, Actor] = {"risk": DESK, "legal": LEGAL, "financial": FINANCE}
TEXT, OTHER_TEXT = "a" * 64, "b" * 64

DRAFT = RequestContractReview(
    contract="HT-1",
    digest=TEXT,
    customer=CUSTOMER,
    product_company="HV",
    total=Decimal("1200000.00"),
    currency="CNY",
    delivery_date=date(2026, 6, 30),
    drafted_by=DRAFTER.subject,
)
REDRAFT = DRAFT.model_copy(update={"digest": OTHER_TEXT})


def drafted(draft: RequestContractReview = DRAFT) -> ContractReviewRequested:
    return ContractReviewRequested(**dict(draft))


def fault(aspect: Aspect, clause: str = "7.2") -> Finding:
    return Finding(aspect=aspect, clause=clause, finding="names no limit", remedy="limit it to 5 %")


def judged(aspect: Aspect, *findings: Finding, by: Actor | None = None) -> ClausesJudged:
    return ClausesJudged(aspect=aspect, findings=findings, judged_by=(by or JUDGES[aspect]).subject)


def concluded(*findings: Finding, digest: str = TEXT) -> ContractReviewConcluded:
    outcome = "returned" if findings else "cleared"
    return ContractReviewConcluded.model_validate(
        {"contract": "HT-1", "digest": digest, "outcome": outcome, "findings": findings}
    )


Story = tuple[Event, ...]
DRAFTED: Story = (drafted(),)
BY_TWO: Story = (*DRAFTED, judged("risk"), judged("legal"))
CLEARED: Story = (*BY_TWO, judged("financial"), concluded())
RETURNED: Story = (*BY_TWO, judged("financial", fault("financial")), concluded(fault("financial")))
REDRAFTED: Story = (*RETURNED, drafted(REDRAFT))
CLOSED: Story = (*BY_TWO, ContractReviewClosed(reason="more of them"))
EVERY_STAGE = (DRAFTED, BY_TWO, CLEARED, RETURNED, REDRAFTED, CLOSED)
EVERYTHING = Actor("wei", frozenset({"contract_desk", "legal", "finance"}))
STAFF = (*JUDGES.values(), DRAFTER, GENERAL_MANAGER, EVERYTHING)
