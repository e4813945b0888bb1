"""Completeness and validity of an order's content: everything that is missing, named at once (S1)."""

from __future__ import annotations

from datetime import date

from events.contracts.common import Content


def missing(content: Content, on: date) -> tuple[str, ...]:
    """What sales must still find out before requirements can be confirmed (C3), judged on a day.

    Named by where it stands, `lines[0].quantity`; what is there and cannot be right has the
    reason behind it, `delivery_date: lies in the past`. Empty when the content is complete.
    """
    found = [] if content.lines else ["lines"]
    found += [
        f"lines[{number}].{name}"
        for number, line in enumerate(content.lines)
        for name in ("model", "specification", "quantity")
        if getattr(line, name) is None
    ]
    if content.technical_requirements is None:
        found.append("technical_requirements")
    if content.quality_requirements is None:
        found.append("quality_requirements")
    if content.delivery_date is None:
        found.append("delivery_date")
    elif content.delivery_date < on:
        found.append("delivery_date: lies in the past")
    return tuple(found)
