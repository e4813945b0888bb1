"""The order, from its first information to its production instruction (C1 to C4, C7, C8, C14 to C17).

`order` is its decider. Each stage of the business has a file of its own with its intents and
decisions: `intake`, `doubts`, `changes`, `acceptance`, `quotation`, `contract`, `production`,
`cancellation`. Where an order can stand is in `states`, what a fact makes of it in `evolve`.
"""

from __future__ import annotations

from collections.abc import Sequence

from events import Command, Context, Decider, Event
from order_intake.order import (
    acceptance,
    cancellation,
    changes,
    contract,
    doubts,
    intake,
    production,
    quotation,
)
from order_intake.order.acceptance import AnswerConditions, AnswerExtension, AskExtension, RecordReview
from order_intake.order.cancellation import AskCancellation, DecideCancellation, RecordCommitment
from order_intake.order.changes import AmendOrder, WithdrawOrder
from order_intake.order.contract import DraftContract, RecordContractReview, SignContract
from order_intake.order.doubts import ClearDoubts, DismissOrder, RaiseDoubts
from order_intake.order.evolve import evolve
from order_intake.order.intake import CompleteOrder, ConfirmRequirements, ReceiveOrder, RegisterProject
from order_intake.order.production import InstructProduction, RecordParts
from order_intake.order.quotation import AnswerQuotation, QuoteOrder
from order_intake.order.states import CancellationPending, State, Unknown

UNDER_DOUBT: frozenset[type[Command]] = frozenset({
    RaiseDoubts, ClearDoubts, DismissOrder, CompleteOrder, AmendOrder, WithdrawOrder,
    AskCancellation, DecideCancellation,
    RecordReview, RecordContractReview, RecordParts, RecordCommitment,
})  # fmt: skip
"""What a doubted order still takes (S3): the word on the doubts, other content, a way out, and what the
services record. Every other command is a step forward, one that is not thought of here as well."""


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to. No step forward is taken past an open doubt (S3)."""
    facts = _decide(state, command, context)
    if facts and type(command) not in UNDER_DOUBT:
        doubts.refuse_step(state)
    return facts


def _decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case AskCancellation():
            return cancellation.ask(state, command, context)
        case RecordCommitment():
            return cancellation.record_commitment(state, command, context)
        case DecideCancellation():
            return cancellation.decide_cancellation(state, command, context)
    # To all else it answers as the instructed order it is while its cancellation is not decided.
    if isinstance(state, CancellationPending):
        state = state.instructed
    match command:
        case ReceiveOrder():
            return intake.receive(state, command, context)
        case CompleteOrder():
            return intake.complete(state, command, context)
        case RegisterProject():
            return intake.register_project(state, command, context)
        case ConfirmRequirements():
            return intake.confirm(state, command, context)
        case RaiseDoubts():
            return doubts.raise_doubts(state, command, context)
        case ClearDoubts():
            return doubts.clear(state, command, context)
        case DismissOrder():
            return doubts.dismiss(state, command, context)
        case AmendOrder():
            return changes.amend(state, command, context)
        case WithdrawOrder():
            return changes.withdraw(state, command, context)
        case RecordReview():
            return acceptance.record_review(state, command, context)
        case AskExtension():
            return acceptance.ask_extension(state, command, context)
        case AnswerExtension():
            return acceptance.answer_extension(state, command, context)
        case AnswerConditions():
            return acceptance.answer_conditions(state, command, context)
        case QuoteOrder():
            return quotation.quote(state, command, context)
        case AnswerQuotation():
            return quotation.answer(state, command, context)
        case DraftContract():
            return contract.draft(state, command, context)
        case RecordContractReview():
            return contract.record_contract_review(state, command, context)
        case SignContract():
            return contract.sign(state, command, context)
        case InstructProduction():
            return production.instruct(state, command, context)
        case RecordParts():
            return production.record_parts(state, command, context)
    raise TypeError(f"{type(command).__name__} is no command of an order")


def company(state: State) -> str | None:
    """The product company whose people may see the order."""
    return None if isinstance(state, Unknown) else state.dossier.received.product_company


order: Decider[State] = Decider(
    category="order",
    initial=Unknown(),
    decide=decide,
    evolve=evolve,
    may={
        **intake.MAY,
        **doubts.MAY,
        **changes.MAY,
        **acceptance.MAY,
        **quotation.MAY,
        **contract.MAY,
        **production.MAY,
        **cancellation.MAY,
    },
    company=company,
)
