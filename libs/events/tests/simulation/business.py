"""A small business for the simulation: pages that are written, and copies made by another service.

A copy is made of every fact, once, in order; nothing in its decider forgives a repetition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from events import Actor, Command, Context, Decider, Event, Projection, Reactions, Recorded, Send

PAGES, COPIES = "pages", "copies"
"""The two services: the first one's facts reach the second."""
WRITER = Actor("ada", frozenset({"writer"}))


class Wrote(Event, name="page.wrote.v1"):
    """Somebody wrote something on a page."""

    text: str


class Copied(Event, name="copy.copied.v1"):
    """What stands on a page stands on its copy."""

    version: int
    half: int


class Write(Command):
    texts: tuple[str, ...]


class Copy(Command):
    version: int
    half: int


class Bug(Exception):
    """What reactions and read models have until the mended version is deployed."""


class Release:
    """Which version of the code is deployed."""

    mended = True


def _write(_: None, command: Write, __: Context) -> Sequence[Event]:
    return [Wrote(text=text) for text in command.texts]


def _copy(_: None, command: Copy, __: Context) -> Sequence[Event]:
    return [Copied(version=command.version, half=command.half)]


page = Decider[None]("page", None, _write, lambda state, _: state, {Write: frozenset({"writer"})})
copy = Decider[None]("copy", None, _copy, lambda state, _: state, {Copy: frozenset({"system"})})


def when_wrote(fact: Recorded[Wrote]) -> Sequence[Send]:
    """Every fact leads to two commands: a failure may come between them."""
    _break_on(fact)
    return [Send(copy, fact.id_in_stream, Copy(version=fact.version, half=half)) for half in (1, 2)]


reactions = Reactions(when_wrote)


@dataclass(frozen=True, slots=True)
class PageRow:
    id: str
    versions: tuple[str, ...]


def show(row: PageRow | None, fact: Recorded[Any]) -> PageRow:
    _break_on(fact)
    before = row.versions if row else ()
    return PageRow(fact.id_in_stream, (*before, str(fact.version)))


shown = Projection(
    name="shown", version=1, row=PageRow, show=show, key=lambda fact: fact.id_in_stream, handles=(Wrote,)
)
"""The pages as their own service shows them."""
heard = Projection(
    name="heard", version=1, row=PageRow, show=show, key=lambda fact: fact.id_in_stream, handles=(Wrote,)
)
"""The pages as the other service hears of them."""


def _break_on(fact: Recorded[Wrote]) -> None:
    if fact.event.text.startswith("poison") and not Release.mended:
        raise Bug("this code cannot handle such a text")
