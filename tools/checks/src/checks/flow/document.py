"""docs/flow.md as text: for each thing its states and steps, then what follows by itself, then what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from checks.flow.arrows import MANY, way
from checks.flow.diagrams import CROWD, by, people, reactions, states
from checks.flow.exploration import Exploration, Led
from checks.flow.gaps import idle, ungiven, unreached
from checks.flow.walk import Walk
from checks.markdown import mermaid, page, table
from checks.words import listed, shared, words

_HEAD = """# The flow that runs

How an order, its review, its purchased parts and its messages really go on. Nothing here is drawn
by hand: `python -m checks flow --write` gives the services' deciders commands in every state that
can be reached and notes what follows, and `make check` fails when this page is not what they do.

Who may give which command is in [permissions.md](permissions.md) as one table, what the rules
(C1, S7 and so on) say is in [rules.md](rules.md)."""
_MISSING = """In the code, and never met on any way that was tried: either it is out of reach, or the walk is
not clever enough to get there."""


def document(found: Exploration) -> str:
    """The whole page."""
    things = (part for service, walk in _walks(found) for part in _thing(service, walk, found.led))
    missing = [f"* {line}" for line in gaps(found)]
    return page(
        _HEAD,
        *things,
        *_by_itself(found),
        "## What was not met",
        *([_MISSING, "\n".join(missing)] if missing else ["Nothing."]),
    )


def gaps(found: Exploration) -> Iterator[str]:
    """States, commands, roles and facts that are in the code and were never met."""
    for service, walk in _walks(found):
        what = f"{words(walk.decider.category)} ({service})"
        for kind in sorted(unreached(walk), key=lambda kind: kind.__name__):
            yield f"{what}: the state *{words(kind.__name__)}* was never reached"
        for command in sorted(ungiven(walk), key=lambda command: command.__name__):
            yield f"{what}: the command *{words(command.__name__)}* was never accepted"
        for command, roles in sorted(idle(walk).items(), key=lambda one: one[0].__name__):
            yield f"{what}: the command *{words(command.__name__)}* was never accepted from {people(roles)}"
    for service, facts in found.facts.items():
        recorded = {fact for walk in found.walks[service] for fact in walk.facts}
        for fact in facts:
            if fact not in recorded:
                yield f"{service}: the fact *{words(fact.__name__)}* was never recorded"


def _thing(service: str, walk: Walk, led: Sequence[Led]) -> Iterator[str]:
    found = way(walk)
    yield f"## {words(walk.decider.category).capitalize()} ({service})"
    if len(found.states) > 1:
        yield mermaid(states(found, led))
    if found.often:
        yield "What can be done in many states:"
        often = ((words(command.__name__), names) for command, names in found.often.items())
        yield "\n".join(f"* *{command}* in {', '.join(names)}" for command, names in often)
    yield table(
        ("state", "command", "by", "leads to", "recorded as", "rules"),
        [
            (
                arrow.before,
                words(arrow.command.__name__),
                by(arrow, led),
                "the same" if arrow.after == MANY else arrow.after,
                " *or* ".join(arrow.recorded),
                listed(arrow.rules),
            )
            for arrow in found.arrows
        ],
    )


def _by_itself(found: Exploration) -> Iterator[str]:
    owner = {kind.name: walk.decider.category for _, walk in _walks(found) for kind in walk.facts}
    service = {walk.decider.category: name for name, walk in _walks(found)}
    things = list(service)
    led = sorted(found.led, key=lambda one: (things.index(owner[one.fact.name]), one.fact.name, one.service))
    yield "## What follows by itself"
    yield "A fact of one thing leads, by a service's reaction, to a command for another."
    yield mermaid(reactions(led, owner, service))
    several: dict[tuple[str, str, str], list[Led]] = defaultdict(list)
    for one in led:
        several[words(one.command.__name__), words(one.category), one.service].append(one)
    yield table(
        ("fact", "of", "leads to the command", "for", "by the reaction", "rules"),
        [
            (
                words(one.fact.__name__),
                words(owner[one.fact.name]),
                command,
                category,
                f"{name}: `{one.reaction}`",
                listed(shared(one.fact.__doc__, one.command.__doc__)),
            )
            for (command, category, name), each in several.items()
            if len(each) <= CROWD
            for one in each
        ],
    )
    often = ((key, each) for key, each in several.items() if len(each) > CROWD)
    yield "\n".join(
        f"* *{command}* for the {category}, by {name}, after any of: "
        f"{', '.join(words(one.fact.__name__) for one in each)}"
        for (command, category, name), each in often
    )


def _walks(found: Exploration) -> Iterator[tuple[str, Walk]]:
    return ((service, walk) for service, walks in found.walks.items() for walk in walks)
