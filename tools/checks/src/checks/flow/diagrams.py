"""The flow as mermaid diagrams, which code hosts draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checks.flow.arrows import MANY, Arrow, Way
from checks.flow.exploration import Led
from checks.flow.walk import SYSTEM
from checks.words import listed, words

CROWD = 3
"""More facts than these on one line are counted, not named."""


def states(way: Way, led: Sequence[Led]) -> Iterator[str]:
    """States and the commands between them."""
    yield "stateDiagram-v2"
    for name in way.states:
        yield f'    state "{name}" as {_id(name)}'
    if way.often:
        yield f'    state "{MANY}, named below" as {_id(MANY)}'
    for arrow in way.arrows:
        before, after = ("[*]" if name == way.start else _id(name) for name in (arrow.before, arrow.after))
        rules = f" ({listed(arrow.rules)})" if arrow.rules else ""
        yield f"    {before} --> {after} : {words(arrow.command.__name__)}{rules} - {by(arrow, led)}"
    yield from (f"    {_id(name)} --> [*]" for name in way.states if name in way.ends)


def reactions(led: Sequence[Led], owner: Mapping[str, str], service: Mapping[str, str]) -> Iterator[str]:
    """Which thing's facts lead to which commands for which other thing.

    `owner` gives a fact's thing by the fact's name, `service` a thing's service.
    """
    yield "flowchart LR"
    yield from (f'    {_id(thing)}["{words(thing)} ({name})"]' for thing, name in service.items())
    facts: dict[tuple[str, str, str], list[Led]] = defaultdict(list)
    for one in led:
        facts[owner[one.fact.name], one.category, words(one.command.__name__)].append(one)
    for (source, target, command), several in facts.items():
        yield f'    {_id(source)} -->|"{_named(several)}: {command}"| {_id(target)}'


def by(arrow: Arrow, led: Sequence[Led]) -> str:
    """Who can do it; for what the services do themselves, after which facts."""
    if arrow.roles != SYSTEM:
        return people(arrow.roles)
    facts = [one for one in led if one.command is arrow.command]
    return f"by itself, after {_named(facts)}" if facts else "by itself"


def people(roles: Iterable[str]) -> str:
    """Roles for a reader."""
    return ", ".join(words(role) for role in sorted(roles))


def _named(led: Iterable[Led]) -> str:
    facts = list(dict.fromkeys(words(one.fact.__name__) for one in led))
    return " or ".join(facts) if len(facts) <= CROWD else f"any of {len(facts)} facts"


def _id(name: str) -> str:
    """A state may be called `end`, which is a word of mermaid."""
    return f"{name.replace(' ', '_').replace('-', '_')}_"
