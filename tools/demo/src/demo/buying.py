"""Buying an instructed order's parts: ordered, received, inspected, replaced where they failed (C18, S19)."""

from __future__ import annotations

from collections.abc import Sequence

from demo import bodies
from demo.bodies import Json, Purchase
from demo.desk import Desk


async def buy(desk: Desk) -> None:
    """Until all parts are in stock, and order-intake knows."""
    needs = f"/requirements/{desk.number}"
    await desk.until("buyer", "its parts are required", needs, lambda need: need["state"] != "uninstructed")
    placed: list[str] = []
    if desk.task.journey.supply != "nothing_bought":
        for purchase in bodies.purchases(desk.task, desk.number):
            placed.append(await _buy_from(desk, purchase, first=not placed))
    await desk.until(
        "sales", "all its parts are there", desk.path, lambda order: order["state"] != "instructed"
    )
    await desk.gather_events("buyer", needs)
    for path in placed:
        await desk.gather_events("buyer", path)


async def _buy_from(desk: Desk, purchase: Purchase, *, first: bool) -> str:
    """One purchase order to its end; its path. On a journey with bad goods the first one has them."""
    supplier = purchase.supplier
    placed = await desk.do("buyer", f"order from {supplier}", "/purchase-orders", purchase.order)
    path = f"/purchase-orders/{placed['id']}"
    await desk.do("buyer", f"confirmed by {supplier}", f"{path}/confirmation", {"promised": purchase.due})
    lines: Sequence[Json] = purchase.lines
    if first and desk.task.journey.supply == "replaced":
        await _deliver(desk, path, supplier, 1, lines, bad=lines[:1])
        await _deliver(desk, path, supplier, 2, lines[:1])
    else:
        await _deliver(desk, path, supplier, 1, lines)
    return path


async def _deliver(
    desk: Desk, path: str, supplier: str, delivery: int, lines: Sequence[Json], bad: Sequence[Json] = ()
) -> None:
    what = f"delivery {delivery} of {supplier}"
    await desk.do("logistics", f"receive {what}", f"{path}/receipts", {"lines": lines})
    result: Json = {"delivery": delivery, "result": "passed"}
    if bad:
        result = {
            "delivery": delivery,
            "result": "failed",
            "failed": bad,
            "finding": "Not the agreed quality.",
        }
    await desk.do("inspector", f"inspect {what}", f"{path}/inspections", result)
