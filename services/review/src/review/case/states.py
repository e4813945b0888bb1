"""Where a case can stand, and what is known of it there.

A case is the review of one order. The words given on it are kept as the facts they are, so
that whose word counts, whose is void and what was given already all follow from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from events.contracts.reviews import (
    CaseDecided,
    DeliveryJudged,
    Department,
    OpinionGiven,
    OrderClassified,
    PanelConvened,
    RefusalApproved,
    RefusalProposed,
    RefusalRejected,
    ReviewConcluded,
    ReviewRequested,
    ReviewVoided,
)

Word = DeliveryJudged | OpinionGiven | CaseDecided | RefusalApproved | RefusalRejected
"""What a person said on the present content."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is judged, how it was classified, and all words on it, oldest first."""

    request: ReviewRequested
    classified: OrderClassified | None = None
    words: tuple[Word, ...] = ()

    @property
    def judgements(self) -> Mapping[str, DeliveryJudged]:
        """The word of each side on the delivery date: its last one (C6)."""
        return {word.side: word for word in self.words if isinstance(word, DeliveryJudged)}

    @property
    def opinions(self) -> Mapping[Department, OpinionGiven]:
        """The opinion of each department: its last one, and production's only if it is the last (C13)."""
        given: dict[Department, OpinionGiven] = {}
        for word in self.words:
            if isinstance(word, OpinionGiven):
                given.pop("production", None)
                given[word.department] = word
        return given

    @property
    def given_by(self) -> tuple[str, ...]:
        """Everybody who gave a word, each once."""
        return tuple(dict.fromkeys(giver(word) for word in self.words))


def giver(word: Word) -> str:
    """Whose word it is."""
    match word:
        case DeliveryJudged():
            return word.judged_by
        case OpinionGiven():
            return word.given_by
    return word.decided_by


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has asked for this order to be reviewed."""


@dataclass(frozen=True, slots=True)
class Requested:
    """Asked for, and about to be classified (C5)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Judging:
    """Conventional: the contract desk and the production manager judge the delivery date (C6)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True)
class PanelDue:
    """Non-conventional: the contract desk's head is to convene the departments (C9)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True)
class InPanel:
    """The departments give their opinions, then the general manager decides (C10 to C14)."""

    dossier: Dossier
    panel: PanelConvened


@dataclass(frozen=True, slots=True)
class RefusalPending:
    """The customer cannot wait; the general manager has the word on refusing (C8)."""

    dossier: Dossier
    proposed: RefusalProposed


@dataclass(frozen=True, slots=True)
class Concluded:
    """Judged: order-intake goes on with the outcome."""

    dossier: Dossier
    conclusion: ReviewConcluded


@dataclass(frozen=True, slots=True)
class Voided:
    """The content changed; nothing is judged until it is confirmed anew."""

    dossier: Dossier
    voided: ReviewVoided


@dataclass(frozen=True, slots=True)
class Closed:
    """The order was withdrawn: nobody need judge it any more."""

    dossier: Dossier
    reason: str


State = (
    Unknown | Requested | Judging | PanelDue | InPanel | RefusalPending | Concluded | Voided | Closed
)  # fmt: skip
