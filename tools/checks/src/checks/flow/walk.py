"""Walking a decider: really give it commands in every state that can be reached, and note what follows.

Nothing here knows a rule or a thing of the business. Everything is counted and nothing is
drawn by lot or by the clock, so the same code gives the same walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.flow.annotations import names
from checks.flow.features import features
from checks.flow.frontier import Frontier, Place, Visit
from checks.flow.heard import Heard, heard
from checks.flow.others import LATER
from checks.flow.variants import Seed, variants
from events.decider import Command, Decider, Forbidden, Refused
from events.event import Event
from events.recorded import Actor, Context

SYSTEM = frozenset({"system"})
"""The roles of commands that only the services themselves give."""
ENOUGH = 150
"""Ways by the same command to the same place that are looked at closely."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way to go on: from the place of this name by a command, what it led to, and where."""

    before: str
    command: type[Command]
    facts: tuple[type[Event], ...]
    after: str


class Walk:
    """A decider, the commands known to make sense, and all that came of them."""

    def __init__(
        self, decider: Decider[Any], place: Callable[[Any], Place], now: datetime, vocabulary: Heard
    ) -> None:
        self.decider = decider
        self.steps: dict[Step, set[str]] = {}
        """Each with the roles that can take it, in the order found."""
        self.kinds: set[type] = {type(decider.initial)}
        """The classes of the states it was in, also of those it only passed through."""
        self.facts: dict[type[Event], list[tuple[Event, Any]]] = defaultdict(list)
        """Facts that differ, each with the state after it, by kind."""
        self.start = place(decider.initial).name
        self._now = now
        self._vocabulary = vocabulary
        self._frontier = Frontier(place)
        self._seeds: dict[type[Command], list[Seed]] = {command: [] for command in decider.may}
        self._known: dict[Hashable, set[Hashable]] = defaultdict(set)
        self._arrivals: dict[Hashable, int] = defaultdict(int)
        self._variants: dict[Hashable, Sequence[Command]] = {}
        self._frontier.arrive(Visit(decider.initial, place(decider.initial), now))

    def learn(self, command: Command, *, free: bool) -> bool:
        """Take up a command that makes sense somewhere; false when it is like those known."""
        if not self._is_new(command):
            return False
        self._seeds.setdefault(type(command), []).append(Seed(command, free))
        return True

    @property
    def commands(self) -> frozenset[type[Command]]:
        """Those of the role table, and those that reactions send."""
        return frozenset(self._seeds)

    @property
    def unknown(self) -> list[type[Command]]:
        """The commands of which none is known."""
        return [command for command, seeds in self._seeds.items() if not seeds]

    def go(self, limit: int) -> None:
        """Try all known commands on up to `limit` states of each place."""
        while visit := self._unfinished() or self._frontier.next(limit):
            self._try(visit)

    def _unfinished(self) -> Visit | None:
        """A visit made before some command was known."""
        counts = [(command, len(seeds)) for command, seeds in self._seeds.items()]
        made = self._frontier.made()
        return next((visit for visit in made if any(visit.tried[command] < n for command, n in counts)), None)

    def _try(self, visit: Visit) -> None:
        told = heard(reversed(visit.history))
        moments = [visit.at]
        if visit.at == self._now and self._frontier.is_first(visit):
            moments.append(self._now + LATER)
        for command in sorted(self._seeds, key=lambda kind: kind.__name__):
            seeds = self._seeds[command][visit.tried[command] :]
            visit.tried[command] += len(seeds)
            for one in self._varied(command, seeds, told) if seeds else ():
                for moment in moments:
                    self._give(visit, one, moment)

    def _varied(self, command: type[Command], seeds: Sequence[Seed], told: Heard) -> Sequence[Command]:
        fitting = {name: told[name] for name in sorted(names(command)) if name in told}
        key = (command, tuple(map(id, seeds)), repr(fitting))
        if key not in self._variants:
            self._variants[key] = variants(seeds, fitting, self._vocabulary)
        return self._variants[key]

    def _give(self, visit: Visit, command: Command, at: datetime) -> None:
        for by in self._people(visit, type(command)):
            context = Context(by=by, at=at)
            try:
                facts = self._handled(visit, command, context)
            except Forbidden:
                continue
            except Refused:
                return
            if facts:
                self._note(visit, command, context, facts)
            return

    def _people(self, visit: Visit, command: type[Command]) -> Iterator[Actor]:
        """Somebody new with all the roles, then those who acted before; of the group, then of its company."""
        roles = self.decider.may.get(command, frozenset())
        company = self.decider.company(visit.state)
        for who in (f"{command.__name__} {len(visit.people)}", *visit.people[:-3:-1]):
            yield Actor(who, roles)
            if company:
                yield Actor(who, roles, company)

    def _handled(self, visit: Visit, command: Command, context: Context) -> Sequence[Event]:
        try:
            return self.decider.handle(visit.state, command, context)
        except Refused:
            raise
        except Exception as error:
            # The services' own commands follow each other as facts do; here they come in any order.
            if context.by.roles == SYSTEM:
                raise Refused("out-of-order", str(error)) from error
            error.add_note(f"in the state {visit.state!r}, given {command!r} by {context.by}")
            raise

    def _note(self, visit: Visit, command: Command, context: Context, facts: Sequence[Event]) -> None:
        visit.fruitful = True
        states: list[Any] = [visit.state]
        for fact in facts:
            states.append(self.decider.evolve(states[-1], fact))
        self.kinds.update(map(type, states))
        place, kinds = self._frontier.place(states[-1]), _kinds(facts)
        roles = self.steps.setdefault(Step(visit.place.name, type(command), kinds, place.name), set())
        for role in sorted(context.by.roles - roles):
            for company in (context.by.company, self.decider.company(visit.state)):
                alone = Actor(context.by.subject, frozenset({role}), company)
                try:
                    same = self.decider.handle(visit.state, command, Context(by=alone, at=context.at))
                except Refused:
                    continue
                if _kinds(same) == kinds:
                    roles.add(role)
        self._arrivals[type(command), kinds, place] += 1
        if self._arrivals[type(command), kinds, place] <= ENOUGH:
            for fact, state in zip(facts, states[1:], strict=True):
                if self._is_new(fact):
                    self.facts[type(fact)].append((fact, state))
            history, people = (*visit.history, *facts), (*visit.people, context.by.subject)
            self._frontier.arrive(Visit(states[-1], place, context.at, history, people))

    def _is_new(self, said: Command | Event) -> bool:
        found, known = features(said, codes=True), self._known[type(said)]
        news = not known or not found <= known
        known |= found
        return news


def _kinds(facts: Sequence[Event]) -> tuple[type[Event], ...]:
    return tuple(dict.fromkeys(type(fact) for fact in facts))
