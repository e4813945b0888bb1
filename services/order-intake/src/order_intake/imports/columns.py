"""The columns of a table of orders: each is one field of `ReceiveOrder` or of one of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from order_intake.order.intake import ReceiveOrder
from servicekit.faults import Fault, faults_of
from servicekit.problems import invalid

OF_ORDER: Mapping[str, tuple[str, ...]] = {
    "product_company": ("product_company",),
    "channel": ("channel",),
    "reference": ("reference",),
    **{f"customer_{name}": ("customer", name) for name in ("id", "name", "contact", "email", "language")},
    **{
        name: ("content", name)
        for name in (
            "technical_requirements", "quality_requirements", "delivery_date", "complete_set",
            "above_quality_standard", "penalty_clause",
        )
    },
}  # fmt: skip
"""Where in the order each stands; its further rows repeat it or leave it empty."""
OF_LINE = ("item", "model", "specification", "quantity", "non_standard", "discontinued")
"""One article a row."""
IDENTIFYING = ("product_company", "customer_id", "reference")
"""Rows that follow each other and are equal in these are one order; without a reference each row is one."""
NEEDED = ("product_company", "channel", "customer_id", "customer_name")
_KNOWN = (*OF_ORDER, *OF_LINE)

Cells = Mapping[str, str]
"""A row by its columns, empty cells left out."""


def header(cells: Sequence[str]) -> Sequence[str]:
    """The names of the columns. Raises `Problem` naming all that are unknown, repeated or not there."""
    names = [cell.strip() for cell in cells]
    faults = [
        Fault(pointer=f"/{name}", detail=f"is no column; there are {', '.join(_KNOWN)}")
        for name in dict.fromkeys(names)
        if name not in _KNOWN
    ]
    faults += [
        Fault(pointer=f"/{name}", detail="stands twice in the header; remove one")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    faults += [
        Fault(pointer=f"/{name}", detail="is not in the header; add it")
        for name in NEEDED
        if name not in names
    ]
    if faults:
        raise invalid(faults)
    return names


def order_of(rows: Sequence[tuple[int, Cells]]) -> ReceiveOrder:
    """The order that rows, each with its line, say together. Raises `Problem` naming all that is wrong.

    A pointer names line and column: `/17/quantity`.
    """
    line, first = rows[0]
    faults = [
        Fault(
            pointer=f"/{other}/{name}",
            detail=f"differs from line {line}, the order's first: mend one of them",
        )
        for other, row in rows[1:]
        for name in OF_ORDER
        if name in row and row[name] != first.get(name)
    ]
    articles = [(number, row) for number, row in rows if any(name in row for name in OF_LINE)]
    asked: dict[str, Any] = {"customer": {}, "content": {}}  # Any: as pydantic takes it
    for name, path in OF_ORDER.items():
        if name in first:
            within = asked[path[0]] if len(path) == 2 else asked
            within[path[-1]] = first[name]
    asked["content"]["lines"] = [{n: row[n] for n in OF_LINE if n in row} for _, row in articles]
    try:
        order = ReceiveOrder.model_validate(asked)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        located = [{**one, "loc": ("body", *_place(one["loc"], line, articles))} for one in found]
        faults += faults_of(located, {str(number): dict.fromkeys(_KNOWN) for number, _ in rows})
    if faults:
        raise invalid(faults)
    return order


def _place(loc: tuple[int | str, ...], first: int, articles: Sequence[tuple[int, Cells]]) -> tuple[str, str]:
    match loc:
        case ("content", "lines", int(index), str(name), *_):
            return str(articles[index][0]), name
        case ("content", "lines", *_):
            return str(first), "item"
    return str(first), next((name for name, path in OF_ORDER.items() if loc[: len(path)] == path), "")
