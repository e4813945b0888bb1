"""What procurement does by itself when something happened, here or in order-intake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from events import Reactions, Recorded, Send
from events.contracts.orders import ProductionInstructed
from events.contracts.purchases import InspectionPassed, Pieces, PurchaseLine, PurchaseOrdered
from procurement.parts import NoteOrdered, RequireParts, StockParts, parts


def when_production_instructed(fact: Recorded[ProductionInstructed]) -> Send:
    """The bill of an instructed order becomes its needs (C18)."""
    instruction = fact.event
    require = RequireParts(product_company=instruction.product_company, bill=instruction.parts)
    return Send(parts, fact.key, require)


def when_purchase_ordered(fact: Recorded[PurchaseOrdered]) -> Sequence[Send]:
    """Each order of a purchase order learns what was ordered for it."""
    purchase = fact.id_in_stream
    return [
        Send(parts, order, NoteOrdered(purchase_order=purchase, parts=pieces))
        for order, pieces in _by_order(fact.event.lines).items()
    ]


def when_inspection_passed(fact: Recorded[InspectionPassed]) -> Sequence[Send]:
    """Each order of a delivery learns what entered stock for it (C18, S19)."""
    purchase, delivery = fact.id_in_stream, fact.event.delivery
    return [
        Send(parts, order, StockParts(purchase_order=purchase, delivery=delivery, parts=pieces))
        for order, pieces in _by_order(fact.event.lines).items()
    ]


def _by_order(lines: Iterable[PurchaseLine]) -> Mapping[str, tuple[Pieces, ...]]:
    found: dict[str, tuple[Pieces, ...]] = {}
    for line in lines:
        one = Pieces(part=line.part, quantity=line.quantity)
        found[line.order] = (*found.get(line.order, ()), one)
    return found


reactions = Reactions(when_production_instructed, when_purchase_ordered, when_inspection_passed)
