"""Sorting an order's bill of parts into what is bought and what is not (C18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.contracts.common import BillItem
from events.contracts.purchases import Excluded

OUTSIDE_PROCESSING = {
    "machining": "machining is done under an outside-processing contract (外协), not bought",
    "welding": "welding is done under an outside-processing contract (外协), not bought",
    "casting": "castings are made under an outside-processing contract (外协), not bought",
    "wooden_packing": "wooden boxes are made under an outside-processing contract (外协), not bought",
}
"""Kinds of bill items that are no purchased parts, and why."""


@dataclass(frozen=True, slots=True)
class Need:
    """One part that an order needs, in pieces, and how far the need is met."""

    part: str
    name: str
    kind: str
    needed_by: date | None
    needed: int
    ordered: int = 0
    stocked: int = 0


def purchased(bill: Sequence[BillItem]) -> tuple[BillItem, ...]:
    """What is bought, products of the group's subsidiaries among it."""
    return tuple(item for item in bill if item.kind not in OUTSIDE_PROCESSING)


def excluded(bill: Sequence[BillItem]) -> tuple[Excluded, ...]:
    """What is not bought, each with the reason."""
    return tuple(
        Excluded(part=item.part, reason=OUTSIDE_PROCESSING[item.kind])
        for item in bill
        if item.kind in OUTSIDE_PROCESSING
    )


def needs(items: Iterable[BillItem]) -> tuple[Need, ...]:
    """Items as needs; a part that stands in a bill twice is one need, by the earlier day."""
    found: dict[str, Need] = {}
    for item in items:
        before = found.get(item.part)
        if before is None:
            found[item.part] = Need(item.part, item.name, item.kind, item.needed_by, item.quantity)
        else:
            days = [day for day in (before.needed_by, item.needed_by) if day]
            needed = before.needed + item.quantity
            found[item.part] = replace(before, needed=needed, needed_by=min(days, default=None))
    return tuple(found.values())
