"""Before a purchase order is placed: does every line buy what some order still needs?

The door's check, for a person who mistyped. A purchase order's own decider cannot see the
orders' streams; should two buyers pass this door at the same moment, `parts` records what
both ordered too much as surplus.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from starlette.requests import Request

from events import NotFound, Refused
from events.contracts.purchases import PurchaseLine
from events.event import Actor
from procurement.parts import Required, State, parts
from procurement.purchase import PlacePurchaseOrder, purchase
from servicekit import Running, Who
from servicekit.bodies import read_command
from servicekit.preconditions import idempotency


async def check_needed(request: Request, who: Who, running: Running) -> None:
    """Refuse a request for what nobody needs; one that is repeated has its answer already."""
    purchase.permit(PlacePurchaseOrder, who)
    command = await read_command(request, PlacePurchaseOrder)
    key = idempotency(request, who, command)
    if key and (await running.log.history(purchase.stream("new"), key)).earlier:
        return
    numbers = sorted({line.order for line in command.lines})
    histories = await asyncio.gather(*(running.log.read(parts.stream(number)) for number in numbers))
    states = {
        number: parts.fold(fact.event for fact in history)
        for number, history in zip(numbers, histories, strict=True)
    }
    refuse_needless(command, states, who)


def refuse_needless(command: PlacePurchaseOrder, states: Mapping[str, State], who: Actor) -> None:
    """Raise `Refused`, naming every line that buys what its order does not need (C18)."""
    taken: Counter[tuple[str, str]] = Counter()
    fields = {}
    for number, line in enumerate(command.lines):
        objection = _objection(line, states[line.order], command.product_company, taken, who)
        if objection:
            fields[f"lines.{number}.{objection[0]}"] = objection[1]
        taken[line.order, line.part] += line.quantity
    if fields:
        raise Refused("not-needed", "some lines buy what their orders do not need; see /requirements", fields)


def _objection(
    line: PurchaseLine, state: State, company: str | None, taken: Counter[tuple[str, str]], who: Actor
) -> tuple[str, str] | None:
    """The field at fault and why."""
    try:
        parts.admit(state, who)
    except NotFound:
        return "order", f"no instructed order has the number {line.order}"
    if not isinstance(state, Required):
        return "order", f"no instructed order has the number {line.order}"
    if company is not None and company != state.product_company:
        return "order", f"{line.order} is made by {state.product_company}, not by {company}"
    for item in state.excluded:
        if item.part == line.part:
            return "part", item.reason
    if not state.needed[line.part]:
        return "part", f"{line.order} needs no {line.part}"
    left = max(0, state.to_order[line.part] - taken[line.order, line.part])
    if line.quantity > left:
        return "quantity", f"{left} {line.part} are still to be ordered for {line.order}"
    return None
