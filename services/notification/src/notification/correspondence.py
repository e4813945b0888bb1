"""Who was told what about an order, and whether it reached them.

One stream for each order (and purchase order), `correspondence-<number>`: it remembers the
customer, keeps messages in order, and knows by a message's id that it was told already. An id
derives from the fact that is told, the template and the recipient, so that no message ever
stands under two keys. What subscribers may hear of is announced here as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from events import Command, Context, Decider, Event, Forbidden, NotFound, Refused
from events.contracts.messages import (
    FactAnnounced,
    MailFailed,
    MessageAddressed,
    MessageMailed,
    MessageRead,
    OpinionsAwaited,
    PartiesKnown,
)
from notification.addressing import address, undeliverable
from notification.concerned import concerned
from notification.intents import MarkRead, Notice, Parties, RecordFailure, RecordMailed, Tell
from notification.panel import Panel
from notification.retries import pause
from notification.states import GROUP_ONLY, Correspondence, Message

__all__ = [
    "Correspondence", "MarkRead", "Message", "Notice", "Parties", "RecordFailure", "RecordMailed", "Tell",
    "correspondence",
]  # fmt: skip


def decide(state: Correspondence, command: Command, context: Context) -> Sequence[Event]:
    match command:
        case Tell():
            return _tell(state, command)
        case RecordMailed(message=id, attempt=attempt):
            sent = _message(state, id).state == "mailed"
            return [] if sent else [MessageMailed(message=id, attempt=attempt)]
        case RecordFailure():
            return _failed(state, command, context)
        case MarkRead():
            return _read(state, command, context)
    raise Refused("command-unknown", f"a correspondence takes no {type(command).__name__}")


def evolve(state: Correspondence, fact: Event) -> Correspondence:
    match fact:
        case PartiesKnown(product_company=company, customer=customer):
            return replace(state, company=company or GROUP_ONLY, customer=customer or state.customer)
        case OpinionsAwaited(panel=called, awaited=awaited, questions=questions):
            return replace(state, panel=Panel(frozenset(called), frozenset(awaited), questions))
        case FactAnnounced(fact=id):
            return replace(state, announced=state.announced | {id})
        case MessageAddressed(message=id):
            return state.changed(id, Message(fact))
        case MessageMailed(message=id, attempt=attempt):
            return state.changed(id, replace(state.messages[id], mailed=True, attempts=attempt))
        case MailFailed(message=id):
            before = state.messages[id]
            refusals = before.refusals + (fact.fault == "refused")
            return state.changed(id, replace(before, attempts=fact.attempt, refusals=refusals, failure=fact))
        case MessageRead(message=id, by=reader):
            return state.changed(
                id, replace(state.messages[id], readers=state.messages[id].readers | {reader})
            )
    return state


def _tell(state: Correspondence, command: Tell) -> Sequence[Event]:
    facts: list[Event] = [*_met(state, command.parties)]
    panel = state.panel.after(command.panel) if command.panel else state.panel
    if panel != state.panel:
        facts.append(_awaited(panel))
    known = correspondence.fold(facts, state)
    for one in concerned(command.notices, state.panel, panel):
        message = address(known, command, one)
        if message.message not in state.messages:
            facts.append(message)
    if command.announcement and command.cause not in state.announced:
        facts.append(command.announcement.made(known.company or None))
    return facts


def _awaited(panel: Panel) -> OpinionsAwaited:
    return OpinionsAwaited(
        panel=tuple(sorted(panel.called)), awaited=tuple(sorted(panel.awaited)), questions=panel.questions
    )


def _met(state: Correspondence, parties: Parties | None) -> Sequence[Event]:
    """What a fact says of whose order it is, where that is news."""
    if parties is None:
        return []
    customer = parties.customer if parties.first_hand or state.customer is None else state.customer
    same = state.company == (parties.product_company or GROUP_ONLY)
    if same and customer in (None, state.customer):
        return []
    return [PartiesKnown(product_company=parties.product_company, customer=customer)]


def _failed(state: Correspondence, command: RecordFailure, context: Context) -> Sequence[Event]:
    message = _message(state, command.message)
    if message.state != "pending" or command.attempt <= message.attempts:
        return []
    times = message.refusals + 1 if command.fault == "refused" else command.attempt
    wait = None if command.for_good else pause(command.fault, times, command.jitter)
    failed = MailFailed(
        message=command.message,
        attempt=command.attempt,
        fault=command.fault,
        error=command.error,
        retry_at=None if wait is None else context.at + wait,
    )
    return [failed] if wait is not None else [failed, undeliverable(message.addressed, command.error)]


def _read(state: Correspondence, command: MarkRead, context: Context) -> Sequence[Event]:
    message = _message(state, command.message)
    reader = message.reader
    theirs = reader.name in context.by.roles if reader.kind == "role" else reader.name == context.by.subject
    if not theirs:
        raise Forbidden("not-addressed", f"only {reader.kind} {reader.name} can have read this message")
    if context.by.subject in message.readers:
        return []
    return [MessageRead(message=command.message, by=context.by.subject)]


def _message(state: Correspondence, id: str) -> Message:
    message = state.messages.get(id)
    if message is None:
        raise NotFound("not-found", "no such message; /messages lists them")
    return message


SYSTEM = frozenset({"system"})
READERS = frozenset({
    "sales", "contract_desk", "production_manager", "technical", "quality", "logistics", "production",
    "general_manager", "deputy_general_manager", "buyer", "inspector", "legal", "finance",
})  # fmt: skip
"""The roles that messages are addressed to. A person is told by name for a word given in one of them,
so auditors, operators and other systems, who only look on, leave no read marks."""
correspondence: Decider[Correspondence] = Decider(
    category="correspondence",
    initial=Correspondence(),
    decide=decide,
    evolve=evolve,
    may={Tell: SYSTEM, RecordMailed: SYSTEM, RecordFailure: SYSTEM, MarkRead: READERS},
    company=lambda state: state.company,
)
