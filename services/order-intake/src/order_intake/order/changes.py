"""What the customer may do on the way: change the content, or take the order back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Context, Event, Refused
from events.contracts.common import Content, Text
from events.contracts.orders import OrderAmended, OrderWithdrawn
from order_intake.order.intake import checked
from order_intake.order.refusals import not_open
from order_intake.order.states import Closed, ContractBinding, Instructed, State, Unknown


class AmendOrder(Command):
    """Change the content at the customer's wish: a new version, to be confirmed and reviewed anew."""

    content: Content
    """The whole new content."""
    reason: Text
    """Why, and who asked for it."""


class WithdrawOrder(Command):
    """Take the order back for the customer, at any point before its production instruction."""

    reason: Text
    """Why the customer withdraws."""


MAY: Mapping[type[Command], frozenset[str]] = {
    AmendOrder: frozenset({"sales", "contract_desk"}),
    WithdrawOrder: frozenset({"sales", "contract_desk"}),
}


def amend(state: State, command: AmendOrder, context: Context) -> Sequence[Event]:
    """A new version of the content: whatever was judged, agreed, quoted or drafted on the old one is void."""
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    if command.content == state.dossier.content:
        return []
    if isinstance(state, ContractBinding | Instructed):
        raise Refused("contract-binding", "both sides have signed: the contract fixes the content (C16)")
    amended = OrderAmended(
        content=command.content,
        content_version=state.dossier.content_version + 1,
        reason=command.reason,
        amended_by=context.by.subject,
    )
    dossier = state.dossier.with_content(command.content, amended.amended_by, amended.content_version)
    return [amended, checked(dossier, context)]


def withdraw(state: State, command: WithdrawOrder, context: Context) -> Sequence[Event]:
    """The customer is free until production is instructed."""
    match state:
        case Closed(end=OrderWithdrawn()):
            return []
        case Unknown() | Closed():
            raise not_open(state)
        case Instructed():
            raise Refused(
                "already-instructed",
                "production is instructed and has its cost by now: ask for the cancellation, "
                "which the general manager decides",
            )
    return [OrderWithdrawn(reason=command.reason)]
