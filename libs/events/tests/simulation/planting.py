"""Bugs to plant, one for each thing the simulation claims to find: a check that finds none proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

Put = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Plant:
    """A bug, and the invariants that it may break: one of them must be found broken."""

    breaks: frozenset[int]
    put: Put
    """Gives a context in which the bug is there."""


PLANTS: dict[str, Plant] = {}
"""All bugs by name; the modules `plants_in_*` add theirs."""


def plant(*breaks: int) -> Callable[[Put], Put]:
    """Register a bug under the name of the function that puts it there."""

    def register(put: Put) -> Put:
        PLANTS[put.__name__] = Plant(frozenset(breaks), put)
        return put

    return register


@contextmanager
def planted(name: str) -> Iterator[Plant]:
    """The library with this bug."""
    bug = PLANTS[name]
    with bug.put():
        yield bug
