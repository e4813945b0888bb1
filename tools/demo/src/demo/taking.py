"""Taking an order (C2 to C4, S1, S3).

Received from the ERP, looked at when it came twice, completed, its requirements confirmed.
"""

from __future__ import annotations

from demo import bodies
from demo.desk import Desk
from demo.doubting import settle_twins
from fulfilment_client import OrderIntake
from fulfilment_client.order_intake import CompleteOrder, ConfirmRequirements, Project, RegisterProject


async def take(desk: Desk) -> None:
    """Until the review can start."""
    await _receive(desk)
    if desk.task.journey.twin != "once":
        await settle_twins(desk, desk.task.journey.twin)
    if desk.task.journey.gaps:
        whole = CompleteOrder(content=bodies.content(desk.task))
        await desk.order("sales", "complete", OrderIntake.complete_order, whole)
    if desk.task.journey.mark == "complete_set":
        project = RegisterProject(project=Project(name=desk.task.order.project, site=desk.task.order.site))
        await desk.order("sales", "register project", OrderIntake.register_project, project)
    await confirm(desk)


async def confirm(desk: Desk) -> None:
    """C3: of the content as it is now."""
    confirmed = ConfirmRequirements(content_version=desk.version)
    step = f"confirm requirements {desk.version}"
    await desk.order("sales", step, OrderIntake.confirm_requirements, confirmed)


async def _receive(desk: Desk) -> None:
    wanted = bodies.request(desk.task, desk.run.id)
    received = await desk.person("erp").intake.receive_order(wanted, key=desk.begin("receive"))
    desk.moved()
    desk.number, desk.state = received.id, received.state["state"]
    missing = bodies.missing(desk.task)
    desk.expect("state after reception", desk.state, "incomplete" if missing else "complete")
    desk.expect("missing", received.state.get("missing", []), missing)
