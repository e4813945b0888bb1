"""From first information to confirmed requirements (C2 to C4, S1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Code, Content, Customer, Name, Project
from events.contracts.orders import (
    Channel,
    OrderCompleted,
    OrderFoundIncomplete,
    OrderReceived,
    OrderSupplemented,
    ProjectRegistered,
    RequirementsConfirmed,
)
from order_intake.completeness import missing
from order_intake.likeness import likeness_of
from order_intake.order.refusals import content_changed, not_due, not_open
from order_intake.order.states import Closed, Complete, Dossier, Incomplete, State, Unknown


class ReceiveOrder(Command):
    """Register and number a request (C2). The answer names what is still missing (S1)."""

    customer: Customer
    """Who orders."""
    product_company: Code
    """The group's company that would make it."""
    channel: Channel
    """How the request came (S2)."""
    reference: Name | None = None
    """The customer's own number for it."""
    content: Content
    """What is wanted, as far as it is known."""


class CompleteOrder(Command):
    """Supplement what was missing, giving the whole content as it is known now (S1)."""

    content: Content
    """The whole content, not only what is new."""


class RegisterProject(Command):
    """Register the engineering project of a complete set (C4)."""

    project: Project
    """The project's data; until the requirements are confirmed a later one replaces it."""


class ConfirmRequirements(Command):
    """State that sales and the customer agree on what is wanted (C3). The review starts."""

    content_version: int = Field(ge=1)
    """The version of the content that was confirmed."""


_SALES_DESK = frozenset({"sales", "contract_desk"})
MAY: Mapping[type[Command], frozenset[str]] = {
    ReceiveOrder: _SALES_DESK | {"erp"},
    CompleteOrder: _SALES_DESK | {"erp"},
    RegisterProject: _SALES_DESK,
    ConfirmRequirements: frozenset({"sales"}),
}


def receive(state: State, command: ReceiveOrder, context: Context) -> Sequence[Event]:
    """C2, and at once S1."""
    if not context.by.sees(command.product_company):
        raise Forbidden("other-company", f"{context.by.subject} takes orders for {context.by.company} only")
    received = OrderReceived(**vars(command), received_by=context.by.subject)
    if isinstance(state, Unknown):
        return [received, checked(Dossier(received, received.content), context)]
    if received == state.dossier.received:
        return []
    raise Refused("number-taken", "another order has this number: receive it again, it gets a new one")


def complete(state: State, command: CompleteOrder, context: Context) -> Sequence[Event]:
    """S1 again: all that is still missing, at once."""
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    if command.content == state.dossier.content:
        return []
    if not isinstance(state, Incomplete):
        raise Refused("already-complete", "nothing is missing any more: amend the order to change it")
    supplemented = OrderSupplemented(content=command.content, supplemented_by=context.by.subject)
    dossier = state.dossier.with_content(command.content, context.by.subject)
    return [supplemented, checked(dossier, context)]


def register_project(state: State, command: RegisterProject, context: Context) -> Sequence[Event]:
    """C4. Until the requirements are confirmed the project's data may still be corrected."""
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    if command.project == state.dossier.project:
        return []
    if not isinstance(state, Incomplete | Complete):
        raise not_due(state, "a project is registered before the requirements are confirmed")
    if not state.dossier.content.complete_set:
        raise Refused("no-complete-set", "only a complete set has a project; mark it as one first (C4)")
    return [ProjectRegistered(project=command.project)]


def confirm(state: State, command: ConfirmRequirements, context: Context) -> Sequence[Event]:
    """C3, and for a complete set C4 before it."""
    if isinstance(state, Unknown | Closed):
        raise not_open(state)
    dossier = state.dossier
    if command.content_version != dossier.content_version:
        raise content_changed(command.content_version, dossier.content_version)
    if isinstance(state, Incomplete):
        raise Refused("order-incomplete", f"still missing (S1): {'; '.join(state.missing)}")
    if not isinstance(state, Complete):
        return []
    if dossier.content.complete_set and dossier.project is None:
        raise Refused("project-missing", "a complete set has its project registered first (C4)")
    return [
        RequirementsConfirmed(
            customer=dossier.received.customer,
            product_company=dossier.received.product_company,
            content=dossier.content,
            content_version=dossier.content_version,
            project=dossier.project if dossier.content.complete_set else None,
            confirmed_by=context.by.subject,
            prepared_by=dossier.prepared_by,
        )
    ]


def checked(dossier: Dossier, context: Context) -> OrderCompleted | OrderFoundIncomplete:
    """Whether content is complete (S1), and if so what it is like (S3), as the fact that says so."""
    content, received = dossier.content, dossier.received
    found = missing(content, context.at.date())
    if found:
        return OrderFoundIncomplete(missing=found)
    return OrderCompleted(
        content=content,
        content_version=dossier.content_version,
        likeness=likeness_of(received.product_company, received.customer.id, content),
    )
