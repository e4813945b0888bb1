"""A purchase order becomes less: goods need not come any more, or go back for good (C18, S19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from events import Command, Context, Event, Refused
from events.contracts.common import Text
from events.contracts.purchases import GoodsReturned, PurchaseLine, PurchaseReduced
from procurement.goods import Lines, check_room, goods, lines
from procurement.purchase.arrival import delivery_of
from procurement.purchase.states import Placed


class ReducePurchaseOrder(Command):
    """The supplier agreed not to deliver these outstanding goods, as when their order is cancelled."""

    lines: Lines
    """What need not come, for which order; prices are of no account here."""
    reason: Text
    """Why, and what was agreed with the supplier."""


class ReturnGoods(Command):
    """Goods that failed their inspection go back for good: the supplier does not replace them."""

    delivery: Annotated[int, Field(ge=1)]
    """The delivery they came with."""
    lines: Annotated[tuple[PurchaseLine, ...], Field(max_length=500)] = ()
    """What goes back; when left out, all that failed in it and was not replaced."""
    reason: Text
    """Why they are not replaced."""


BUYER = frozenset({"buyer"})
MAY: Mapping[type[Command], frozenset[str]] = {ReducePurchaseOrder: BUYER, ReturnGoods: BUYER}


def reduce(state: Placed, command: ReducePurchaseOrder, context: Context) -> Sequence[Event]:
    """C18: only what is outstanding; its orders need it from elsewhere, unless they are cancelled."""
    advice = "what has arrived is inspected first, and goes back only when it failed"
    check_room(command.lines, state.outstanding, field="lines", where="are outstanding", advice=advice)
    return [
        PurchaseReduced(
            change=state.changes + 1,
            lines=lines(goods(command.lines)),
            reason=command.reason,
            reduced_by=context.by.subject,
        )
    ]


def return_goods(state: Placed, command: ReturnGoods, context: Context) -> Sequence[Event]:
    """S19: only what failed, and neither went back nor was replaced already."""
    delivery = delivery_of(state, command.delivery)
    room = (delivery.failed - delivery.returned) & state.outstanding
    where = f"failed in delivery {command.delivery} and were not replaced"
    check_room(command.lines, room, field="lines", where=where, advice="name only what can go back")
    going = goods(command.lines) if command.lines else room
    if not going:
        raise Refused("nothing-to-return", f"no goods {where}; see the purchase order's deliveries")
    return [
        GoodsReturned(
            change=state.changes + 1,
            delivery=command.delivery,
            lines=lines(going),
            reason=command.reason,
            returned_by=context.by.subject,
        )
    ]
