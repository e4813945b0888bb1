"""Commands to try on a thing: known ones, and what differs from them in one or two fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from checks.flow.annotations import of_field
from checks.flow.heard import Heard, Tree
from checks.flow.others import Others, pointed
from events.decider import Command

MOST = 300
"""Commands of one kind that are tried on one state."""
_FEW = 5
"""Values of one field that are tried together with those of another."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A command that is known to make sense."""

    command: Command
    free: bool
    """A person gives it, who could say anything; the services send theirs as they are."""


def variants(seeds: Sequence[Seed], told: Heard, vocabulary: Heard) -> Sequence[Command]:
    """The seeds themselves, then what is ever less like them; each once.

    `told` is what the thing's own history says, `vocabulary` what is said anywhere.
    """
    found: dict[str, Command] = {}
    for kind, tree in islice(_trees(seeds, told, Others(told, vocabulary)), 3 * MOST):
        try:
            command = kind.model_validate(tree)
        except ValueError:
            continue  # what no request could say
        found.setdefault(command.model_dump_json(), command)
        if len(found) == MOST:
            break
    return list(found.values())


def _trees(seeds: Sequence[Seed], told: Heard, others: Others) -> Iterator[tuple[type[Command], Tree]]:
    dumped = [(seed.free, type(seed.command), seed.command.model_dump()) for seed in seeds]
    yield from ((kind, tree) for _, kind, tree in dumped)
    for free, kind, tree in dumped:
        if not free:
            yield from ((kind, other) for other in pointed(tree, told))
    for free, kind, tree in dumped:
        if free:
            bare = {name: tree[name] for name, field in kind.model_fields.items() if field.is_required()}
            for base in _once(tree, _read(tree, told), bare, _read(bare, told)):
                yield from ((kind, other) for other in (base, *_changed(kind, base, others)))


def _once(*trees: Tree) -> list[Tree]:
    return [tree for place, tree in enumerate(trees) if tree not in trees[:place]]


def _read(tree: Tree, told: Heard) -> Tree:
    """With the numbers and keys that were said last: what a person read before answering."""
    said = {name: told[name][0] for name in tree if name in told}
    return tree | {
        name: value
        for name, value in said.items()
        if type(value) is type(tree[name])
        and (isinstance(value, int) or (isinstance(value, str) and " " not in value))
    }


def _changed(kind: type[Command], tree: Tree, others: Others) -> Iterator[Tree]:
    """With one field changed, then with two."""
    changes = {
        name: [{name: other} for other in others.of(of_field(field), tree.get(name), name)]
        for name, field in kind.model_fields.items()
    }
    yield from (tree | change for several in changes.values() for change in several)
    simple = {name: list(islice(filter(_simple, several), _FEW)) for name, several in changes.items()}
    for one, two in combinations(simple, 2):
        yield from (tree | first | second for first in simple[one] for second in simple[two])


def _simple(change: Mapping[str, Tree]) -> bool:
    """Whether it is a single value, or nothing."""
    (value,) = change.values()
    return not isinstance(value, dict) and not (isinstance(value, tuple) and value)
