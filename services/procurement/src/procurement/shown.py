"""How purchase orders, requirements and suppliers look from outside, folded from their streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import to_jsonable_python

from procurement import supplier
from procurement.bill import needs
from procurement.goods import lines
from procurement.parts import states as parts
from procurement.parts.commitment import commitment
from procurement.parts.states import Cancelled, Held
from procurement.purchase import states as purchase


def show_requirement(state: parts.State) -> Mapping[str, Any]:
    """An order's needs, part by part; `uninstructed` when only purchase orders name it.

    `commitment` is what has been bought for it, and what that costs.
    """
    shown: dict[str, Any] = {
        "state": _name(state),
        "purchase_orders": sorted(state.ledger.purchases),
        "commitment": commitment(state.ledger),
    }
    if isinstance(state, parts.Required):
        needed, ordered, stocked = state.needed, state.ordered, state.needed & state.stocked
        shown |= {
            "product_company": state.product_company,
            "parts": [
                replace(
                    need, needed=needed[need.part], ordered=ordered[need.part], stocked=stocked[need.part]
                )
                for need in needs(state.needs)
            ],
            "excluded": state.excluded,
            "surplus": state.surplus,
        }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer


def _name(state: parts.State) -> str:
    match state:
        case parts.Uninstructed():
            return "uninstructed"
        case parts.Required(course=Cancelled()):
            return "cancelled"
        case parts.Required(course=Held()):
            return "held"
        case parts.Required(ready=True):
            return "ready"
    return "to_order" if state.to_order else "ordered"


def show_purchase(state: purchase.State) -> Mapping[str, Any]:
    """A purchase order line by line, with its deliveries."""
    if isinstance(state, purchase.Unplaced):
        return {"state": "unplaced"}
    passed, outstanding, held = state.passed, state.outstanding, state.held
    shown = {
        "state": "fulfilled" if state.fulfilled else "placed",
        "supplier": state.supplier,
        "supplier_name": state.supplier_name,
        "product_company": state.product_company,
        "ordered_by": state.ordered_by,
        "due": state.due,
        "promised": state.promised,
        "currency": state.currency,
        "selection": state.selection,
        "lines": [
            {
                "order": order,
                "part": part,
                "unit_price": state.prices.get((order, part)),
                "ordered": ordered,
                "given_up": ordered - held[order, part],
                "outstanding": outstanding[order, part],
                "waiting": held[order, part] - outstanding[order, part] - passed[order, part],
                "passed": passed[order, part],
            }
            for (order, part), ordered in state.ordered.items()
        ],
        "deliveries": [
            {
                "delivery": number,
                "state": "to_inspect" if one.waiting else "inspected",
                "arrived": lines(one.arrived),
                "passed": lines(one.passed),
                "failed": lines(one.failed),
                "returned": lines(one.returned),
            }
            for number, one in state.deliveries.items()
        ],
    }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer


def show_supplier(state: supplier.State) -> Mapping[str, Any]:
    """A supplier with all it offers, lapsed offers too."""
    if isinstance(state, supplier.Unregistered):
        return {"state": "unregistered"}
    shown = {
        "state": "suspended" if state.suspended else "registered",
        "supplier_name": state.registered.supplier_name,
        "note": state.registered.note,
        "registered_by": state.registered.registered_by,
        "reason": state.suspended and state.suspended.reason,
        "offers": list(state.offers.values()),
    }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer
