"""A supplier: registered once it was evaluated, with what it offers, and suspended when it disappoints (S18).

One stream each, `supplier-<number>`; the number is the group's own. Suppliers are the group's, so
people of every product company see them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from events import Command, Context, Decider, Event, Forbidden, NotFound, Refused
from events.contracts.common import Amount, Code, Currency, Day, Name, Quantity, Text
from events.contracts.purchases import (
    Channel,
    LeadTime,
    OfferListed,
    OfferWithdrawn,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
)


class RegisterSupplier(Command):
    """This supplier was evaluated and may be bought from; given again, its data are corrected (S18)."""

    supplier_name: Name
    """What it is called."""
    note: Text | None = None
    """What the evaluation found."""


class ListOffer(Command):
    """The supplier offers a part; a later offer of the same part replaces it (C12, S18)."""

    part: Code
    """The part's number."""
    channel: Channel
    """By which way it comes."""
    lead_time_days: LeadTime
    """Calendar days from the purchase order to the delivery."""
    unit_price: Amount
    """For a piece."""
    currency: Currency
    """Of the price."""
    minimum: Quantity = 1
    """Pieces at least in one purchase order."""
    valid_until: Day | None = None
    """The last day on which one may buy at these terms; without it, until it is withdrawn."""


class WithdrawOffer(Command):
    """The supplier offers this part no more."""

    part: Code
    """The part's number."""


class SuspendSupplier(Command):
    """Buy nothing more from this supplier until it is reinstated (S18)."""

    reason: Text
    """What went wrong."""


class ReinstateSupplier(Command):
    """It may be bought from again."""

    reason: Text
    """What was put right."""


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody has evaluated such a supplier."""


@dataclass(frozen=True, slots=True)
class Registered:
    """It was evaluated; orders are placed with it unless it is suspended."""

    registered: SupplierRegistered
    offers: Mapping[str, OfferListed] = field(default_factory=dict)
    """By part."""
    suspended: SupplierSuspended | None = None

    def offer(self, part: str, quantity: int, on: date) -> OfferListed | None:
        """Its offer of so many pieces of a part that can be taken on a day."""
        offer = self.offers.get(part)
        if offer is None or quantity < offer.minimum or (offer.valid_until and offer.valid_until < on):
            return None
        return offer


State = Unregistered | Registered


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to (S18)."""
    if context.by.company is not None:
        raise Forbidden(
            "not-of-group", "all product companies share their suppliers: somebody of the group changes them"
        )
    if isinstance(command, RegisterSupplier):
        return _register(state, command, context)
    if isinstance(state, Unregistered):
        raise NotFound("not-found", "no such supplier; register it first, with its evaluation")
    match command:
        case ListOffer():
            return _list(state, command, context)
        case WithdrawOffer(part=part):
            return [OfferWithdrawn(part=part)] if part in state.offers else []
        case SuspendSupplier(reason=reason):
            return [] if state.suspended else [SupplierSuspended(reason=reason)]
        case ReinstateSupplier(reason=reason):
            return [SupplierReinstated(reason=reason)] if state.suspended else []
    raise TypeError(f"{type(command).__name__} is no command of a supplier")


def evolve(state: State, fact: Event) -> State:
    """The supplier after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    match state, fact:
        case Unregistered(), SupplierRegistered():
            return Registered(fact)
        case Registered(), SupplierRegistered():
            return replace(state, registered=fact)
        case Registered(offers=offers), OfferListed(part=part):
            return replace(state, offers={**offers, part: fact})
        case Registered(offers=offers), OfferWithdrawn(part=gone):
            return replace(state, offers={part: one for part, one in offers.items() if part != gone})
        case Registered(), SupplierSuspended():
            return replace(state, suspended=fact)
        case Registered(), SupplierReinstated():
            return replace(state, suspended=None)
    return state


def _register(state: State, command: RegisterSupplier, context: Context) -> Sequence[Event]:
    if isinstance(state, Registered):
        known = state.registered
        if (known.supplier_name, known.note) == (command.supplier_name, command.note):
            return []
    by = context.by.subject
    return [SupplierRegistered(supplier_name=command.supplier_name, note=command.note, registered_by=by)]


def _list(state: Registered, command: ListOffer, context: Context) -> Sequence[Event]:
    """C12, S18: by which way, in how many days and at what price."""
    if command.valid_until is not None and command.valid_until < context.at.date():
        raise Refused(
            "offer-expired",
            f"this offer ended on {command.valid_until}; ask the supplier for a new one",
            {"valid_until": "lies in the past"},
        )
    offer = OfferListed(**command.model_dump())
    return [] if state.offers.get(command.part) == offer else [offer]


BUYER, OFFERS = frozenset({"buyer"}), frozenset({"buyer", "erp"})
supplier: Decider[State] = Decider(
    category="supplier",
    initial=Unregistered(),
    decide=decide,
    evolve=evolve,
    may={
        RegisterSupplier: BUYER,
        ListOffer: OFFERS,
        WithdrawOffer: OFFERS,
        SuspendSupplier: BUYER,
        ReinstateSupplier: BUYER,
    },
)
