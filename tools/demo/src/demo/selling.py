"""Selling an order: quotation, contract, production instruction (C15 to C17)."""

from __future__ import annotations

from decimal import Decimal

from demo import bodies
from demo.contracting import conclude_contract
from demo.desk import Desk
from fulfilment_client import OrderIntake
from fulfilment_client.order_intake import AnswerQuotation, WithdrawOrder


async def sell(desk: Desk) -> None:
    """Until production is instructed, or the customer withdraws."""
    await _quote(desk, 1)
    match desk.task.journey.deal:
        case "withdrawn":
            gone = WithdrawOrder(reason="The customer's project is cancelled.")
            await desk.order("sales", "withdraw", OrderIntake.withdraw_order, gone)
            return
        case "second_round":
            await _answer(desk, 1, agreed=False)
            await _quote(desk, 2)
            await _answer(desk, 2, agreed=True)
        case "first_round":
            await _answer(desk, 1, agreed=True)
    await conclude_contract(desk)
    bill = bodies.bill(desk.task)
    await desk.order("contract_desk", "instruct production", OrderIntake.instruct_production, bill)


async def _quote(desk: Desk, round: int) -> None:
    offer = bodies.quotation(desk.task, round, desk.run.day)
    quoted = await desk.order("sales", f"quote round {round}", OrderIntake.quote_order, offer)
    quotation = quoted.state["quotation"]
    desk.expect("round", quotation["round"], round)
    desk.expect("total", Decimal(quotation["total"]), offer.total)


async def _answer(desk: Desk, round: int, *, agreed: bool) -> None:
    answer = AnswerQuotation(round=round, agreed=agreed, reason=None if agreed else "Too dear.")
    await desk.order("sales", f"answer round {round}", OrderIntake.answer_quotation, answer)
