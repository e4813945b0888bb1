"""What each fact makes of a purchase order. No rule lives here: what was recorded has happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from events import Event
from events.contracts.purchases import (
    GoodsReceived,
    GoodsReturned,
    InspectionFailed,
    InspectionPassed,
    PurchaseConfirmed,
    PurchaseLine,
    PurchaseOrdered,
    PurchaseReduced,
)
from procurement.delivery import Delivery
from procurement.goods import goods
from procurement.purchase.states import Placed, State, Unplaced


def evolve(state: State, fact: Event) -> State:
    """The purchase order after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    if isinstance(fact, PurchaseOrdered):
        return _placed(fact)
    if isinstance(state, Unplaced):
        return state
    match fact:
        case PurchaseConfirmed(promised=promised):
            return replace(state, promised=promised)
        case GoodsReceived(delivery=number, lines=lines):
            return replace(state, deliveries={**state.deliveries, number: Delivery(goods(lines))})
        case InspectionPassed(delivery=number, lines=lines):
            return _seen(state, number, passed=lines)
        case InspectionFailed(delivery=number, lines=lines):
            return _seen(state, number, failed=lines)
        case GoodsReturned(delivery=number, lines=lines, change=change):
            return replace(_seen(state, number, returned=lines), changes=change)
        case PurchaseReduced(lines=lines, change=change):
            return replace(state, reduced=state.reduced + goods(lines), changes=change)
    return state


def _placed(fact: PurchaseOrdered) -> Placed:
    return Placed(
        supplier=fact.supplier,
        supplier_name=fact.supplier_name,
        product_company=fact.product_company,
        ordered_by=fact.ordered_by,
        ordered=goods(fact.lines),
        due=fact.due,
        currency=fact.currency,
        prices={
            (line.order, line.part): line.unit_price for line in fact.lines if line.unit_price is not None
        },
        selection=fact.selection,
    )


def _seen(state: Placed, number: int, **lines: Iterable[PurchaseLine]) -> Placed:
    """With what an inspection, or the way back, made of a delivery."""
    before = state.deliveries[number]
    more = {name: getattr(before, name) + goods(those) for name, those in lines.items()}
    return replace(state, deliveries={**state.deliveries, number: replace(before, **more)})
