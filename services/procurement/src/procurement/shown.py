"""How purchase orders and requirements look from outside, folded from their streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import to_jsonable_python

from procurement import parts, purchase
from procurement.bill import needs
from procurement.goods import lines


def show_requirement(state: parts.State) -> Mapping[str, Any]:
    """An order's needs, part by part; `uninstructed` when only purchase orders name it."""
    if isinstance(state, parts.Uninstructed):
        return {"state": "uninstructed", "purchase_orders": sorted(state.purchases)}
    name = "ready" if state.ready else "to_order" if state.to_order else "ordered"
    counted = [
        replace(need, ordered=state.ordered[need.part], stocked=state.stocked[need.part])
        for need in needs(state.needs)
    ]
    shown = {
        "state": name,
        "product_company": state.product_company,
        "parts": counted,
        "excluded": state.excluded,
        "purchase_orders": sorted(state.purchases),
    }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer


def show_purchase(state: purchase.State) -> Mapping[str, Any]:
    """A purchase order line by line, with its deliveries."""
    if isinstance(state, purchase.Unplaced):
        return {"state": "unplaced"}
    passed, outstanding = state.passed, state.outstanding
    shown = {
        "state": "fulfilled" if state.fulfilled else "placed",
        "supplier": state.supplier,
        "supplier_name": state.supplier_name,
        "product_company": state.product_company,
        "ordered_by": state.ordered_by,
        "due": state.due,
        "promised": state.promised,
        "lines": [
            {
                "order": order,
                "part": part,
                "ordered": ordered,
                "outstanding": outstanding[order, part],
                "waiting": ordered - outstanding[order, part] - passed[order, part],
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
            }
            for number, one in state.deliveries.items()
        ],
    }
    answer: Mapping[str, Any] = to_jsonable_python(shown)
    return answer
