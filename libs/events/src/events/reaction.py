"""Reactions: a fact leads to a command, once, however often the fact is delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from events.decider import Command, Decider
from events.event import Event
from events.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Send:
    """A command for the thing of this id."""

    decider: Decider[Any]
    id: str
    command: Command


When = Callable[[Recorded[Any]], "Send | Sequence[Send] | None"]


class Reactions:
    """A service's table of reactions, by the event each one is annotated with.

    `def when_x(fact: Recorded[X]) -> Send | None`; the function's name is part of the
    idempotency key of what it sends, so it is storage too: never rename one that ran.
    """

    def __init__(self, *functions: When) -> None:
        table: dict[type[Event], list[When]] = {}
        for function in functions:
            annotation = next(iter(get_type_hints(function).values()))
            kind = get_args(annotation)[0]
            table.setdefault(kind, []).append(function)
        self.table: Mapping[type[Event], Sequence[When]] = table
        self.names = frozenset(kind.name for kind in table)
        """Stored names of the events it reacts to, in their newest versions."""

    def of(self, fact: Event) -> Sequence[When]:
        """The functions that react to this fact."""
        return self.table.get(type(fact), ())
