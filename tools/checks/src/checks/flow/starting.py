"""What a walk starts from: the examples in the OpenAPI documents, a morning, and how states are called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from checks.flow.frontier import Place
from checks.flow.heard import Tree
from checks.words import words
from events.decider import Command, Decider

if TYPE_CHECKING:  # what is checked may be broken; that must not keep the other checks from running
    from servicekit.service import Service


def examples(service: Service, document: dict[str, Any]) -> Iterator[Command]:  # Any: a JSON document
    """The examples of request bodies that are commands."""
    known = {command.__name__: command for decider in service.deciders for command in decider.may}
    for operation in (one for path in document["paths"].values() for one in path.values()):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        command = known.get(media.get("schema", {}).get("$ref", "").rpartition("/")[2])
        if command:
            for example in media.get("examples", {}).values():
                yield command.model_validate(example["value"])


def morning(commands: Iterable[Command]) -> datetime:
    """One that lies before all days the commands name, so that none of them is over."""
    days = [day for command in commands for day in _days(command.model_dump())]
    return datetime.combine(min(days, default=date(2027, 1, 1)) - timedelta(days=60), time(9), UTC)


def _days(tree: Tree) -> Iterator[date]:
    match tree:
        case datetime():
            yield tree.date()
        case date():
            yield tree
        case dict():
            for value in tree.values():
                yield from _days(value)
        case tuple() | list():
            for value in tree:
                yield from _days(value)


def places(service: Service, decider: Decider[Any]) -> Callable[[Any], Place]:  # Any: a state of the decider
    """As the service shows such a state over HTTP, where it does; else the state's class tells.

    What is not there yet is shown to nobody.
    """
    from servicekit import Resource  # here: when it is broken, the other checks still run

    shows = [
        value.thing.show
        for name, module in sorted(sys.modules.items())
        if name.startswith(f"{service.package.name}.")
        for value in vars(module).values()
        if isinstance(value, Resource) and value.thing.decider is decider
    ]

    def place(state: Any) -> Place:  # Any: a state of the decider
        shown = shows[0](state) if shows and state != decider.initial else {}
        name, waiting = shown.get("state"), shown.get("waiting_for")
        detail: Hashable = tuple(waiting) if isinstance(waiting, list | tuple) else waiting
        return Place(type(state), words(name if isinstance(name, str) else type(state).__name__), detail)

    return place
