"""What a walk found, as readers want it: where a thing stands, by which command it goes on, and whither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from checks.flow.walk import Step, Walk
from checks.words import shared, words
from events.decider import Command

MANY = "many states"
"""Where an arrow starts that would have to be drawn from many; one that ends there as well changes none of them."""
_MANY = 5


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a state by a command to a state."""

    before: str
    command: type[Command]
    after: str
    recorded: tuple[str, ...]
    """What it may be recorded as, in words; the facts of one answer are joined by `and`."""
    roles: frozenset[str]
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a thing: its arrows in order, and the commands that start in many states, with those states."""

    start: str
    arrows: Sequence[Arrow]
    often: dict[type[Command], list[str]]

    @property
    def states(self) -> list[str]:
        """Where a thing can stand once it is there: what is near the start first, and ends last."""
        names = dict.fromkeys(name for arrow in self.arrows for name in (arrow.before, arrow.after))
        there = [name for name in names if name not in (self.start, MANY)]
        return sorted(there, key=self.ends.__contains__)

    @property
    def ends(self) -> frozenset[str]:
        """States in which nothing more can be done."""
        going_on = {arrow.before for arrow in self.arrows}.union(*self.often.values())
        return frozenset(arrow.after for arrow in self.arrows) - going_on


def way(walk: Walk) -> Way:
    """What is near the start first; what can be done in many states last."""
    found: dict[tuple[str, type[Command], str], list[Step]] = defaultdict(list)
    for step in walk.steps:
        found[step.before, step.command, step.after].append(step)
    order = _order(walk)
    keys = sorted(found, key=lambda key: (order[key[0]], order[key[2]], key[1].__name__))
    arrows = [_arrow(walk, *key, found[key]) for key in keys]
    befores: dict[type[Command], dict[str, None]] = defaultdict(dict)
    for arrow in arrows:
        if arrow.before != walk.start:
            befores[arrow.command][arrow.before] = None
    often = {command: list(names) for command, names in befores.items() if len(names) >= _MANY}
    return Way(walk.start, _merged(walk.start, arrows, often), often)


def _merged(start: str, arrows: Sequence[Arrow], often: dict[type[Command], list[str]]) -> list[Arrow]:
    single: list[Arrow] = []
    merged: dict[tuple[type[Command], str], Arrow] = {}
    loops = {(arrow.command, arrow.before) for arrow in arrows if arrow.before == arrow.after}
    staying = {command for command, names in often.items() if loops >= {(command, name) for name in names}}
    for arrow in arrows:
        if arrow.before == start or arrow.command not in often:
            single.append(arrow)
            continue
        after = MANY if arrow.before == arrow.after and arrow.command in staying else arrow.after
        before = merged.get((arrow.command, after), replace(arrow, before=MANY, after=after))
        merged[arrow.command, after] = replace(
            before,
            recorded=tuple(sorted({*before.recorded, *arrow.recorded})),
            roles=before.roles | arrow.roles,
            rules=before.rules | arrow.rules,
        )
    return single + list(merged.values())


def _arrow(walk: Walk, before: str, command: type[Command], after: str, steps: Iterable[Step]) -> Arrow:
    recorded = {" and ".join(words(fact.__name__) for fact in step.facts) for step in steps}
    return Arrow(
        before,
        command,
        after,
        tuple(sorted(recorded)),
        frozenset().union(*(walk.steps[step] for step in steps)),
        frozenset().union(*map(_rules, steps)),
    )


def _rules(step: Step) -> frozenset[str]:
    return shared(step.command.__doc__, " ".join(fact.__doc__ or "" for fact in step.facts))


def _order(walk: Walk) -> dict[str, tuple[int, int]]:
    """Each state's distance from the start; among equals, first found first."""
    distance = {walk.start: 0}
    edge = [walk.start]
    while edge:
        near = [step.after for before in edge for step in walk.steps if step.before == before]
        edge = [name for name in dict.fromkeys(near) if name not in distance]
        distance |= dict.fromkeys(edge, max(distance.values()) + 1)
    return {name: (far, place) for place, (name, far) in enumerate(distance.items())}
