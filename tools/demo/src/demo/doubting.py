"""A request that comes twice: one of the two is doubted, and a person settles it (S3).

Which of the two the system doubts is its own affair: the one it compares last.
"""

from __future__ import annotations

from functools import partial

from demo import bodies
from demo.desk import Desk
from demo.house import Person
from demo.journeys import Twin
from fulfilment_client import Happened, OrderIntake, Pages
from fulfilment_client.order_intake import ClearDoubts, DismissOrder, WithdrawOrder


async def settle_twins(desk: Desk, twin: Twin) -> None:
    """One of the two goes on, as the desk's order: the undoubted one, or the one whose doubts are cleared."""
    first, second = desk.number, await _receive_again(desk)
    histories = {number: partial(_history, number) for number in (first, second)}
    doubted = await desk.happened("sales", "one of the two is doubted", "order.doubted.v1", histories)
    other = second if doubted == first else first
    desk.number = doubted
    if twin == "dismissed":
        mistaken = DismissOrder(reason="The customer's clerk sent it twice.")
        await desk.order("contract_desk", "dismiss the duplicate", OrderIntake.dismiss_order, mistaken)
        desk.expect("the duplicate's end", desk.state, "dismissed")
        await desk.gather_events("sales", histories[doubted])
        desk.number = other
        return
    meant = ClearDoubts(content_version=1, reason="The customer means this one, and takes the other back.")
    await desk.order("sales", "clear the doubts", OrderIntake.clear_doubts, meant)
    desk.number = other
    gone = WithdrawOrder(reason="The customer means the other one.")
    await desk.order("sales", "withdraw the other one", OrderIntake.withdraw_order, gone)
    desk.expect("the other one's end", desk.state, "withdrawn")
    desk.number = doubted


async def _receive_again(desk: Desk) -> str:
    wanted, key = bodies.again(desk.task, desk.run.id), desk.begin("receive again")
    received = await desk.person("erp").intake.receive_order(wanted, key=key)
    desk.moved()
    return received.id


def _history(number: str, by: Person) -> Pages[Happened]:
    return by.intake.history_of_order(number)
