"""What procurement does by itself when something happened, here or in order-intake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from events import Reactions, Recorded, Send
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    OrderCancelled,
    ProductionInstructed,
)
from events.contracts.purchases import (
    GoodsReturned,
    InspectionPassed,
    Pieces,
    PurchaseLine,
    PurchaseOrdered,
    PurchaseReduced,
)
from procurement.parts import parts
from procurement.parts.buying import NoteOrdered, ReopenParts, StockParts
from procurement.parts.cancellation import CancelParts, HoldParts, ReleaseParts
from procurement.parts.instruction import RequireParts


def when_production_instructed(fact: Recorded[ProductionInstructed]) -> Send:
    """The bill of an instructed order becomes its needs (C18)."""
    instruction = fact.event
    require = RequireParts(product_company=instruction.product_company, bill=instruction.parts)
    return Send(parts, fact.key, require)


def when_cancellation_asked(fact: Recorded[CancellationAsked]) -> Send:
    """Nothing more is bought for an order that may be cancelled; what was bought is said."""
    asked = fact.event
    return Send(parts, fact.key, HoldParts(request=asked.request, reason=asked.reason))


def when_cancellation_rejected(fact: Recorded[CancellationRejected]) -> Send:
    """The order is made all the same: buying goes on."""
    return Send(parts, fact.key, ReleaseParts(request=fact.event.request))


def when_order_cancelled(fact: Recorded[OrderCancelled]) -> Send:
    """A cancelled order needs nothing; what still comes is free for others."""
    return Send(parts, fact.key, CancelParts(request=fact.event.request))


def when_purchase_ordered(fact: Recorded[PurchaseOrdered]) -> Sequence[Send]:
    """Each order of a purchase order learns what was ordered for it, and at what price."""
    purchase, currency = fact.id_in_stream, fact.event.currency
    return [
        Send(parts, order, NoteOrdered(purchase_order=purchase, parts=pieces, currency=currency))
        for order, pieces in _by_order(fact.event.lines).items()
    ]


def when_inspection_passed(fact: Recorded[InspectionPassed]) -> Sequence[Send]:
    """Each order of a delivery learns what entered stock for it (C18, S19)."""
    purchase, delivery = fact.id_in_stream, fact.event.delivery
    return [
        Send(parts, order, StockParts(purchase_order=purchase, delivery=delivery, parts=pieces))
        for order, pieces in _by_order(fact.event.lines).items()
    ]


def when_purchase_reduced(fact: Recorded[PurchaseReduced]) -> Sequence[Send]:
    """Each order learns what will not come for it."""
    return _reopen(fact.id_in_stream, fact.event)


def when_goods_returned(fact: Recorded[GoodsReturned]) -> Sequence[Send]:
    """Each order learns what failed and will not be replaced (S19)."""
    return _reopen(fact.id_in_stream, fact.event)


def _reopen(purchase: str, event: PurchaseReduced | GoodsReturned) -> Sequence[Send]:
    return [
        Send(parts, order, ReopenParts(purchase_order=purchase, change=event.change, parts=pieces))
        for order, pieces in _by_order(event.lines).items()
    ]


def _by_order(lines: Iterable[PurchaseLine]) -> Mapping[str, tuple[Pieces, ...]]:
    found: dict[str, tuple[Pieces, ...]] = {}
    for line in lines:
        one = Pieces(part=line.part, quantity=line.quantity, unit_price=line.unit_price)
        found[line.order] = (*found.get(line.order, ()), one)
    return found


reactions = Reactions(
    when_production_instructed,
    when_cancellation_asked,
    when_cancellation_rejected,
    when_order_cancelled,
    when_purchase_ordered,
    when_inspection_passed,
    when_purchase_reduced,
    when_goods_returned,
)
