"""What may be asked of review over HTTP. A case has the number of its order."""

from __future__ import annotations

from datetime import date

from review.case import case
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, DecideCase, GiveOpinion
from review.case.refusal import DecideRefusal
from review.case_book import case_book
from review.shown import show_case
from servicekit import Resource, by_company

cases = Resource(case, path="/cases", tag="Cases", show=show_case)
cases.on(
    "/{id}/delivery-judgement",
    JudgeDelivery,
    summary="Can the delivery date of a conventional order be met? (C6)",
    example=JudgeDelivery(
        content_version=1,
        side="production",
        feasible=False,
        earliest_date=date(2027, 8, 15),
        note="The test bay is taken until the end of July.",
    ),
)
cases.on(
    "/{id}/panel",
    ConvenePanel,
    summary="Call the departments together on a non-conventional order (C9)",
    example=ConvenePanel(content_version=1, logistics=True),
)
cases.on(
    "/{id}/opinions",
    GiveOpinion,
    summary="A department's opinion: side by side, production's last (C10 to C13)",
    example=GiveOpinion(
        content_version=1,
        department="technical",
        feasible=True,
        opinion="The busbar chamber is drawn anew; two weeks before production starts.",
    ),
)
cases.on(
    "/{id}/decision",
    DecideCase,
    summary="Accept, accept with conditions, or refuse a non-conventional order (C14)",
    example=DecideCase(
        content_version=1,
        decision="accept_with_conditions",
        conditions=("Silver-plated instead of nickel-plated contacts",),
        delivery_date=date(2027, 8, 15),
        reason="The panel sees no other obstacle.",
    ),
)
cases.on(
    "/{id}/refusal-decision",
    DecideRefusal,
    summary="Approve refusing an order whose customer cannot wait, or take it all the same (C8)",
    example=DecideRefusal(content_version=1, approved=True, reason="No capacity before August."),
)
cases.reads()
cases.list(
    case_book,
    visible=by_company("company"),
    filters=("state", "waiting_for", "kind", "company", "customer_id", "outcome"),
    ranges=("delivery_date", "requested_at", "since"),
    order=("since", "number", "delivery_date", "requested_at"),
    summary="All cases, where they stand, and who is waited for since when",
)

router = cases.router
