"""The contract: drafted, reviewed from three sides, drafted anew where it has faults, signed (C16, S6, S7)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

from demo import bodies
from demo.desk import Desk
from fulfilment_client import OrderIntake, Review
from fulfilment_client.order_intake import DraftContract, SignContract
from fulfilment_client.review import JudgeClauses, Remark

Aspect = Literal["risk", "legal", "financial"]
_FAULT = Remark(
    clause="7.2 liquidated damages", finding="No upper limit", remedy="At most five per cent of the price"
)


async def conclude_contract(desk: Desk) -> None:
    """Until both sides have signed what its review has cleared."""
    count = 2 if desk.task.journey.clauses == "returned" else 1
    drafts = [bodies.contract(desk.task, desk.number, draft) for draft in range(1, count + 1)]
    for number, draft in enumerate(drafts, start=1):
        step = f"draft contract {number}"
        await desk.order("contract_desk", step, OrderIntake.draft_contract, draft)
        await _review(desk, number, drafts[number - 1 :])
    signed = drafts[-1].digest
    await _sign(desk, desk.manager, SignContract(side="company", digest=signed, signatory="Gao Wen"))
    customer = desk.task.order.customer.contact
    await _sign(desk, "sales", SignContract(side="customer", digest=signed, signatory=customer))


async def _review(desk: Desk, number: int, drafts: Sequence[DraftContract]) -> None:
    """S6: of this draft, the first of `drafts`; a later one may be there already when a run is resumed."""
    draft, *later = drafts
    digests = {one.digest for one in drafts}
    await desk.until(
        "legal", "its contract can be reviewed", lambda by: by.review.read_contract(desk.number),
        lambda contract: contract["digest"] in digests,
    )  # fmt: skip
    judges: Mapping[Aspect, str] = {"risk": desk.manager, "legal": "legal", "financial": "finance"}
    async with asyncio.TaskGroup() as group:
        for aspect, role in judges.items():
            findings = [_FAULT] if later and aspect == "legal" else []
            word = JudgeClauses(aspect=aspect, digest=draft.digest, findings=findings)
            step = f"judge the {aspect} clauses of draft {number}"
            group.create_task(desk.case(role, step, Review.judge_clauses, word))
    await desk.order_until(
        "the contract's review is known", lambda order: bool(order["state"] != "contract_in_review")
    )


async def _sign(desk: Desk, role: str, signed: SignContract) -> None:
    await desk.order(role, f"sign for the {signed.side}", OrderIntake.sign_contract, signed)
