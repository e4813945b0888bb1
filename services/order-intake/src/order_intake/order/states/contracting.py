"""Accepted, then quoted (C15), and its contract drafted, reviewed, signed and sealed (C16, S6, S7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from events.contracts import orders
from events.contracts.common import Content
from order_intake.order.states.taking import Dossier


@dataclass(frozen=True, slots=True)
class Terms:
    """What we have bound ourselves to: the content, and what the customer agreed to beside it."""

    agreed: orders.ExtensionAgreed | orders.ConditionsAgreed | None = None

    def delivery_date(self, content: Content) -> date | None:
        """The day we promise: the later one that was agreed, else the one asked for."""
        later = self.agreed.delivery_date if self.agreed else None
        return later or content.delivery_date


@dataclass(frozen=True, slots=True)
class Accepted:
    """We take the order; it is to be quoted (C15)."""

    dossier: Dossier
    terms: Terms = field(default_factory=Terms)
    declined: orders.QuotationDeclined | None = None
    """The customer's answer to the last round, when there was one."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation is with the customer (C15)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted


@dataclass(frozen=True, slots=True)
class PriceAgreed:
    """The customer accepted the quotation; the contract is to be drafted (C16)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted


@dataclass(frozen=True, slots=True)
class ContractInReview:
    """The contract is drafted, and its clauses are being reviewed (S6)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted
    draft: orders.ContractDrafted


@dataclass(frozen=True, slots=True)
class ContractReturned:
    """The review found faults in the draft: another one is needed (S6)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted
    draft: orders.ContractDrafted
    returned: orders.ContractReturned


@dataclass(frozen=True, slots=True)
class ContractOpen:
    """The draft is cleared (S6), and waits for signatures and seals (C16, S7)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted
    draft: orders.ContractDrafted
    signatures: tuple[orders.ContractSigned, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractBinding:
    """Both sides signed the same text; production is to be instructed (C17)."""

    dossier: Dossier
    terms: Terms
    quotation: orders.OrderQuoted
    draft: orders.ContractDrafted
    signatures: tuple[orders.ContractSigned, ...]
