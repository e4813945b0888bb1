"""From the line of a fact to the people it is told now: whose turn it is, who was asked, who asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from notification.intents import Notice
from notification.panel import Panel


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is told, and in which words."""

    kind: Literal["customer", "role", "person"]
    name: str
    template: str
    questions: tuple[str, ...] = ()
    """What they had asked, where this is the answer."""


def concerned(notices: Sequence[Notice], before: Panel, after: Panel) -> Iterator[Addressee]:
    """Whom the notices reach, when a fact led the panel from `before` to `after`."""
    newly_due = after.due - before.due
    complete = bool(before.awaited) and not after.awaited
    for notice in notices:
        if notice.once == "opinion_due" and notice.name not in newly_due:
            continue
        if notice.once == "opinions_complete" and not complete:
            continue
        match notice.kind:
            case "reviewer":
                yield Addressee("role", after.role_of(notice.name), notice.template)
            case "asker":
                yield from _askers(notice.template, before, after)
            case kind:
                yield Addressee(kind, notice.name, notice.template)


def _askers(template: str, before: Panel, after: Panel) -> Iterator[Addressee]:
    """Each of those whose questions this word answers, with all that they asked."""
    answered = [one for one in before.questions if one not in after.questions]
    for name in dict.fromkeys(one.asked_by for one in answered):
        asked = tuple(one.question for one in answered if one.asked_by == name)
        yield Addressee("person", name, template, asked)
