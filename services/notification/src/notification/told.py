"""How a line of the table of who is told is written: a kind of recipient, and the words for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["customer", "role", "person", "reviewer", "asker"]
"""`reviewer`: the role that gives the word asked for; `asker`: who asked for it. The order's panel knows both."""
Once = Literal["opinion_due", "opinions_complete"]
"""Told when a department's turn to speak has come, or when the last of them spoke (C13, C14)."""


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of recipient and the template for them."""

    kind: Kind
    names: Callable[[Any], Sequence[str]]  # Any: of the event in whose line it stands
    """The roles, persons or reviewers; customer and asker need no naming."""
    template: str
    only: Callable[[Any], bool] = lambda _: True  # Any: as above
    """Whether this event is one to tell of."""
    once: Once | None = None


def customer(template: str, **more: Any) -> Told:  # Any: the further fields of Told
    """The customer, by mail, or by phone where there is no address."""
    return Told("customer", lambda _: ("customer",), template, **more)


def role(*names: str, template: str, **more: Any) -> Told:  # Any: as above
    """All who have one of these roles, in the inbox of the role."""
    return Told("role", lambda _: names, template, **more)


def persons(names: Callable[[Any], Sequence[str]], template: str) -> Told:  # Any: of the event
    """These people, by their subjects."""
    return Told("person", names, template)


def reviewer(name: Callable[[Any], str], template: str) -> Told:  # Any: of the event
    """The reviewer whose word is asked for."""
    return Told("reviewer", lambda fact: (name(fact),), template)


def asker(template: str) -> Told:
    """Whoever asked the reviewer that speaks now, once for each asker; nobody when nobody asked."""
    return Told("asker", lambda _: ("asker",), template)
