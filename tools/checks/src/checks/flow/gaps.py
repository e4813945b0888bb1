"""What is in the code and was never met on a walk: states, commands, and roles of the role table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import get_args, get_type_hints

from checks.flow.annotations import Annotation
from checks.flow.walk import Walk
from events.decider import Command


def unreached(walk: Walk) -> frozenset[type]:
    """The classes of states, by the annotation of `evolve`, that it never was in, not even in passing."""
    kind: Annotation = get_type_hints(walk.decider.evolve).get("return")
    return frozenset(get_args(kind) or {kind}) - walk.kinds - {None}


def ungiven(walk: Walk) -> frozenset[type[Command]]:
    """The commands that were never given with success."""
    return walk.commands - {step.command for step in walk.steps}


def idle(walk: Walk) -> Mapping[type[Command], frozenset[str]]:
    """By command that was given, the roles that may give it and never did with success."""
    given: dict[type[Command], set[str]] = defaultdict(set)
    for step, roles in walk.steps.items():
        given[step.command] |= roles
    left = {command: walk.decider.may[command] - roles for command, roles in given.items()}
    return {command: roles for command, roles in left.items() if roles}
