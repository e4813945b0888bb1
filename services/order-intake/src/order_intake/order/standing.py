"""Where an order stands, in the words of those who ask: its state's name, and who is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts.orders import ConditionsDeclined, OrderRefused
from order_intake.order.states import (
    Accepted,
    Closed,
    Complete,
    ConditionsPending,
    ContractBinding,
    ContractOpen,
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


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting_for` are roles, `customer`, or the service that goes on; `words` go on from "the order ..."."""

    state: str
    waiting_for: tuple[str, ...]
    words: str


def standing(state: State) -> Standing:
    """Where an order in this state stands."""
    match state:
        case Unknown():
            return Standing("unknown", (), "was never received")
        case Incomplete():
            return Standing("incomplete", ("sales",), "is incomplete")
        case Complete():
            return Standing("complete", ("sales",), "waits for its requirements to be confirmed")
        case InReview():
            return Standing("in_review", ("review",), "is in review")
        case Infeasible():
            return Standing("infeasible", ("sales",), "waits for sales to ask the customer for a later date")
        case ExtensionPending():
            return Standing("extension_asked", ("customer",), "waits for the customer's word on a later date")
        case RefusalPending():
            return Standing("refusal_proposed", ("general_manager",), "waits for the word on refusing it")
        case ConditionsPending():
            return Standing(
                "conditions_proposed", ("customer",), "waits for the customer's word on the conditions"
            )
        case Accepted():
            return Standing("accepted", ("sales",), "waits for a quotation")
        case Quoted():
            return Standing("quoted", ("customer",), "waits for the customer's word on the quotation")
        case PriceAgreed():
            return Standing("price_agreed", ("contract_desk",), "waits for its contract to be drafted")
        case ContractOpen(signatures=signatures):
            waiting = {"company": "contract_desk", "customer": "customer"}
            for signed in signatures:
                del waiting[signed.side]
            return Standing("contract_drafted", tuple(waiting.values()), "waits for signatures and seals")
        case ContractBinding():
            return Standing("contract_concluded", ("contract_desk",), "waits for its production instruction")
        case Instructed(parts=None):
            return Standing("instructed", ("procurement",), "is in production, waiting for purchased parts")
        case Instructed():
            return Standing("parts_ready", ("production",), "is in production, all its parts ready")
        case Closed(end=OrderRefused()):
            return Standing("refused", (), "was refused")
        case Closed(end=ConditionsDeclined()):
            return Standing("declined", (), "was closed, its conditions declined")
        case Closed():
            return Standing("withdrawn", (), "was withdrawn")
