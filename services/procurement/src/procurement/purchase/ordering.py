"""A purchase order is placed with a supplier, who promises a day (C18, S18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from events import Command, Context, Event, Refused
from events.contracts.common import Code, Currency, Day, Name, Text
from events.contracts.purchases import PurchaseConfirmed, PurchaseLine, PurchaseOrdered
from procurement.goods import Lines, check_each_once
from procurement.purchase.states import Placed, State, Unplaced

HIGHEST_VALUE = Decimal("999999999999.99")
"""Of one purchase order, so that the costs of many still are amounts."""


class PlacePurchaseOrder(Command):
    """Buy from a supplier what orders need. `product_company` is left out when it bundles several's."""

    supplier: Code
    """A registered supplier that is not suspended (S18)."""
    supplier_name: Name | None = None
    """What it is called; as it is registered when left out."""
    product_company: Code | None = None
    """Whose orders it serves."""
    lines: Lines
    """What is bought for which order. A line without a price takes that of the supplier's offer."""
    due: Day | None = None
    """When the goods are to be there."""
    currency: Currency | None = None
    """Of all prices; that of the supplier's offers when left out."""
    selection: Text | None = None
    """Why this supplier; required when another's offer is better in price or date (S18)."""


class ConfirmPurchaseOrder(Command):
    """The supplier promises delivery on this day; given again, it promises another."""

    promised: Day


MAY: Mapping[type[Command], frozenset[str]] = {
    PlacePurchaseOrder: frozenset({"buyer"}),
    ConfirmPurchaseOrder: frozenset({"buyer", "erp"}),
}


def place(state: State, command: PlacePurchaseOrder, context: Context) -> Sequence[Event]:
    """C18: one purchase order may bundle what several orders need. What they need is asked at the door."""
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
    _check_value(command.lines, command.currency)
    return [
        PurchaseOrdered(
            supplier=command.supplier,
            supplier_name=command.supplier_name or command.supplier,
            product_company=command.product_company,
            lines=command.lines,
            due=command.due,
            ordered_by=context.by.subject,
            currency=command.currency,
            selection=command.selection,
        )
    ]


def confirm(state: Placed, command: ConfirmPurchaseOrder) -> Sequence[Event]:
    if state.promised == command.promised:
        return []
    if state.fulfilled:
        raise Refused("purchase-fulfilled", "all of it was delivered and passed; nothing is left to promise")
    return [PurchaseConfirmed(promised=command.promised)]


def _check_value(lines: Sequence[PurchaseLine], currency: str | None) -> None:
    priced = [line.quantity * line.unit_price for line in lines if line.unit_price is not None]
    if priced and currency is None:
        raise Refused("currency-missing", "say in `currency` what its prices are in", {"currency": "missing"})
    if sum(priced) > HIGHEST_VALUE:
        raise Refused(
            "value-too-high",
            f"one purchase order is worth {HIGHEST_VALUE} at most; split it, or correct prices",
        )
