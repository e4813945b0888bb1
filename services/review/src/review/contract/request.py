"""The beginning and end of a contract's review: a draft arrives, or the order changes under it (S6).

These commands come from reactions to what order-intake recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events import Command, Context, Event
from events.contracts.common import Address, Amount, Code, Currency, Customer, Day, Digest, Name, Text
from events.contracts.reviews import ContractReviewClosed, ContractReviewRequested
from review.contract.states import Closed, Concluded, InReview, State, Unknown


class RequestContractReview(Command):
    """Review a drafted contract (S6)."""

    contract: Code
    digest: Digest
    document: Address | None = None
    customer: Customer | None = None
    product_company: Code | None = None
    total: Amount | None = None
    currency: Currency | None = None
    delivery_date: Day | None = None
    drafted_by: Name


class CloseContractReview(Command):
    """Stop: the order was amended, or came to an end (S6)."""

    reason: Text


_SYSTEM = frozenset({"system"})
MAY: Mapping[type[Command], frozenset[str]] = {RequestContractReview: _SYSTEM, CloseContractReview: _SYSTEM}


def request(state: State, command: RequestContractReview, context: Context) -> Sequence[Event]:
    """S6: every draft is reviewed from the beginning, the one at hand only once.

    The same text for another total, date or customer is another draft, and after an
    amendment even the same draft is: it was judged for another order.
    """
    requested = ContractReviewRequested(**dict(command))
    match state:
        case InReview(dossier) | Concluded(dossier) if dossier.draft == requested:
            return []
    return [requested]


def close(state: State, command: CloseContractReview, context: Context) -> Sequence[Event]:
    """S6: what was said on a draft of the old order counts no more."""
    return [] if isinstance(state, Unknown | Closed) else [ContractReviewClosed(reason=command.reason)]
