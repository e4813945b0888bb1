"""What the review found, and the talk with the customer that may follow (C6 to C8, C14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from events import Command, Context, Event, Refused
from events.contracts.common import Day, Name, Text
from events.contracts.orders import (
    ConditionsAgreed,
    ConditionsDeclined,
    ConditionsProposed,
    ExtensionAgreed,
    ExtensionAsked,
    ExtensionDeclined,
    OrderAccepted,
    OrderFoundInfeasible,
    OrderRefused,
)
from order_intake.order.answers import Answer
from order_intake.order.refusals import content_changed, not_due, not_open
from order_intake.order.states import (
    Bound,
    Closed,
    ConditionsPending,
    ExtensionPending,
    Infeasible,
    InReview,
    RefusalPending,
    State,
    Unknown,
)


class RecordReview(Command):
    """Take over what the review concluded; given by the reaction to it, never by a person."""

    content_version: int
    outcome: Literal["accepted", "accepted_with_conditions", "infeasible", "refused"]
    reason: Text
    conditions: tuple[Text, ...] = ()
    delivery_date: Day | None = None
    decided_by: Name


class AskExtension(Command):
    """Ask the customer for a later delivery date (C7)."""

    delivery_date: Day | None = None
    """The date asked for, not before the earliest that was found feasible (S4); that one when left out."""
    reason: Text | None = None
    """What the customer is told; the reviewers' own words when left out."""


class AnswerExtension(Answer):
    """Pass on the customer's answer on the later date (C7, C8)."""

    content_version: int = Field(ge=1)
    """The version of the content the customer was asked about."""


class AnswerConditions(Answer):
    """Pass on the customer's answer on the conditions (C14)."""

    content_version: int = Field(ge=1)
    """The version of the content the conditions were proposed for."""


MAY: Mapping[type[Command], frozenset[str]] = {
    RecordReview: frozenset({"system"}),
    AskExtension: frozenset({"sales"}),
    AnswerExtension: frozenset({"sales"}),
    AnswerConditions: frozenset({"sales"}),
}


def record_review(state: State, command: RecordReview, context: Context) -> Sequence[Event]:
    """C6, C8, C14. What comes too late (amended or withdrawn meanwhile) changes nothing."""
    if isinstance(state, Unknown):
        raise not_open(state)
    version = command.content_version
    if version != state.dossier.content_version or not isinstance(state, InReview | RefusalPending):
        return []
    match command.outcome:
        case "accepted":
            return [OrderAccepted(content_version=version)]
        case "refused":
            return [OrderRefused(reason=command.reason, approved_by=command.decided_by)]
    if isinstance(state, RefusalPending):
        return []  # what led here already
    if command.outcome == "accepted_with_conditions":
        return [
            ConditionsProposed(
                content_version=version, conditions=command.conditions, delivery_date=command.delivery_date
            )
        ]
    if command.delivery_date is None:
        raise Refused("date-missing", "an infeasible order needs the earliest feasible date to ask for (C7)")
    earliest = command.delivery_date
    return [OrderFoundInfeasible(content_version=version, earliest_date=earliest, reason=command.reason)]


def ask_extension(state: State, command: AskExtension, context: Context) -> Sequence[Event]:
    """C7. Nobody promises a date that was not found feasible (S4)."""
    if not isinstance(state, Infeasible | ExtensionPending):
        raise not_due(state, "a later date is asked for once the review found the date infeasible (C7)")
    earliest = state.found.earliest_date
    asked = ExtensionAsked(
        content_version=state.dossier.content_version,
        delivery_date=command.delivery_date or earliest,
        reason=command.reason or state.found.reason,
    )
    if isinstance(state, ExtensionPending):
        if asked == state.asked:
            return []
        asked_for = state.asked.delivery_date
        raise Refused("extension-asked", f"the customer was asked for {asked_for}: wait for the answer")
    if asked.delivery_date < earliest:
        raise Refused(
            "date-not-feasible",
            f"nothing before {earliest} was found feasible: ask for that day or a later one (S4)",
            {"delivery_date": f"not before {earliest}"},
        )
    return [asked]


def answer_extension(state: State, command: AnswerExtension, context: Context) -> Sequence[Event]:
    """C7: agreed, the order is taken for the later day. C8: declined, the general manager has the word."""
    _about_current(state, command.content_version)
    match state:
        case ExtensionPending(asked=asked) if command.agreed:
            agreed = ExtensionAgreed(delivery_date=asked.delivery_date)
            return [agreed, OrderAccepted(content_version=command.content_version)]
        case ExtensionPending() if command.reason is not None:
            return [ExtensionDeclined(content_version=command.content_version, reason=command.reason)]
        case RefusalPending(declined=declined) if not command.agreed and command.reason == declined.reason:
            return []
    if isinstance(state, Bound) and command.agreed and isinstance(state.terms.agreed, ExtensionAgreed):
        return []
    raise not_due(state, "an extension is answered while the customer is asked for one (C7)")


def answer_conditions(state: State, command: AnswerConditions, context: Context) -> Sequence[Event]:
    """C14: conditions bind once the customer agreed; declined, they close the order."""
    _about_current(state, command.content_version)
    match state:
        case ConditionsPending(proposed=proposed) if command.agreed:
            agreed = ConditionsAgreed(conditions=proposed.conditions, delivery_date=proposed.delivery_date)
            return [agreed, OrderAccepted(content_version=command.content_version)]
        case ConditionsPending() if command.reason is not None:
            return [ConditionsDeclined(reason=command.reason)]
        case Closed(end=ConditionsDeclined(reason=reason)) if not command.agreed and command.reason == reason:
            return []
    if isinstance(state, Bound) and command.agreed and isinstance(state.terms.agreed, ConditionsAgreed):
        return []
    raise not_due(state, "conditions are answered while they are proposed to the customer (C14)")


def _about_current(state: State, version: int) -> None:
    if not isinstance(state, Unknown) and version != state.dossier.content_version:
        raise content_changed(version, state.dossier.content_version)
