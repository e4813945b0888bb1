"""The review of an order's drafted contract (S6). `contract` is its decider.

Drafts come and go in `request`, their clauses are judged in `judging`.
"""

from __future__ import annotations

from collections.abc import Sequence

from events import Command, Context, Decider, Event
from review.contract import judging, request
from review.contract.evolve import evolve
from review.contract.judging import JudgeClauses
from review.contract.request import CloseContractReview, RequestContractReview
from review.contract.states import State, Unknown


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to."""
    match command:
        case RequestContractReview():
            return request.request(state, command, context)
        case CloseContractReview():
            return request.close(state, command, context)
        case JudgeClauses():
            return judging.judge(state, command, context)
    raise TypeError(f"{type(command).__name__} is no command of a contract's review")


def company(state: State) -> str | None:
    """The product company whose people may see the contract."""
    return None if isinstance(state, Unknown) else state.dossier.draft.product_company


contract: Decider[State] = Decider(
    category="contract",
    initial=Unknown(),
    decide=decide,
    evolve=evolve,
    may={**request.MAY, **judging.MAY},
    company=company,
)
