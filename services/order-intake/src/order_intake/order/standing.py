"""Where an order stands, in the words of those who ask: its state's name, and who is waited for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

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
    ExtensionPending,
    Incomplete,
    Infeasible,
    InReview,
    Instructed,
    PriceAgreed,
    Quoted,
    RefusalPending,
    State,
    Unknown,
)

StateName = Literal[
    "unknown",
    "incomplete",
    "complete",
    "in_review",
    "infeasible",
    "extension_asked",
    "refusal_proposed",
    "conditions_proposed",
    "accepted",
    "quoted",
    "price_agreed",
    "contract_in_review",
    "contract_returned",
    "contract_cleared",
    "contract_concluded",
    "instructed",
    "parts_ready",
    "cancellation_asked",
    "cancellation_to_decide",
    "refused",
    "declined",
    "withdrawn",
    "dismissed",
    "cancelled",
]
"""Where an order can stand, as callers and lists name it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting_for` are roles, `customer`, or the service that goes on; `words` go on from "the order ..."."""

    state: StateName
    waiting_for: tuple[str, ...]
    words: str


def standing(state: State) -> Standing:
    """Where an order in this state stands."""
    name, words = _named(state)
    signed = [signature.side for signature in state.signatures] if isinstance(state, ContractOpen) else ()
    doubted = not isinstance(state, Unknown) and bool(state.dossier.doubts)
    return Standing(name, waiting_for(name, signed=signed, doubted=doubted), words)


def waiting_for(state: StateName, *, signed: Collection[str] = (), doubted: bool = False) -> tuple[str, ...]:
    """Who is waited for in the state of this name; the sides that `signed` are not any more.

    While it is doubted no step follows but the word of the contract desk (S3).
    """
    waiting = _WAITING_FOR[state]
    if doubted and waiting:
        return ("contract_desk",)
    if state == "contract_cleared":
        return tuple(signer for side, signer in _SIGNERS.items() if side not in signed)
    return waiting


_SIGNERS: Mapping[str, str] = {"company": "contract_desk", "customer": "customer"}
_WAITING_FOR: Mapping[StateName, tuple[str, ...]] = {
    "unknown": (),
    "incomplete": ("sales",),
    "complete": ("sales",),
    "in_review": ("review",),
    "infeasible": ("sales",),
    "extension_asked": ("customer",),
    "refusal_proposed": ("general_manager",),
    "conditions_proposed": ("customer",),
    "accepted": ("sales",),
    "quoted": ("customer",),
    "price_agreed": ("contract_desk",),
    "contract_in_review": ("review",),
    "contract_returned": ("contract_desk",),
    "contract_cleared": tuple(_SIGNERS.values()),
    "contract_concluded": ("contract_desk",),
    "instructed": ("procurement",),
    "parts_ready": ("production",),
    "cancellation_asked": ("procurement",),
    "cancellation_to_decide": ("general_manager",),
    "refused": (),
    "declined": (),
    "withdrawn": (),
    "dismissed": (),
    "cancelled": (),
}


def _named(state: State) -> tuple[StateName, str]:
    match state:
        case Unknown():
            return "unknown", "was never received"
        case Incomplete():
            return "incomplete", "is incomplete"
        case Complete():
            return "complete", "waits for its requirements to be confirmed"
        case InReview():
            return "in_review", "is in review"
        case Infeasible():
            return "infeasible", "waits for sales to ask the customer for a later date"
        case ExtensionPending():
            return "extension_asked", "waits for the customer's word on a later date"
        case RefusalPending():
            return "refusal_proposed", "waits for the word on refusing it"
        case ConditionsPending():
            return "conditions_proposed", "waits for the customer's word on the conditions"
        case Accepted():
            return "accepted", "waits for a quotation"
        case Quoted():
            return "quoted", "waits for the customer's word on the quotation"
        case PriceAgreed():
            return "price_agreed", "waits for its contract to be drafted"
        case ContractInReview():
            return "contract_in_review", "waits for the review of its contract"
        case ContractReturned():
            return "contract_returned", "waits for another draft of its contract"
        case ContractOpen():
            return "contract_cleared", "waits for signatures and seals"
        case ContractBinding():
            return "contract_concluded", "waits for its production instruction"
        case Instructed(parts=None):
            return "instructed", "is in production, waiting for purchased parts"
        case Instructed():
            return "parts_ready", "is in production, all its parts ready"
        case CancellationPending(reported=None):
            return "cancellation_asked", "waits for word on what was bought for it, to be cancelled or not"
        case CancellationPending():
            return "cancellation_to_decide", "waits for the general manager's word on cancelling it"
        case Closed(end=end):
            return _ENDS[type(end)]


_ENDS: Mapping[type[object], tuple[StateName, str]] = {
    orders.OrderRefused: ("refused", "was refused"),
    orders.ConditionsDeclined: ("declined", "was closed, its conditions declined"),
    orders.OrderWithdrawn: ("withdrawn", "was withdrawn"),
    orders.OrderDismissed: ("dismissed", "was dismissed as a duplicate or not genuine"),
    orders.OrderCancelled: ("cancelled", "was cancelled"),
}
