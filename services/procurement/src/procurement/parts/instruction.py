"""The production instruction's bill of parts becomes the order's needs (C17, C18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Event, Refused
from events.contracts.common import BillItem, Code
from events.contracts.purchases import PartsReady, PartsRequired
from procurement.bill import excluded, purchased
from procurement.parts.states import Cancelled, Required, State


class RequireParts(Command):
    """The order is instructed; this is its bill of parts (C17, C18)."""

    product_company: Code
    bill: tuple[BillItem, ...]


MAY: Mapping[type[Command], frozenset[str]] = {RequireParts: frozenset({"system"})}


def require(state: State, command: RequireParts) -> Sequence[Event]:
    """C18: what is bought, and what is not with the reason; ready at once when nothing is."""
    needs, others = purchased(command.bill), excluded(command.bill)
    if isinstance(state, Required):
        if (state.needs, state.excluded) == (needs, others):
            return []
        raise Refused("bill-differs", "this order was instructed with another bill; compare the instructions")
    required = PartsRequired(product_company=command.product_company, needs=needs, excluded=others)
    return [required] if needs or isinstance(state.course, Cancelled) else [required, PartsReady()]
