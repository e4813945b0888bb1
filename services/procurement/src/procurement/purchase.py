"""A purchase order: placed, confirmed, delivered in parts, inspected, fulfilled (C18, S19).

One stream each, `purchase-<id>`. It may bundle what several orders need. Goods are not stock
before they passed their inspection; what fails is outstanding again, to be replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from events import Command, Context, Decider, Event, NotFound, Refused
from events.contracts.common import Code, Day, Name
from events.contracts.purchases import (
    GoodsReceived,
    InspectionFailed,
    InspectionPassed,
    PurchaseConfirmed,
    PurchaseFulfilled,
    PurchaseOrdered,
)
from procurement.delivery import Delivery, InspectDelivery, inspect
from procurement.goods import Goods, Lines, check_each_once, check_room, goods, total

GROUP_ONLY = ""
"""In place of a product company: no company's people may see it, only the group's."""


class PlacePurchaseOrder(Command):
    """Buy from a supplier what orders need. `product_company` is left out when it bundles several's."""

    supplier: Code
    supplier_name: Name
    product_company: Code | None = None
    lines: Lines
    due: Day | None = None


class ConfirmPurchaseOrder(Command):
    """The supplier promises delivery on this day; given again, it promises another."""

    promised: Day


class ReceiveGoods(Command):
    """Goods arrived, all or some of what is outstanding."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Unplaced:
    """There is no such purchase order."""


@dataclass(frozen=True, slots=True)
class Placed:
    """It went to the supplier."""

    supplier: str
    supplier_name: str
    product_company: str | None
    ordered_by: str
    ordered: Goods
    due: Day | None
    promised: Day | None = None
    deliveries: Mapping[int, Delivery] = field(default_factory=dict)

    @property
    def passed(self) -> Goods:
        return total(one.passed for one in self.deliveries.values())

    @property
    def outstanding(self) -> Goods:
        """Still to be delivered: neither passed nor waiting for inspection."""
        return self.ordered - self.passed - total(one.waiting for one in self.deliveries.values())

    @property
    def fulfilled(self) -> bool:
        return not self.ordered - self.passed


State = Unplaced | Placed


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    if isinstance(command, PlacePurchaseOrder):
        return _place(state, command, context)
    if isinstance(state, Unplaced):
        raise NotFound("not-found", "no such purchase order; place it first")
    match command:
        case ConfirmPurchaseOrder(promised=promised):
            return _confirm(state, promised)
        case ReceiveGoods(lines=lines):
            advice = "compare the delivery note with the purchase order"
            check_room(lines, state.outstanding, field="lines", where="are outstanding", advice=advice)
            return [GoodsReceived(delivery=len(state.deliveries) + 1, lines=lines)]
        case InspectDelivery():
            return _inspect(state, command, context)
    raise Refused("command-unknown", f"a purchase order takes no {type(command).__name__}")


def evolve(state: State, fact: Event) -> State:
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
            seen = replace(state.deliveries[number], passed=goods(lines))
            return replace(state, deliveries={**state.deliveries, number: seen})
        case InspectionFailed(delivery=number, lines=lines):
            seen = replace(state.deliveries[number], failed=goods(lines))
            return replace(state, deliveries={**state.deliveries, number: seen})
    return state


def _placed(fact: PurchaseOrdered) -> Placed:
    return Placed(
        supplier=fact.supplier,
        supplier_name=fact.supplier_name,
        product_company=fact.product_company,
        ordered_by=fact.ordered_by,
        ordered=goods(fact.lines),
        due=fact.due,
    )


def _place(state: State, command: PlacePurchaseOrder, context: Context) -> Sequence[Event]:
    check_each_once(command.lines, field="lines")
    if not isinstance(state, Unplaced):
        raise Refused("purchase-placed", "this purchase order was placed already; place another one")
    mine = context.by.company
    if mine is not None and command.product_company != mine:
        raise Refused(
            "other-company",
            f"you buy for {mine} only; name it as product_company",
            {"product_company": f"must be {mine}"},
        )
    if command.due is not None and command.due < context.at.date():
        raise Refused("due-passed", f"{command.due} is over; name a day to come", {"due": "lies in the past"})
    return [
        PurchaseOrdered(
            supplier=command.supplier,
            supplier_name=command.supplier_name,
            product_company=command.product_company,
            lines=command.lines,
            due=command.due,
            ordered_by=context.by.subject,
        )
    ]


def _confirm(state: Placed, promised: Day) -> Sequence[Event]:
    if state.promised == promised:
        return []
    if state.fulfilled:
        raise Refused("purchase-fulfilled", "all of it was delivered and passed; nothing is left to promise")
    return [PurchaseConfirmed(promised=promised)]


def _inspect(state: Placed, command: InspectDelivery, context: Context) -> Sequence[Event]:
    if context.by.subject == state.ordered_by:
        raise Refused("own-purchase", "you placed this purchase order; somebody else must inspect its goods")
    delivery = state.deliveries.get(command.delivery)
    if delivery is None:
        raise Refused(
            "delivery-unknown",
            f"there are {len(state.deliveries)} deliveries so far; receive the goods before inspecting them",
            {"delivery": "unknown"},
        )
    facts = inspect(delivery, command, context.by.subject)
    after = purchase.fold(facts, state)
    fulfilled = facts and isinstance(after, Placed) and after.fulfilled
    return [*facts, PurchaseFulfilled()] if fulfilled else facts


def company(state: State) -> str | None:
    """Whose people may see it; a bundle for several companies is the group's alone."""
    return None if isinstance(state, Unplaced) else state.product_company or GROUP_ONLY


purchase: Decider[State] = Decider(
    category="purchase",
    initial=Unplaced(),
    decide=decide,
    evolve=evolve,
    may={
        PlacePurchaseOrder: frozenset({"buyer"}),
        ConfirmPurchaseOrder: frozenset({"buyer", "erp"}),
        ReceiveGoods: frozenset({"buyer", "logistics", "erp"}),
        InspectDelivery: frozenset({"inspector"}),
    },
    company=company,
)
