"""What each fact makes of an order: its way (C1) as one table.

No rule lives here: what was recorded has happened.
"""

from __future__ import annotations

from dataclasses import replace

from events import Event
from events.contracts import orders
from order_intake.order.states import (
    Accepted,
    CancellationPending,
    Closed,
    Complete,
    ConditionsPending,
    ContractBinding,
    ContractInReview,
    ContractOpen,
    ContractReturned,
    Dossier,
    ExtensionPending,
    Incomplete,
    Infeasible,
    InReview,
    Instructed,
    Open,
    PriceAgreed,
    Quoted,
    RefusalPending,
    State,
    Terms,
    Unknown,
)


def evolve(state: State, fact: Event) -> State:
    """The order after a fact. Total: a fact that cannot follow on a state leaves it as it is."""
    if isinstance(state, CancellationPending):
        return _while_cancellation_is_pending(state, fact)
    match fact:
        case orders.OrderAmended() if isinstance(state, Open):
            content = state.dossier.with_content(fact.content, fact.amended_by, fact.content_version)
            return Incomplete(content)
        case orders.OrderWithdrawn() | orders.OrderDismissed() if isinstance(state, Open):
            return Closed(state.dossier, fact)
        case orders.OrderDoubted() if isinstance(state, Open | Instructed):
            return replace(
                state, dossier=replace(state.dossier, doubts=(*state.dossier.doubts, *fact.doubts))
            )
        case orders.DoubtsCleared() if isinstance(state, Open | Instructed):
            return replace(state, dossier=replace(state.dossier, doubts=()))
    match state, fact:
        case Unknown(), orders.OrderReceived():
            return Incomplete(Dossier(fact, fact.content, prepared_by=(fact.received_by,)))
        case Incomplete(dossier), orders.OrderFoundIncomplete():
            return Incomplete(dossier, fact.missing)
        case Incomplete(dossier), orders.OrderSupplemented():
            return Incomplete(dossier.with_content(fact.content, fact.supplemented_by))
        case Incomplete(dossier), orders.OrderCompleted():
            return Complete(dossier)
        case Incomplete(dossier) | Complete(dossier), orders.ProjectRegistered():
            return replace(state, dossier=replace(dossier, project=fact.project))
        case Complete(dossier), orders.RequirementsConfirmed():
            return InReview(dossier)
        case InReview(dossier), orders.OrderFoundInfeasible():
            return Infeasible(dossier, fact)
        case Infeasible(dossier, found), orders.ExtensionAsked():
            return ExtensionPending(dossier, found, fact)
        case ExtensionPending(dossier), orders.ExtensionAgreed():
            return Accepted(dossier, Terms(fact))
        case ExtensionPending(dossier), orders.ExtensionDeclined():
            return RefusalPending(dossier, fact)
        case InReview(dossier), orders.ConditionsProposed():
            return ConditionsPending(dossier, fact)
        case ConditionsPending(dossier), orders.ConditionsAgreed():
            return Accepted(dossier, Terms(fact))
        case ConditionsPending(dossier), orders.ConditionsDeclined():
            return Closed(dossier, fact)
        case InReview(dossier) | RefusalPending(dossier), orders.OrderAccepted():
            return Accepted(dossier)
        case InReview(dossier) | RefusalPending(dossier), orders.OrderRefused():
            return Closed(dossier, fact)
        case Accepted(dossier, terms) | Quoted(dossier, terms), orders.OrderQuoted():
            return Quoted(replace(dossier, rounds=fact.round), terms, fact)
        case Quoted(dossier, terms), orders.QuotationDeclined():
            return Accepted(dossier, terms, fact)
        case Quoted(dossier, terms, quotation), orders.QuotationAccepted():
            return PriceAgreed(dossier, terms, quotation)
    return _contract(state, fact)


def _contract(state: State, fact: Event) -> State:
    """From an agreed price to the production instruction.

    Before contracts were reviewed (S6) they were signed right after their draft; those are as good as cleared.
    """
    match state, fact:
        case (
            PriceAgreed(dossier, terms, price)
            | ContractInReview(dossier, terms, price)
            | ContractReturned(dossier, terms, price)
            | ContractOpen(dossier, terms, price),
            orders.ContractDrafted(),
        ):
            return ContractInReview(dossier, terms, price, fact)
        case ContractInReview(dossier, terms, price, draft), orders.ContractCleared():
            return ContractOpen(dossier, terms, price, draft)
        case ContractInReview(dossier, terms, price, draft), orders.ContractReturned():
            return ContractReturned(dossier, terms, price, draft, fact)
        case ContractInReview(dossier, terms, price, draft), orders.ContractSigned():
            return ContractOpen(dossier, terms, price, draft, (fact,))
        case ContractOpen(dossier, terms, price, draft, signatures), orders.ContractSigned():
            return ContractOpen(dossier, terms, price, draft, (*signatures, fact))
        case ContractOpen(dossier, terms, price, draft, signatures), orders.ContractConcluded():
            return ContractBinding(dossier, terms, price, draft, signatures)
        case ContractBinding(dossier, terms, price, draft, signatures), orders.ProductionInstructed():
            return Instructed(dossier, terms, price, draft, signatures, fact)
        case Instructed(), orders.PartsReported():
            return replace(state, parts=fact)
        case Instructed(), orders.CancellationAsked():
            return CancellationPending(state, fact)
    return state


def _while_cancellation_is_pending(state: CancellationPending, fact: Event) -> State:
    """Whatever else happens to the order beneath is not lost: it goes on with it when rejected."""
    match fact:
        case orders.CommitmentReported():
            return replace(state, reported=fact)
        case orders.CancellationRejected():
            return replace(state.instructed, rejected=fact)
        case orders.OrderCancelled():
            return Closed(state.dossier, fact)
    beneath = evolve(state.instructed, fact)
    return replace(state, instructed=beneath) if isinstance(beneath, Instructed) else state
