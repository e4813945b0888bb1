"""What each fact makes of an order's purchased parts. No rule lives here: what was recorded has happened."""

from __future__ import annotations

from dataclasses import replace

from events import Event
from events.contracts.purchases import (
    CommitmentStated,
    PartsCancelled,
    PartsHeld,
    PartsOrdered,
    PartsReady,
    PartsReleased,
    PartsReopened,
    PartsRequired,
    PartsStocked,
    SurplusOrdered,
    SurplusReduced,
    SurplusStocked,
)
from procurement.parts.states import Cancelled, Going, Held, Required, State, count


def evolve(state: State, fact: Event) -> State:
    """The parts after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    ledger = state.ledger
    match fact:
        case PartsRequired(product_company=company, needs=needs, excluded=excluded):
            return Required(company, needs, excluded, ledger, state.course, free=ledger.purchases)
        case PartsOrdered(purchase_order=purchase) | SurplusOrdered(purchase_order=purchase):
            return replace(state, ledger=ledger.with_ordered(purchase, fact.parts, fact.currency))
        case PartsReopened(purchase_order=purchase) | SurplusReduced(purchase_order=purchase):
            return replace(state, ledger=ledger.with_less(purchase, fact.change, fact.parts))
        case PartsStocked(purchase_order=purchase) | SurplusStocked(purchase_order=purchase):
            state = replace(state, ledger=ledger.with_stocked(purchase, fact.delivery, fact.parts))
            if isinstance(state, Required) and isinstance(fact, PartsStocked):
                sources = tuple(dict.fromkeys((*state.sources, purchase)))
                return replace(state, stocked=state.stocked + count(fact.parts), sources=sources)
            return state
        case PartsReady() if isinstance(state, Required):
            return replace(state, ready=True)
        case PartsHeld(request=request):
            return replace(state, course=Held(request))
        case CommitmentStated(request=request, commitment=commitment):
            return replace(state, course=Held(request, commitment))
        case PartsReleased(request=request):
            return replace(state, course=Going(released=request))
        case PartsCancelled(request=request):
            return replace(state, course=Cancelled(request))
    return state
