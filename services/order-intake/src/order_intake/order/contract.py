"""The contract: drafted, reviewed, then signed and sealed by both sides (C16, S6, S7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from events import Command, Context, Event, Forbidden, Refused
from events.contracts import orders
from events.contracts.common import Address, Code, Digest, Finding, Name
from order_intake.order.refusals import not_due, not_open
from order_intake.order.states import (
    ContractBinding,
    ContractInReview,
    ContractOpen,
    ContractReturned,
    Instructed,
    PriceAgreed,
    Priced,
    State,
    Unknown,
)


class DraftContract(Command):
    """Put the written contract forward, to be reviewed and then signed (C16, S6)."""

    contract: Code
    """The contract's number."""
    digest: Digest
    """SHA-256 of the contract's text: what is reviewed and signed is this text and no other."""
    document: Address | None = None
    """Where its text can be read."""


class RecordContractReview(Command):
    """Take over what the contract's review concluded; given by the reaction to it, never by a person."""

    contract: Code
    digest: Digest
    outcome: Literal["cleared", "returned"]
    findings: tuple[Finding, ...] = ()


class SignContract(Command):
    """Record that one side signed and sealed the contract (C16, S7)."""

    side: Literal["company", "customer"]
    """Who signed: our side or the customer's."""
    digest: Digest
    """SHA-256 of the text that was signed; it must be the draft's."""
    signatory: Name
    """The person who signed."""


_SIDES = {
    "company": frozenset({"contract_desk", "general_manager", "deputy_general_manager"}),
    "customer": frozenset({"sales", "contract_desk"}),
}
"""Who may record the signature of which side; sales alone cannot bind the company (S4)."""
MAY: Mapping[type[Command], frozenset[str]] = {
    DraftContract: frozenset({"contract_desk"}),
    RecordContractReview: frozenset({"system"}),
    SignContract: _SIDES["company"] | _SIDES["customer"],
}


def draft(state: State, command: DraftContract, context: Context) -> Sequence[Event]:
    """C16, S4: a contract follows on an accepted quotation; until somebody signed, a new draft replaces it."""
    if not isinstance(state, Priced):
        raise not_due(state, "a contract is drafted once the customer accepted a quotation (C16)")
    drafted = _drafted(state, command)
    match state:
        case PriceAgreed():
            return [drafted]
        case ContractReturned(draft=present) if present.digest == command.digest:
            raise Refused(
                "text-returned",
                "its review found faults in this very text: mend them and draft it again (S6)",
                {"digest": "that of the text that was returned"},
            )
        case _ if state.draft == drafted:
            return []
        case ContractOpen(signatures=(first, *_)):
            raise Refused("contract-signed", f"{first.signatory} has signed the present draft already")
        case ContractInReview() | ContractReturned() | ContractOpen():
            return [drafted]
    raise not_due(state, "a contract is drafted before it is concluded (C16)")


def record_contract_review(state: State, command: RecordContractReview, context: Context) -> Sequence[Event]:
    """S6: only what its review cleared may be signed. Word on another text than the present draft is void."""
    if isinstance(state, Unknown):
        raise not_open(state)
    about = (command.contract, command.digest)
    if not isinstance(state, ContractInReview) or about != (state.draft.contract, state.draft.digest):
        return []
    if command.outcome == "cleared":
        return [orders.ContractCleared(contract=command.contract, digest=command.digest)]
    return [
        orders.ContractReturned(contract=command.contract, digest=command.digest, findings=command.findings)
    ]


def sign(state: State, command: SignContract, context: Context) -> Sequence[Event]:
    """C16, S7: both sides sign the same text; with the second signature the contract is concluded.

    S4, S6: nobody signs what its review has not cleared, and sales alone does not sign for the company.
    """
    if not _SIDES[command.side] & context.by.roles:
        roles = ", ".join(sorted(_SIDES[command.side]))
        raise Forbidden(
            "role-missing", f"to record the {command.side}'s signature needs one of the roles {roles}"
        )
    if not isinstance(state, ContractOpen | ContractBinding | Instructed):
        raise not_due(state, "a contract is signed once its review has cleared the draft (C16, S6)")
    if command.digest != state.draft.digest:
        raise Refused(
            "other-text",
            f"the draft's text has the digest {state.draft.digest}: both sides sign that text (S7)",
            {"digest": "not the digest of the draft"},
        )
    signed = orders.ContractSigned(contract=state.draft.contract, **dict(command))
    if signed in state.signatures:
        return []
    others = [given for given in state.signatures if given.side != command.side]
    if len(others) < len(state.signatures):
        raise Refused("side-signed", f"the {command.side} has signed already, by another person")
    if not others:
        return [signed]
    return [signed, orders.ContractConcluded(contract=state.draft.contract, digest=state.draft.digest)]


def _drafted(state: Priced, command: DraftContract) -> orders.ContractDrafted:
    """The draft, and what its reviewers need to know: with whom, over how much, and by when."""
    received = state.dossier.received
    return orders.ContractDrafted(
        **dict(command),
        customer=received.customer,
        product_company=received.product_company,
        total=state.quotation.total,
        currency=state.quotation.currency,
        delivery_date=state.terms.delivery_date(state.dossier.content),
    )
