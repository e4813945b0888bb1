"""Goods of a purchase order arrive and are inspected before they are stock (C18, S19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Context, Event, Refused
from events.contracts.purchases import GoodsReceived
from procurement.delivery import Delivery, InspectDelivery, inspect
from procurement.goods import Lines, check_room, goods, lines
from procurement.purchase.states import Placed


class ReceiveGoods(Command):
    """Goods arrived, all or some of what is outstanding."""

    lines: Lines
    """What was unpacked, for which order; prices are of no account here."""


MAY: Mapping[type[Command], frozenset[str]] = {
    ReceiveGoods: frozenset({"buyer", "logistics", "erp"}),
    InspectDelivery: frozenset({"inspector"}),
}


def receive(state: Placed, command: ReceiveGoods) -> Sequence[Event]:
    """C18: partial deliveries are taken, never more than is outstanding."""
    advice = "compare the delivery note with the purchase order"
    check_room(command.lines, state.outstanding, field="lines", where="are outstanding", advice=advice)
    return [GoodsReceived(delivery=len(state.deliveries) + 1, lines=lines(goods(command.lines)))]


def inspect_delivery(state: Placed, command: InspectDelivery, context: Context) -> Sequence[Event]:
    """S19: never by who placed the purchase order."""
    if context.by.subject == state.ordered_by:
        raise Refused("own-purchase", "you placed this purchase order; somebody else must inspect its goods")
    return inspect(delivery_of(state, command.delivery), command, context.by.subject)


def delivery_of(state: Placed, number: int) -> Delivery:
    """The delivery of this number. Raises `Refused` when there is none."""
    delivery = state.deliveries.get(number)
    if delivery is None:
        raise Refused(
            "delivery-unknown",
            f"there are {len(state.deliveries)} deliveries so far; receive the goods first",
            {"delivery": "unknown"},
        )
    return delivery
