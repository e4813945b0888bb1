"""Selling an order: quotation, contract, production instruction (C15 to C17)."""

from __future__ import annotations

from demo import bodies
from demo.desk import Desk


async def sell(desk: Desk) -> None:
    """Until production is instructed, or the customer withdraws."""
    await _quote(desk, 1)
    match desk.task.journey.deal:
        case "withdrawn":
            body = {"reason": "The customer's project is cancelled."}
            await desk.do("sales", "withdraw", f"{desk.path}/withdrawal", body)
            return
        case "second_round":
            await _answer(desk, 1, agreed=False)
            await _quote(desk, 2)
            await _answer(desk, 2, agreed=True)
        case "first_round":
            await _answer(desk, 1, agreed=True)
    await _contract(desk)
    await desk.do(
        "contract_desk", "instruct production", f"{desk.path}/production-instruction", bodies.bill(desk.task)
    )


async def _quote(desk: Desk, round: int) -> None:
    body = bodies.quotation(desk.task, round, desk.run.day)
    quoted = await desk.do("sales", f"quote round {round}", f"{desk.path}/quotations", body)
    quotation = quoted["state"]["quotation"]
    desk.expect("round", quotation["round"], round)
    desk.expect("total", quotation["total"], body["total"])


async def _answer(desk: Desk, round: int, *, agreed: bool) -> None:
    body = {"round": round, "agreed": agreed, "reason": None if agreed else "Too dear."}
    await desk.do("sales", f"answer round {round}", f"{desk.path}/quotation-answer", body)


async def _contract(desk: Desk) -> None:
    """C16: drafted, then signed and sealed by both sides."""
    draft = bodies.contract(desk.task, desk.number)
    await desk.do("contract_desk", "draft contract", f"{desk.path}/contract", draft)
    for side, role, signatory in (
        ("company", "general_manager", "Gao Wen"),
        ("customer", "sales", desk.task.order.customer.contact),
    ):
        body = {"side": side, "digest": draft["digest"], "signatory": signatory}
        await desk.do(role, f"sign for the {side}", f"{desk.path}/contract/signatures", body)
