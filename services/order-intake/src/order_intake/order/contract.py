"""The contract: drafted, then signed and sealed by both sides (C16, S7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from events import Command, Context, Event, Forbidden, Refused
from events.contracts.common import Code, Digest, Name
from events.contracts.orders import ContractConcluded, ContractDrafted, ContractSigned
from order_intake.order.refusals import not_due
from order_intake.order.states import ContractBinding, ContractOpen, Instructed, PriceAgreed, State


class DraftContract(Command):
    """Put the written contract forward for signature (C16)."""

    contract: Code
    """The contract's number."""
    digest: Digest
    """SHA-256 of the contract's text: what is signed is this text and no other."""


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
    SignContract: _SIDES["company"] | _SIDES["customer"],
}


def draft(state: State, command: DraftContract, context: Context) -> Sequence[Event]:
    """C16: a contract follows on an accepted quotation; until somebody signed, a new draft replaces it."""
    drafted = ContractDrafted(contract=command.contract, digest=command.digest)
    match state:
        case ContractOpen(draft=present) | ContractBinding(draft=present) | Instructed(draft=present) if (
            present == drafted
        ):
            return []
        case ContractOpen(signatures=(first, *_)):
            raise Refused("contract-signed", f"{first.signatory} has signed the present draft already")
        case PriceAgreed() | ContractOpen():
            return [drafted]
    raise not_due(state, "a contract is drafted once the customer accepted a quotation (C16)")


def sign(state: State, command: SignContract, context: Context) -> Sequence[Event]:
    """C16, S7: both sides sign the same text; with the second signature the contract is concluded."""
    if not _SIDES[command.side] & context.by.roles:
        roles = ", ".join(sorted(_SIDES[command.side]))
        raise Forbidden(
            "role-missing", f"to record the {command.side}'s signature needs one of the roles {roles}"
        )
    if not isinstance(state, ContractOpen | ContractBinding | Instructed):
        raise not_due(state, "a contract is signed once it is drafted (C16)")
    if command.digest != state.draft.digest:
        raise Refused(
            "other-text",
            f"the draft's text has the digest {state.draft.digest}: both sides sign that text (S7)",
            {"digest": "not the digest of the draft"},
        )
    signed = ContractSigned(contract=state.draft.contract, **dict(command))
    if signed in state.signatures:
        return []
    others = [given for given in state.signatures if given.side != command.side]
    if len(others) < len(state.signatures):
        raise Refused("side-signed", f"the {command.side} has signed already, by another person")
    if not others:
        return [signed]
    return [signed, ContractConcluded(contract=state.draft.contract, digest=state.draft.digest)]
