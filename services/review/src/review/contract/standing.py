"""Where the review of a contract stands, in the words of those who ask."""

from __future__ import annotations

from dataclasses import dataclass

from review.contract.roles import AWAITED
from review.contract.states import Closed, Concluded, InReview, State, Unknown


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting_for` are roles; `words` go on from "the contract ..."."""

    state: str
    waiting_for: tuple[str, ...]
    words: str


def standing(state: State) -> Standing:
    """Where a contract in this state stands."""
    match state:
        case Unknown():
            return Standing("unknown", (), "was never drafted")
        case InReview(dossier):
            waiting = tuple(role for aspect, role in AWAITED.items() if aspect not in dossier.judgements)
            return Standing("in_review", waiting, "is in review")
        case Concluded(conclusion=conclusion):
            return Standing(conclusion.outcome, (), f"was {conclusion.outcome}")
        case Closed(reason=reason):
            return Standing("closed", (), f"is reviewed no more: {reason}")
