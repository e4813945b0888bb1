"""What has been bought for an order, and what that costs: what a decision on cancelling it must know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from events import Event
from events.contracts.common import Commitment, CommittedLine, Money
from events.contracts.purchases import CommitmentStated
from procurement.parts.ledger import Ledger
from procurement.parts.states import Held, State


def commitment(ledger: Ledger) -> Commitment:
    """All that purchase orders hold for the order, with the sum of what is priced in each currency."""
    lines = []
    costs: dict[str, Decimal] = defaultdict(Decimal)
    unpriced = 0
    for (purchase, part), bought in sorted(ledger.lines.items()):
        if not bought.quantity:
            continue
        lines.append(
            CommittedLine(
                purchase_order=purchase,
                part=part,
                quantity=bought.quantity,
                stocked=bought.stocked,
                unit_price=bought.unit_price,
                currency=bought.currency,
            )
        )
        if bought.unit_price is None or bought.currency is None:
            unpriced += bought.quantity
        else:
            costs[bought.currency] += bought.quantity * bought.unit_price
    sums = tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(costs.items()))
    return Commitment(lines=tuple(lines), costs=sums, unpriced=unpriced)


def restate(state: State) -> Sequence[Event]:
    """For a held order, what is not yet said of its commitment; also when there is none."""
    match state.course:
        case Held(request=request, stated=stated) if stated != (now := commitment(state.ledger)):
            return [CommitmentStated(request=request, commitment=now)]
    return []
