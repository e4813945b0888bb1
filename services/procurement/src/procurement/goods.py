"""Counting goods by order and part, and telling a person which lines of a list do not add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from events import Refused
from events.contracts.purchases import PurchaseLine

Lines = Annotated[tuple[PurchaseLine, ...], Field(min_length=1, max_length=500)]
Goods = Counter[tuple[str, str]]
"""Pieces by order and part."""


def goods(lines: Iterable[PurchaseLine]) -> Goods:
    """Lines that name each part of an order once, counted."""
    return Counter({(line.order, line.part): line.quantity for line in lines})


def lines(pieces: Goods) -> tuple[PurchaseLine, ...]:
    """Counted goods as lines."""
    return tuple(PurchaseLine(order=order, part=part, quantity=n) for (order, part), n in pieces.items())


def total(counts: Iterable[Goods]) -> Goods:
    return sum(counts, Counter())


def check_room(named: Sequence[PurchaseLine], room: Goods, *, field: str, where: str, advice: str) -> None:
    """Refuse lines for more than there is `room` for, naming all of them.

    `field` is the part of the command they stand in; `where` says what the room is.
    """
    check_each_once(named, field=field)
    fields = {
        f"{field}.{number}.quantity": f"{room[line.order, line.part]} {line.part} for {line.order} {where}"
        for number, line in enumerate(named)
        if line.quantity > room[line.order, line.part]
    }
    if fields:
        raise Refused("too-many", f"{'; '.join(fields.values())}: {advice}", fields)


def check_each_once(named: Sequence[PurchaseLine], *, field: str) -> None:
    """Refuse lines that name the same part for the same order twice."""
    seen: set[tuple[str, str]] = set()
    fields = {}
    for number, line in enumerate(named):
        if (line.order, line.part) in seen:
            fields[f"{field}.{number}"] = f"{line.part} for {line.order} stands there already"
        seen.add((line.order, line.part))
    if fields:
        raise Refused("line-repeated", "name each part once for each order, with all its pieces", fields)
