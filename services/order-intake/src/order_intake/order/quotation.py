"""Quotation, in as many rounds as it takes (C15). Money is exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from events import Command, Context, Event, Refused
from events.contracts.common import Amount, Content, Currency, Day
from events.contracts.orders import OrderQuoted, PricedLine, QuotationAccepted, QuotationDeclined
from order_intake.order.answers import Answer
from order_intake.order.refusals import not_due
from order_intake.order.states import Accepted, Priced, Quoted, State


class QuoteOrder(Command):
    """Make the customer a quotation (C15)."""

    lines: Annotated[tuple[PricedLine, ...], Field(min_length=1, max_length=200)]
    """Every line of the order's content, each with its price."""
    total: Amount
    """The sum of the lines' amounts, to the cent."""
    currency: Currency
    """The currency of all amounts."""
    valid_until: Day
    """The last day (UTC) on which the customer can accept."""


class AnswerQuotation(Answer):
    """Pass on the customer's answer on a quotation (C15). After a no another round may follow."""

    round: int = Field(ge=1)
    """The round that is answered."""


MAY: Mapping[type[Command], frozenset[str]] = {
    QuoteOrder: frozenset({"sales"}),
    AnswerQuotation: frozenset({"sales"}),
}


def quote(state: State, command: QuoteOrder, context: Context) -> Sequence[Event]:
    """C15, S4: only what was accepted is quoted, and one round at a time."""
    match state:
        case Quoted(quotation=open) if open == _quoted(command, open.round):
            return []
        case Quoted(quotation=open) if context.at.date() <= open.valid_until:
            raise Refused("quotation-open", f"round {open.round} is with the customer: wait for the answer")
        case Accepted(dossier) | Quoted(dossier):
            _refuse_wrong(command, dossier.content, context)
            return [_quoted(command, dossier.rounds + 1)]
    raise not_due(state, "an order is quoted once it is accepted (C15)")


def answer(state: State, command: AnswerQuotation, context: Context) -> Sequence[Event]:
    """C15: an answer is about one round, and a yes counts only while the quotation is valid."""
    match state:
        case Quoted(quotation=open) if open.round != command.round:
            raise Refused("round-passed", f"round {open.round} is the open one, not round {command.round}")
        case Quoted() if command.reason is not None and not command.agreed:
            return [QuotationDeclined(round=command.round, reason=command.reason)]
        case Quoted(quotation=open) if context.at.date() > open.valid_until:
            raise Refused("quotation-expired", f"it was valid until {open.valid_until}: make a new quotation")
        case Quoted():
            return [QuotationAccepted(round=command.round)]
        case Accepted(declined=QuotationDeclined(round=command.round, reason=command.reason)) if (
            not command.agreed
        ):
            return []
    if isinstance(state, Priced) and command.agreed and command.round == state.quotation.round:
        return []
    raise not_due(state, "a quotation is answered while it is with the customer (C15)")


def _quoted(command: QuoteOrder, round: int) -> OrderQuoted:
    return OrderQuoted(
        round=round,
        lines=command.lines,
        total=command.total,
        currency=command.currency,
        valid_until=command.valid_until,
    )


def _refuse_wrong(command: QuoteOrder, content: Content, context: Context) -> None:
    sum_of_lines = sum(line.amount for line in command.lines)
    if sum_of_lines != command.total:
        raise Refused(
            "total-differs",
            f"the lines sum to {sum_of_lines}, not to {command.total}: correct the total or the lines",
            {"total": f"the lines sum to {sum_of_lines}"},
        )
    asked = Counter((line.item, line.quantity or 0) for line in content.lines)
    quoted = Counter((line.item, line.quantity) for line in command.lines)
    if asked != quoted:
        differing = sorted({item for item, _ in (asked - quoted) | (quoted - asked)})
        raise Refused(
            "lines-differ",
            f"quote exactly the lines of the order's content; items that differ: {', '.join(differing)}",
            {"lines": f"differ from the content in {', '.join(differing)}"},
        )
    if command.valid_until < context.at.date():
        raise Refused(
            "already-expired",
            "a quotation is valid today at least: give a later day",
            {"valid_until": "lies in the past"},
        )
