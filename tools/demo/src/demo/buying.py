"""Buying an instructed order's parts: ordered, received, inspected, replaced or bought elsewhere (C18, S19)."""

from __future__ import annotations

from collections.abc import Sequence

from demo import bodies
from demo.bodies import Purchase
from demo.cancelling import cancel, give_up
from demo.desk import Desk
from demo.market import ELSEWHERE
from fulfilment_client import Procurement
from fulfilment_client.procurement import (
    ConfirmPurchaseOrder,
    InspectDelivery,
    PurchaseLine,
    ReceiveGoods,
    ReturnGoods,
)


async def buy(desk: Desk) -> None:
    """Until all parts are in stock and order-intake knows, or the order is cancelled."""
    journey = desk.task.journey
    await desk.until(
        "buyer", "its parts are required", lambda by: by.procurement.read_parts(desk.number),
        lambda need: bool(need["state"] != "uninstructed"),
    )  # fmt: skip
    if journey.supply != "nothing_bought":
        purchases = bodies.purchases(desk.task, desk.number)
        placed = [(await _place(desk, purchase), purchase) for purchase in purchases]
        if journey.fate != "kept":
            await cancel(desk, approved=journey.fate == "cancelled")
        if journey.fate == "cancelled":
            await _wind_up(desk, placed)
            return
        for id, purchase in placed:
            await _take_delivery(desk, id, purchase, bad=id == placed[0][0])
    await desk.order_until("all its parts are there", lambda order: bool(order["state"] != "instructed"))


async def _place(desk: Desk, purchase: Purchase) -> str:
    """Order from a supplier, who promises a day; the purchase order's id."""
    key = desk.begin(f"order from {purchase.supplier}")
    placed = await desk.person("buyer").procurement.place_purchase_order(purchase.order(desk.task), key=key)
    desk.moved()
    desk.purchases.append(placed.id)
    promised = ConfirmPurchaseOrder(promised=purchase.due)
    step = f"confirmed by {purchase.supplier}"
    await desk.purchase("buyer", step, placed.id, Procurement.confirm_purchase_order, promised)
    return placed.id


async def _take_delivery(desk: Desk, id: str, purchase: Purchase, *, bad: bool) -> None:
    """One purchase order to its end; on a journey with bad goods the first one has them."""
    lines = purchase.lines
    match desk.task.journey.supply:
        case "replaced" if bad:
            await _deliver(desk, id, 1, lines, failed=lines[:1])
            await _deliver(desk, id, 2, lines[:1])
        case "bought_elsewhere" if bad:
            await _deliver(desk, id, 1, lines, failed=lines[:1])
            await _buy_elsewhere(desk, id, purchase)
        case _:
            await _deliver(desk, id, 1, lines)


async def _buy_elsewhere(desk: Desk, id: str, purchase: Purchase) -> None:
    """What failed goes back for good, and its need is open again."""
    back = ReturnGoods(delivery=1, reason="The supplier cannot make it better.")
    await desk.purchase("buyer", f"give back goods of {id}", id, Procurement.return_goods, back)
    await desk.happened(
        "buyer", "the need is open again", "parts.reopened.v1",
        {desk.number: lambda by: by.procurement.history_of_parts(desk.number)},
    )  # fmt: skip
    other = Purchase(ELSEWHERE, purchase.lines[:1], purchase.due, "The cheaper one cannot make it.")
    await _deliver(desk, await _place(desk, other), 1, other.lines)


async def _wind_up(desk: Desk, placed: Sequence[tuple[str, Purchase]]) -> None:
    """What was ordered for a cancelled order is stopped; what is on its way already becomes surplus."""
    (first, purchase), *others = placed
    await give_up(desk, first, purchase.lines)
    for id, on_its_way in others:
        await _deliver(desk, id, 1, on_its_way.lines)


async def _deliver(
    desk: Desk, id: str, delivery: int, lines: Sequence[PurchaseLine], failed: Sequence[PurchaseLine] = ()
) -> None:
    what = f"delivery {delivery} of {id}"
    arrived = ReceiveGoods(lines=list(lines))
    await desk.purchase("logistics", f"receive {what}", id, Procurement.receive_goods, arrived)
    result = InspectDelivery(delivery=delivery, result="passed")
    if failed:
        result = InspectDelivery(
            delivery=delivery, result="failed", failed=list(failed), finding="Not the agreed quality."
        )
    await desk.purchase("inspector", f"inspect {what}", id, Procurement.inspect_delivery, result)
