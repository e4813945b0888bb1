"""Before a purchase order is placed: is it needed, and is its supplier the right one (C18, S18)?

The door's check. A purchase order's own decider cannot see the streams of orders and suppliers;
should two buyers pass this door at the same moment, or an order be held just then, `parts`
records what was ordered too much as surplus, and states a held order's commitment anew.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from events import NotFound, Refused
from events.contracts.purchases import PurchaseLine
from events.recorded import Actor
from procurement.bill import needs
from procurement.market import offered
from procurement.parts import parts
from procurement.parts.states import Cancelled, Held, Required, State
from procurement.purchase import PlacePurchaseOrder
from procurement.selection import check_selection, selectable, with_terms
from procurement.supplier import supplier
from servicekit.runtime import Runtime


async def look_around(command: PlacePurchaseOrder, who: Actor, running: Runtime) -> PlacePurchaseOrder:
    """The command with its supplier's name and prices. Raises `Refused` for what must not be placed so."""
    numbers = sorted({line.order for line in command.lines})
    states, seller, market = await asyncio.gather(
        _folded(running, numbers),
        running.log.read(supplier.stream(command.supplier)),
        offered(running, {line.part for line in command.lines}),
    )
    refuse_needless(command, states, who)
    refuse_held(command.lines, states)
    today = running.clock().date()
    selected = selectable(command.supplier, supplier.fold(fact.event for fact in seller))
    command = with_terms(command, selected, today)
    check_selection(command, selected, market, _days(states), today)
    return command


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


def refuse_held(lines: Iterable[PurchaseLine], states: Mapping[str, State]) -> None:
    """Raise `Refused`, naming every line for an order that may be cancelled (C18)."""
    fields = {
        f"lines.{number}.order": f"{line.order} may be cancelled"
        for number, line in enumerate(lines)
        if isinstance(states[line.order].course, Held)
    }
    if fields:
        raise Refused(
            "order-held",
            "nothing is bought for an order while the general manager decides on cancelling it; "
            "leave its lines out, or wait for the decision",
            fields,
        )


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
    if isinstance(state.course, Cancelled):
        return "order", f"{line.order} is cancelled and needs nothing any more"
    for item in state.excluded:
        if item.part == line.part:
            return "part", item.reason
    if not state.needed[line.part]:
        return "part", f"{line.order} needs no {line.part}"
    left = max(0, state.to_order[line.part] - taken[line.order, line.part])
    if line.quantity > left:
        return "quantity", f"{left} {line.part} are still to be ordered for {line.order}"
    return None


async def _folded(running: Runtime, numbers: Iterable[str]) -> Mapping[str, State]:
    """The parts of these orders."""
    numbers = list(numbers)
    histories = await asyncio.gather(*(running.log.read(parts.stream(number)) for number in numbers))
    return {
        number: parts.fold(fact.event for fact in history)
        for number, history in zip(numbers, histories, strict=True)
    }


def _days(states: Mapping[str, State]) -> Mapping[tuple[str, str], date | None]:
    """By order and part, when it is needed."""
    return {
        (number, need.part): need.needed_by
        for number, state in states.items()
        if isinstance(state, Required)
        for need in needs(state.needs)
    }
