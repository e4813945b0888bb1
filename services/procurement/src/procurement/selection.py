"""Selecting a supplier: at which price, and why this one when another's offer is better (S18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from events import Refused
from events.contracts.purchases import OfferListed, PurchaseLine
from procurement.lead_times import Offered
from procurement.purchase import PlacePurchaseOrder
from procurement.supplier import Registered, State

Days = Mapping[tuple[str, str], date | None]
"""By order and part, the day it is needed by; None where nobody named one."""


def selectable(id: str, state: State) -> Registered:
    """The supplier, when it may be bought from. Raises `Refused` (S18)."""
    if not isinstance(state, Registered):
        raise Refused(
            "supplier-unknown",
            f"no supplier {id} is registered; evaluate it, then POST /suppliers/{id}/registration",
            {"supplier": "not registered"},
        )
    if state.suspended:
        raise Refused(
            "supplier-suspended",
            f"{state.registered.supplier_name} is suspended ({state.suspended.reason}); select another supplier",
            {"supplier": "suspended"},
        )
    return state


def with_terms(command: PlacePurchaseOrder, supplier: Registered, today: date) -> PlacePurchaseOrder:
    """With the registered name, and the prices of the supplier's offers where none was negotiated."""
    pieces = _pieces(command.lines)
    offered = {
        part: offer for part, n in pieces.items() if (offer := supplier.offer(part, n, today)) is not None
    }
    currency = command.currency
    if currency is None and all(line.unit_price is None for line in command.lines):
        currencies = sorted({offer.currency for part, offer in offered.items()})
        if len(currencies) > 1:
            raise Refused(
                "currencies-differ",
                f"its offers are in {' and '.join(currencies)}; place one purchase order for each, "
                "or name the prices and their currency",
                {"currency": "not clear"},
            )
        currency = next(iter(currencies), None)
    lines = tuple(
        line.model_copy(update={"unit_price": offer.unit_price})
        if line.unit_price is None and (offer := offered.get(line.part)) and offer.currency == currency
        else line
        for line in command.lines
    )
    name = command.supplier_name or supplier.registered.supplier_name
    return command.model_copy(update={"lines": lines, "currency": currency, "supplier_name": name})


def check_selection(
    command: PlacePurchaseOrder, supplier: Registered, market: Sequence[Offered], days: Days, today: date
) -> None:
    """Refuse a supplier whose terms another's offer beats, unless it is said why (S18)."""
    if command.selection is not None:
        return
    pieces = _pieces(command.lines)
    fields: dict[str, str] = {}
    for number, line in enumerate(command.lines):
        offer = supplier.offer(line.part, pieces[line.part], today)
        chosen = _Terms(line.unit_price, command.currency, _day(offer, today) if offer else None)
        day = days.get((line.order, line.part)) or command.due
        better = [
            f"{one.supplier} ({one.unit_price} {one.currency}, {_day(one, today)})"
            for one in market
            if one.part == line.part
            and one.supplier != command.supplier
            and one.takes(pieces[line.part], today)
            and _beats(one, chosen, day, today)
        ]
        if better:
            fields[f"lines.{number}.part"] = f"better offers of {line.part}: {', '.join(sorted(better))}"
    if fields:
        raise Refused(
            "selection-missing",
            "others offer some of it cheaper or in time; say in `selection` why you take this supplier",
            fields | {"selection": "missing"},
        )


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the chosen supplier asks for a piece, and when it delivers; None where that is not known."""

    unit_price: Decimal | None
    currency: str | None
    earliest: date | None


def _beats(other: Offered, chosen: _Terms, day: date | None, today: date) -> bool:
    """Whether it comes in time when the chosen does not; else is cheaper; of two late ones, is earlier."""
    earliest = _day(other, today)
    in_time = day is None or earliest <= day
    if in_time != (day is None or (chosen.earliest is not None and chosen.earliest <= day)):
        return in_time
    if not in_time:
        return chosen.earliest is None or earliest < chosen.earliest
    if chosen.unit_price is None:
        return True
    return other.currency == chosen.currency and other.unit_price < chosen.unit_price


def _day(offer: Offered | OfferListed, today: date) -> date:
    return today + timedelta(days=offer.lead_time_days)


def _pieces(lines: Iterable[PurchaseLine]) -> Counter[str]:
    """By part, over all orders: what a supplier's minimum is compared with."""
    count: Counter[str] = Counter()
    for line in lines:
        count[line.part] += line.quantity
    return count
