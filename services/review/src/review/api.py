"""What may be asked of review over HTTP. Cases and contracts have the number of their order."""

from __future__ import annotations

from datetime import date

from review.case import case
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.panel import ConvenePanel, GiveOpinion
from review.case.question import AskReviewer
from review.case.refusal import DecideRefusal
from review.case.shown import show_case
from review.case_book import case_book
from review.contract import contract
from review.contract.judging import JudgeClauses, Remark
from review.contract.shown import show_contract
from review.contract_book import contract_book
from servicekit import Resource, by_company

JUDGEMENT = JudgeDelivery(
    content_version=1,
    side="production",
    feasible=False,
    earliest_date=date(2027, 8, 15),
    note="The test bay is taken until the end of July.",
)
OPINION = GiveOpinion(
    content_version=1,
    department="technical",
    feasible=True,
    opinion="The busbar chamber is drawn anew; two weeks before production starts.",
)
DECISION = DecideCase(
    content_version=1,
    decision="accept_with_conditions",
    conditions=("Silver-plated instead of nickel-plated contacts",),
    delivery_date=date(2027, 8, 15),
    reason="The panel sees no other obstacle.",
)

cases = Resource(case, path="/cases", tag="Cases", show=show_case)
cases.on(
    "/{id}/delivery-judgement",
    JudgeDelivery,
    summary="Can the delivery date of a conventional order be met? (C6)",
    example=JUDGEMENT,
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
    example=OPINION,
)
cases.on(
    "/{id}/questions",
    AskReviewer,
    summary="Return the case to one reviewer with a question; their next word answers it",
    example=AskReviewer(
        content_version=1, to="technical", question="Does the busbar chamber fit the old foundation?"
    ),
)
cases.on(
    "/{id}/decision",
    DecideCase,
    summary="Accept, accept with conditions, or refuse a non-conventional order (C14)",
    example=DECISION,
)
cases.on(
    "/{id}/refusal-decision",
    DecideRefusal,
    summary="Approve refusing an order whose customer cannot wait, or take it all the same (C8)",
    example=DecideRefusal(content_version=1, approved=True, reason="No capacity before August."),
)
cases.batch(
    "/delivery-judgements",
    JudgeDelivery,
    summary="Judge many delivery dates at once, each with its own outcome (C6)",
    example=JUDGEMENT,
)
cases.batch(
    "/opinions",
    GiveOpinion,
    summary="Give opinions on many cases at once, each with its own outcome (C10 to C13)",
    example=OPINION,
)
cases.batch(
    "/decisions",
    DecideCase,
    summary="Decide on many cases at once, each with its own outcome (C14)",
    example=DECISION,
)
cases.reads()
cases.list(
    case_book,
    visible=by_company("company"),
    filters=("state", "waiting_for", "kind", "company", "customer_id", "outcome"),
    search=("number", "customer_name", "customer_id"),
    ranges=("delivery_date", "requested_at", "since"),
    order=("since", "number", "delivery_date", "requested_at"),
    summary="All cases, where they stand, and who is waited for since when",
)

contracts = Resource(contract, path="/contracts", tag="Contracts", show=show_contract)
contracts.on(
    "/{id}/clause-judgements",
    JudgeClauses,
    summary="Judge a drafted contract's risk, legal or financial clauses (S6)",
    example=JudgeClauses(
        aspect="legal",
        digest="a" * 64,
        findings=(
            Remark(
                clause="7.2 liquidated damages",
                finding="No upper limit is named.",
                remedy="Limit them to five per cent of the total.",
            ),
        ),
    ),
)
contracts.reads()
contracts.list(
    contract_book,
    visible=by_company("company"),
    filters=("state", "waiting_for", "company", "customer_id", "contract", "drafted_by"),
    search=("number", "contract", "customer_name", "customer_id"),
    ranges=("delivery_date", "requested_at", "since"),
    order=("since", "number", "delivery_date", "requested_at"),
    summary="All drafted contracts, how their review goes, and who is waited for since when",
)

router = cases.router
contract_router = contracts.router
