"""A purchase order: placed, confirmed, delivered in parts, inspected, fulfilled (C18, S19).

One stream each, `purchase-<id>`. It may bundle what several orders need. Goods are not stock
before they passed their inspection; what fails is outstanding again, unless it goes back for good.

Its stages have files of their own: `ordering`, `arrival` and `reduction`. Where a purchase order
can stand is in `states`, what a fact makes of it in `evolve`.
"""

from __future__ import annotations

from collections.abc import Sequence

from events import Command, Context, Decider, Event, NotFound
from events.contracts.purchases import PurchaseFulfilled
from procurement.delivery import InspectDelivery
from procurement.purchase import arrival, ordering, reduction
from procurement.purchase.arrival import ReceiveGoods
from procurement.purchase.evolve import evolve
from procurement.purchase.ordering import ConfirmPurchaseOrder, PlacePurchaseOrder
from procurement.purchase.reduction import ReducePurchaseOrder, ReturnGoods
from procurement.purchase.states import GROUP_ONLY, Placed, State, Unplaced

__all__ = [
    "ConfirmPurchaseOrder",
    "PlacePurchaseOrder",
    "ReceiveGoods",
    "ReducePurchaseOrder",
    "ReturnGoods",
    "purchase",
]


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to; with the last of what is wanted, also that it is fulfilled."""
    if isinstance(command, PlacePurchaseOrder):
        return ordering.place(state, command, context)
    if isinstance(state, Unplaced):
        raise NotFound("not-found", "no such purchase order; place it first")
    facts = _decide(state, command, context)
    after = purchase.fold(facts, state)
    fulfilled = isinstance(after, Placed) and after.fulfilled and not state.fulfilled
    return [*facts, PurchaseFulfilled()] if fulfilled else facts


def _decide(state: Placed, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case ConfirmPurchaseOrder():
            return ordering.confirm(state, command)
        case ReceiveGoods():
            return arrival.receive(state, command)
        case InspectDelivery():
            return arrival.inspect_delivery(state, command, context)
        case ReducePurchaseOrder():
            return reduction.reduce(state, command, context)
        case ReturnGoods():
            return reduction.return_goods(state, command, context)
    raise TypeError(f"{type(command).__name__} is no command of a purchase order")


def company(state: State) -> str | None:
    """Whose people may see it; a bundle for several companies is the group's alone."""
    return None if isinstance(state, Unplaced) else state.product_company or GROUP_ONLY


purchase: Decider[State] = Decider(
    category="purchase",
    initial=Unplaced(),
    decide=decide,
    evolve=evolve,
    may={**ordering.MAY, **arrival.MAY, **reduction.MAY},
    company=company,
)
