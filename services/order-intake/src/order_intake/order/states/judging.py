"""While it is judged whether we take the order, and on which terms (C5 to C8, C14)."""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts.orders import (
    ConditionsProposed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderFoundInfeasible,
)
from order_intake.order.states.taking import Dossier


@dataclass(frozen=True, slots=True)
class InReview:
    """Confirmed, and being judged by the review service (C5 to C14)."""

    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Infeasible:
    """The date cannot be met; sales is to ask for an extension (C7)."""

    dossier: Dossier
    found: OrderFoundInfeasible


@dataclass(frozen=True, slots=True)
class ExtensionPending:
    """The customer was asked for a later date (C7)."""

    dossier: Dossier
    found: OrderFoundInfeasible
    asked: ExtensionAsked


@dataclass(frozen=True, slots=True)
class RefusalPending:
    """The customer cannot wait; the general manager has the word on refusing (C8)."""

    dossier: Dossier
    declined: ExtensionDeclined


@dataclass(frozen=True, slots=True)
class ConditionsPending:
    """Conditions are proposed; they bind once the customer agrees (C14)."""

    dossier: Dossier
    proposed: ConditionsProposed
