"""The production instruction (C17), and word that its purchased parts are there (C18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from events import Command, Context, Event, Refused
from events.contracts.common import BillItem
from events.contracts.orders import PartsReported, ProductionInstructed
from order_intake.order.refusals import not_due
from order_intake.order.states import Closed, ContractBinding, Instructed, State


class InstructProduction(Command):
    """Tell the product company to make the order (C17)."""

    parts: Annotated[tuple[BillItem, ...], Field(max_length=500)] = ()
    """The bill of parts; what is not a purchased part is sorted out by procurement (C18)."""


class RecordParts(Command):
    """Take over that all purchased parts are in stock; given by the reaction to it, never by a person."""

    purchase_orders: tuple[str, ...] = ()


MAY: Mapping[type[Command], frozenset[str]] = {
    InstructProduction: frozenset({"contract_desk"}),
    RecordParts: frozenset({"system"}),
}


def instruct(state: State, command: InstructProduction, context: Context) -> Sequence[Event]:
    """C17: nothing is made before both sides have signed; the date is the one that was promised."""
    match state:
        case Instructed(instruction=instruction) if instruction.parts == command.parts:
            return []
        case Instructed():
            raise Refused("already-instructed", "production is instructed, with another bill of parts")
        case ContractBinding(dossier, terms):
            promised = terms.delivery_date(dossier.content)
            assert promised is not None, "only complete content is accepted, and it has a date (S1)"
            return [
                ProductionInstructed(
                    product_company=dossier.received.product_company,
                    content=dossier.content,
                    delivery_date=promised,
                    parts=command.parts,
                )
            ]
    raise not_due(state, "production is instructed once the contract is concluded (C17)")


def record_parts(state: State, command: RecordParts, context: Context) -> Sequence[Event]:
    """C18. Word that comes after the order's end changes nothing."""
    match state:
        case Instructed(parts=None):
            return [PartsReported(purchase_orders=command.purchase_orders)]
        case Instructed() | Closed():
            return []
    raise not_due(state, "parts are bought for an order that is instructed (C18)")
