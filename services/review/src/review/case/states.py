"""Where a case, the review of one order, can stand. What is known of it there is in its dossier."""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts.reviews import PanelConvened, RefusalProposed, ReviewConcluded, ReviewVoided
from review.case.dossier import Dossier


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
    """The order was withdrawn or dismissed: nobody need judge it any more."""

    dossier: Dossier
    reason: str


State = (
    Unknown | Requested | Judging | PanelDue | InPanel | RefusalPending | Concluded | Voided | Closed
)  # fmt: skip
