"""The customer wants an order cancelled whose parts are being bought: the manager decides, knowing the cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from demo.desk import Desk, State
from demo.house import Person
from fulfilment_client import Happened, OrderIntake, Pages, Procurement
from fulfilment_client.order_intake import AskCancellation, DecideCancellation
from fulfilment_client.procurement import PurchaseLine, ReducePurchaseOrder

_PENDING = frozenset({"cancellation_asked", "cancellation_to_decide"})


async def cancel(desk: Desk, *, approved: bool) -> None:
    """Until it is decided, and buying has stopped or goes on."""
    asked = AskCancellation(reason="The customer's plant is not built.")
    await desk.order("sales", "ask for the cancellation", OrderIntake.ask_cancellation, asked)
    order = await desk.order_until(
        "all that was bought is stated", partial(_stated, frozenset(desk.purchases))
    )
    if order["state"] in _PENDING:  # or it was decided before this run was resumed
        await desk.order(
            desk.manager, "decide on the cancellation", OrderIntake.decide_cancellation,
            DecideCancellation(
                request=order["asked"]["request"],
                commitment_version=order["reported"]["commitment_version"],
                approved=approved,
                reason="The parts can still be stopped." if approved else "Half of it is made already.",
            ),
        )  # fmt: skip
    ended = "parts.cancelled.v1" if approved else "parts.released.v1"
    await desk.happened(
        "buyer", "buying knows the decision", ended, {desk.number: partial(_parts, desk.number)}
    )


async def give_up(desk: Desk, id: str, lines: Sequence[PurchaseLine]) -> None:
    """The supplier need not deliver any more what is outstanding."""
    less = ReducePurchaseOrder(lines=list(lines), reason="The order is cancelled; agreed on the phone.")
    await desk.purchase("buyer", f"reduce {id}", id, Procurement.reduce_purchase_order, less)


def _stated(purchases: frozenset[str], order: State) -> bool:
    """Whether what was bought is known to the last purchase order."""
    if order["state"] not in _PENDING:
        return True
    reported = order.get("reported") or {"commitment": {"lines": []}}
    return purchases <= {line["purchase_order"] for line in reported["commitment"]["lines"]}


def _parts(number: str, by: Person) -> Pages[Happened]:
    return by.procurement.history_of_parts(number)
