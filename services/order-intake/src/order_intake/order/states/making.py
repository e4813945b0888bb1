"""Instructed (C17), perhaps to be cancelled after all, and an order's end."""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts import orders
from order_intake.order.states.contracting import Terms
from order_intake.order.states.taking import Dossier


@dataclass(frozen=True, slots=True)
class Instructed:
    """The product company is making it (C17)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted
    draft: orders.ContractDrafted
    signatures: tuple[orders.ContractSigned, ...]
    instruction: orders.ProductionInstructed
    parts: orders.PartsReported | None = None
    """Set once all purchased parts are in stock (C18)."""
    rejected: orders.CancellationRejected | None = None
    """The last word on cancelling it, when that was asked for; its request is the number of them so far."""


@dataclass(frozen=True, slots=True)
class CancellationPending:
    """The customer wants it cancelled; the general manager decides, knowing what was bought for it."""

    instructed: Instructed
    """The order as it goes on when the cancellation is rejected."""
    asked: orders.CancellationAsked
    reported: orders.CommitmentReported | None = None
    """What has been bought and what it costs, as procurement stated it last."""

    @property
    def dossier(self) -> Dossier:
        return self.instructed.dossier


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more happens: refused, withdrawn, conditions declined, dismissed or cancelled."""

    dossier: Dossier
    end: (
        orders.OrderRefused
        | orders.OrderWithdrawn
        | orders.ConditionsDeclined
        | orders.OrderDismissed
        | orders.OrderCancelled
    )
