"""Where an order can stand on its way (C1), and what is known of it there: one file for each stage.

A state holds the facts that led to it, so a command that was fulfilled already is recognised
by its facts, and what cannot be known in a state has no field in it.
"""

from __future__ import annotations

from order_intake.order.states.contracting import (
    Accepted,
    ContractBinding,
    ContractInReview,
    ContractOpen,
    ContractReturned,
    PriceAgreed,
    Quoted,
    Terms,
)
from order_intake.order.states.judging import (
    ConditionsPending,
    ExtensionPending,
    Infeasible,
    InReview,
    RefusalPending,
)
from order_intake.order.states.making import CancellationPending, Closed, Instructed
from order_intake.order.states.taking import Complete, Dossier, Incomplete, Unknown

Priced = PriceAgreed | ContractInReview | ContractReturned | ContractOpen | ContractBinding | Instructed
"""The customer has accepted a quotation (C15)."""
Bound = Accepted | Quoted | Priced
"""We have accepted, on these terms."""
Open = (
    Incomplete | Complete | InReview | Infeasible | ExtensionPending | RefusalPending | ConditionsPending
    | Accepted | Quoted | PriceAgreed | ContractInReview | ContractReturned | ContractOpen | ContractBinding
)  # fmt: skip
"""From reception to the production instruction: the customer may still withdraw."""
State = Unknown | Open | Instructed | CancellationPending | Closed

__all__ = [
    "Accepted", "Bound", "CancellationPending", "Closed", "Complete", "ConditionsPending", "ContractBinding",
    "ContractInReview", "ContractOpen", "ContractReturned", "Dossier", "ExtensionPending", "InReview",
    "Incomplete", "Infeasible", "Instructed", "Open", "PriceAgreed", "Priced", "Quoted", "RefusalPending",
    "State", "Terms", "Unknown",
]  # fmt: skip
