"""States that can be reached, and which of them to try commands on next: those that differ most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checks.flow.features import Features, features
from events.decider import Command
from events.event import Event


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands, as its readers see it."""

    kind: type
    """The class of the state."""
    name: str
    detail: Hashable = None
    """What more tells states apart, such as who is waited for."""


@dataclass(slots=True)
class Visit:
    """A state that was reached, and the way to it."""

    state: Any  # Any: of whatever decider
    place: Place
    at: datetime
    """When it was reached; what follows is not earlier."""
    history: tuple[Event, ...] = ()
    people: tuple[str, ...] = ()
    """Who acted on the way."""
    features: Features = frozenset()
    tried: dict[type[Command], int] = field(default_factory=lambda: defaultdict(int))
    """How many of the known commands of each kind were tried."""
    fruitful: bool = False
    """Whether any of them led to something."""


class Frontier:
    """Visits made and visits waiting, by place."""

    def __init__(self, place: Callable[[Any], Place]) -> None:
        self.place = place
        self._waiting: dict[Place, list[Visit]] = defaultdict(list)
        self._made: dict[Place, list[Visit]] = defaultdict(list)
        self._seen: dict[Place, set[Hashable]] = defaultdict(set)

    def arrive(self, visit: Visit) -> None:
        """Put a state in line when it has something that none at its place had before."""
        found, seen = features(visit.state), self._seen[visit.place]
        if not seen or not found <= seen:
            seen |= found
            visit.features = found
            self._waiting[visit.place].append(visit)

    def made(self) -> Iterator[Visit]:
        """All visits made so far."""
        for visits in self._made.values():
            yield from visits

    def is_first(self, visit: Visit) -> bool:
        """Whether it is the first of its place."""
        return self._made[visit.place][0] is visit

    def next(self, limit: int) -> Visit | None:
        """Of the place visited least, the state with most in it that no visit had; None at `limit` everywhere."""
        places = [place for place, waiting in self._waiting.items() if waiting and self._open(place, limit)]
        if not places:
            return None
        place = min(places, key=lambda place: len(self._made[place]))
        seen: Features = frozenset().union(*(visit.features for visit in self._made[place]))
        chosen = max(self._waiting[place], key=lambda visit: _weight(visit.features - seen))
        self._waiting[place].remove(chosen)
        self._made[place].append(chosen)
        return chosen

    def _open(self, place: Place, limit: int) -> bool:
        """Whether another visit may be of use: not after some from which nothing could follow."""
        made = self._made[place]
        return len(made) < limit and (len(made) < _FAIR or any(visit.fruitful for visit in made))


_FAIR = 3
"""Visits without any fruit after which a place is taken for an end."""


def _weight(found: Features) -> tuple[int, int]:
    """What is there for the first time counts more than what is there together for the first time."""
    together = sum("all" in feature for feature in found)
    return len(found) - together, together
