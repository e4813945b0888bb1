"""All services at once: what one decider records leads, through the reactions, to commands for the others.

People's commands start from the examples in the OpenAPI documents, the services' own from
what reactions really send.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from checks.flow.gaps import ungiven, unreached
from checks.flow.heard import heard
from checks.flow.plain import plain_fields
from checks.flow.starting import examples, morning, places
from checks.flow.walk import Walk
from events.decider import Command
from events.event import Event
from events.reaction import Send
from events.recorded import Actor, Recorded

if TYPE_CHECKING:  # what is checked may be broken; that must not keep the other checks from running
    from servicekit.service import Service

Json = dict[str, Any]  # Any: a JSON document
DEPTHS = (3, 12, 24)
"""States of each place to try commands on, and facts of each kind to react to, round by round."""
_ALWAYS = 12
"""To this depth every walk goes; deeper only one with a command that nobody could give, or a state not reached."""
_ID = "7K3M-2Q9X-0"
"""The one thing of each kind."""


@dataclass(frozen=True, slots=True)
class Led:
    """A fact led, by a service's reaction, to a command for a thing of that category."""

    fact: type[Event]
    service: str
    reaction: str
    category: str
    command: type[Command]


@dataclass(frozen=True, slots=True)
class Exploration:
    """What was found: the walks of each service's deciders, and what led to what."""

    walks: Mapping[str, tuple[Walk, ...]]
    led: tuple[Led, ...]
    facts: Mapping[str, Sequence[type[Event]]]
    """What each service says that it records."""


def explore(
    wired: Mapping[str, Service],
    openapi: Mapping[str, Json],
    facts: Mapping[str, Sequence[type[Event]]],
) -> Exploration:
    """Walk all deciders until nothing new comes of it. The same code gives the same."""
    known = {name: list(examples(service, openapi[name])) for name, service in wired.items()}
    said = [command for several in known.values() for command in several]
    now, vocabulary = morning(said), heard(said)
    walks = {
        name: tuple(Walk(decider, places(service, decider), now, vocabulary) for decider in service.deciders)
        for name, service in wired.items()
    }
    for name, several in walks.items():
        for walk in several:
            for command in known[name]:
                if type(command) in walk.decider.may:
                    walk.learn(command, free=True)
    house = _House(wired, {walk.decider.category: walk for several in walks.values() for walk in several})
    for depth in DEPTHS:
        house.explore(depth)
    return Exploration(walks, tuple(house.led), facts)


class _House:
    """The services as one: every fact reaches every reaction to it."""

    def __init__(self, wired: Mapping[str, Service], walks: Mapping[str, Walk]) -> None:
        self.led: dict[Led, None] = {}
        self._wired = wired
        self._walks = walks
        self._told: dict[type[Event], int] = defaultdict(int)
        self._count = 0

    def explore(self, depth: int) -> None:
        while True:
            for walk in self._walks.values():
                if depth <= _ALWAYS or ungiven(walk) or unreached(walk):
                    walk.go(depth)
            if not any([self._react(walk, depth) for walk in self._walks.values()] + self._guesses()):
                return

    def _react(self, walk: Walk, depth: int) -> bool:
        """Whether a reaction to what the walk recorded sent something new."""
        news = False
        for kind, found in list(walk.facts.items()):
            for fact, state in found[self._told[kind] : depth]:
                self._told[kind] += 1
                self._count += 1
                recorded = Recorded.of(
                    fact,
                    stream=walk.decider.stream(_ID),
                    position=self._count,
                    key=walk.decider.key(_ID, state),
                    id=UUID(int=self._count),
                    actor=Actor("somebody"),
                )
                for led, command in self._sent(recorded):
                    self.led[led] = None
                    news |= self._walks[led.category].learn(command, free=False)
        return news

    def _sent(self, fact: Recorded[Any]) -> Iterator[tuple[Led, Command]]:  # Any: whatever was recorded
        for name, service in self._wired.items():
            for when in service.reactions.of(fact.event):
                sent = when(fact) or ()
                for one in (sent,) if isinstance(sent, Send) else sent:
                    category, command = one.decider.category, one.command
                    yield Led(type(fact.event), name, when.__name__, category, type(command)), command

    def _guesses(self) -> list[bool]:
        """Commands that no route shows and no reaction sent, with plain values in them."""
        return [
            walk.learn(command(**plain_fields(command)), free=True)
            for walk in self._walks.values()
            for command in walk.unknown
        ]
