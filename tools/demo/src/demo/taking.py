"""Taking an order: received from the ERP, completed, its requirements confirmed (C2 to C4, S1)."""

from __future__ import annotations

from demo import bodies
from demo.desk import Desk


async def take(desk: Desk) -> None:
    """Until the review can start."""
    await _receive(desk)
    if desk.task.journey.gaps:
        await desk.do("sales", "complete", f"{desk.path}/completion", {"content": bodies.content(desk.task)})
    if desk.task.journey.mark == "complete_set":
        project = {"name": desk.task.order.project, "site": desk.task.order.site}
        await desk.do("sales", "register project", f"{desk.path}/project", {"project": project})
    await desk.do(
        "sales", "confirm requirements", f"{desk.path}/requirements-confirmation", {"content_version": 1}
    )


async def _receive(desk: Desk) -> None:
    received = await desk.do("erp", "receive", "/orders", bodies.request(desk.task))
    desk.number = received["id"]
    missing = bodies.missing(desk.task)
    desk.expect("state after reception", desk.state, "incomplete" if missing else "complete")
    desk.expect("missing", received["state"].get("missing", []), missing)
