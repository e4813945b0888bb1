"""Whose opinion on a non-conventional order is due: side by side, then production's (C9 to C13);
and which questions to a reviewer wait for an answer, of any order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from events import Part
from events.contracts.messages import OpenQuestion
from events.contracts.reviews import Department, Reviewer


class Convened(Part):
    """The contract desk called these departments together, or called more of them."""

    kind: Literal["convened"] = "convened"
    departments: tuple[Department, ...]


class Spoken(Part):
    """A department gave its opinion, for the first time or anew."""

    kind: Literal["spoken"] = "spoken"
    department: Department


class Judged(Part):
    """One side of a conventional order's case gave its word on the date, for the first time or anew (C6)."""

    kind: Literal["judged"] = "judged"
    side: Reviewer


class Asked(Part):
    """The case went back to one reviewer with a question."""

    kind: Literal["asked"] = "asked"
    question: OpenQuestion


class Over(Part):
    """Nobody is waited for any more: the content changed, or the order is gone."""

    kind: Literal["over"] = "over"


PanelWord = Annotated[Convened | Spoken | Judged | Asked | Over, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Panel:
    """The departments called, those whose opinions are waited for, and the questions that are open."""

    called: frozenset[Department] = frozenset()
    """None for a conventional order, which has two sides and no panel."""
    awaited: frozenset[Department] = frozenset()
    questions: tuple[OpenQuestion, ...] = ()

    @property
    def due(self) -> frozenset[Department]:
        """Who can speak now: production comes last and builds on the others (C13)."""
        return self.awaited - {"production"} or self.awaited

    def role_of(self, reviewer: str) -> str:
        """The role whose word it is: on a conventional order's date the production manager's (C6)."""
        panel = reviewer in self.called
        return "production_manager" if reviewer == "production" and not panel else reviewer

    def after(self, word: PanelWord) -> Panel:
        match word:
            case Over():
                return Panel()
            case Convened(departments=departments):
                called = self.called | {*departments, "production"}
                return Panel(called, self.awaited | (called - self.called), self.questions)
            case Asked(question=question):
                # The asked department speaks again, and then production, which builds on it (C13).
                again = self.called & {question.to, "production"}
                asked = tuple(dict.fromkeys((*self.questions, question)))
                return Panel(self.called, self.awaited | again, asked)
            case Judged(side=side):
                return replace(self, questions=self._left_by(side))
            case Spoken(department="production"):
                return Panel(self.called, self.awaited - {"production"}, self._left_by("production"))
            case Spoken(department=department):
                # What production said built on what is said otherwise now.
                awaited: frozenset[Department] = self.awaited - {department} | {"production"}
                return Panel(self.called, awaited, self._left_by(department))

    def _left_by(self, reviewer: Reviewer) -> tuple[OpenQuestion, ...]:
        """The questions that a word of this reviewer does not answer."""
        return tuple(one for one in self.questions if one.to != reviewer)
