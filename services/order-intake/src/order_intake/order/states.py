"""Where an order can stand on its way (C1), and what is known of it there.

A state holds the facts that led to it, so a command that was fulfilled already is recognised
by its facts, and what cannot be known in a state has no field in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from events.contracts.common import Content, Project
from events.contracts.orders import (
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ContractDrafted,
    ContractSigned,
    ExtensionAgreed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderFoundInfeasible,
    OrderQuoted,
    OrderReceived,
    OrderRefused,
    OrderWithdrawn,
    PartsReported,
    ProductionInstructed,
    QuotationDeclined,
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of every order that was received."""

    received: OrderReceived
    content: Content
    content_version: int = 1
    prepared_by: tuple[str, ...] = ()
    """Who received, supplemented or amended the content; they may not judge it."""
    project: Project | None = None
    rounds: int = 0
    """Quotations made so far; a round's number is never used again, also not after an amendment."""

    def with_content(self, content: Content, by: str, version: int | None = None) -> Dossier:
        """The dossier with content that somebody changed."""
        prepared_by = self.prepared_by if by in self.prepared_by else (*self.prepared_by, by)
        version = self.content_version if version is None else version
        return replace(self, content=content, content_version=version, prepared_by=prepared_by)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has received such an order."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Registered and numbered (C2); sales still has to find out what is missing (S1)."""

    dossier: Dossier
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """Nothing is missing; a complete set needs its project (C4), then the requirements are confirmed (C3)."""

    dossier: Dossier


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


@dataclass(frozen=True, slots=True)
class Terms:
    """What we have bound ourselves to: the content, and what the customer agreed to beside it."""

    agreed: ExtensionAgreed | ConditionsAgreed | None = None

    def delivery_date(self, content: Content) -> date | None:
        """The day we promise: the later one that was agreed, else the one asked for."""
        later = self.agreed.delivery_date if self.agreed else None
        return later or content.delivery_date


@dataclass(frozen=True, slots=True)
class Accepted:
    """We take the order; it is to be quoted (C15)."""

    dossier: Dossier
    terms: Terms = field(default_factory=Terms)
    declined: QuotationDeclined | None = None
    """The customer's answer to the last round, when there was one."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation is with the customer (C15)."""

    dossier: Dossier
    terms: Terms
    quotation: OrderQuoted


@dataclass(frozen=True, slots=True)
class PriceAgreed:
    """The customer accepted the quotation; the contract is to be drafted (C16)."""

    dossier: Dossier
    terms: Terms
    quotation: OrderQuoted


@dataclass(frozen=True, slots=True)
class ContractOpen:
    """The contract is drafted and waits for signatures and seals (C16, S7)."""

    dossier: Dossier
    terms: Terms
    quotation: OrderQuoted
    draft: ContractDrafted
    signatures: tuple[ContractSigned, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractBinding:
    """Both sides signed the same text; production is to be instructed (C17)."""

    dossier: Dossier
    terms: Terms
    quotation: OrderQuoted
    draft: ContractDrafted
    signatures: tuple[ContractSigned, ...]


@dataclass(frozen=True, slots=True)
class Instructed:
    """The product company is making it (C17)."""

    dossier: Dossier
    terms: Terms
    quotation: OrderQuoted
    draft: ContractDrafted
    signatures: tuple[ContractSigned, ...]
    instruction: ProductionInstructed
    parts: PartsReported | None = None
    """Set once all purchased parts are in stock (C18)."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more happens: refused by us, withdrawn by the customer, or conditions declined."""

    dossier: Dossier
    end: OrderRefused | OrderWithdrawn | ConditionsDeclined


Priced = PriceAgreed | ContractOpen | ContractBinding | Instructed
"""The customer has accepted a quotation (C15)."""
Bound = Accepted | Quoted | Priced
"""We have accepted, on these terms."""
Open = (
    Incomplete | Complete | InReview | Infeasible | ExtensionPending | RefusalPending | ConditionsPending
    | Accepted | Quoted | PriceAgreed | ContractOpen | ContractBinding
)  # fmt: skip
"""From reception to the production instruction: the customer may still withdraw."""
State = Unknown | Open | Instructed | Closed
