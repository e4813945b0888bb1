"""A toy that walks are tried on: a door that guests knock at, and that somebody else answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal

from events import Command, Context, Decider, Event, Forbidden, Refused
from events.testing import MONDAY


class Knocked(Event):
    """Somebody wants in (C2)."""

    name: ClassVar[str] = "door.knocked.v1"  # by hand: registered they would be among the real ones
    number: int
    by: str
    at: datetime


class Opened(Event):
    """They were let in."""

    name: ClassVar[str] = "door.opened.v1"
    tip: int = 0


class SentAway(Event):
    """They were not, and know why (C3)."""

    name: ClassVar[str] = "door.sent_away.v1"
    reason: str


class Burnt(Event):
    """No command leads to it."""

    name: ClassVar[str] = "door.burnt.v1"


class Knock(Command):
    """Ask to be let in (C2)."""

    number: int


class Answer(Command):
    """Let in whoever knocked last, or say why not (C2, C3)."""

    number: int
    verdict: Literal["open", "away"] = "open"
    reason: str | None = None


class Wait(Command):
    """Give up when nobody came for a year."""


class Wall(Command):
    """Wall the door up."""


@dataclass(frozen=True)
class Shut:
    """Nobody is there."""


@dataclass(frozen=True)
class Asked:
    """Somebody knocked."""

    knocked: Knocked


@dataclass(frozen=True)
class Open:
    """Somebody is in."""


@dataclass(frozen=True)
class Left:
    """Nobody was let in."""


@dataclass(frozen=True)
class Walled:
    """No fact leads here."""


State = Shut | Asked | Open | Left | Walled


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    match state, command:
        case Shut(), Knock(number=number):
            return [Knocked(number=number, by=context.by.subject, at=context.at)]
        case Asked(knocked), Answer(number=number, verdict=verdict, reason=reason):
            if number != knocked.number:
                raise Refused("other-number", "somebody else knocked last")
            if context.by.subject == knocked.by or "porter" not in context.by.roles:
                raise Forbidden("not-yours", "the porter answers, and never to himself")
            if verdict == "open":
                return [Opened()]
            if reason is None:
                raise Refused("reason-missing", "say why not")
            return [SentAway(reason=reason)]
        case Asked(knocked), Wait() if (context.at - knocked.at).days > 365:
            return [SentAway(reason="nobody came")]
    raise Refused("not-now", "this is not the time for that")


def evolve(state: State, fact: Event) -> State:
    match fact:
        case Knocked():
            return Asked(fact)
        case Opened():
            return Open()
        case SentAway():
            return Left()
    return state


MAY: Mapping[type[Command], frozenset[str]] = {
    Knock: frozenset({"sales"}),
    Answer: frozenset({"porter", "owner"}),
    Wait: frozenset({"sales"}),
    Wall: frozenset({"owner"}),
}
door: Decider[State] = Decider("door", Shut(), decide, evolve, MAY)
NOW = MONDAY.astimezone(UTC)
