"""Whose opinion on a non-conventional order is due: side by side, then production's (C9 to C13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from events import Part
from events.contracts.reviews import Department


class Convened(Part):
    """The contract desk called these departments together, or called more of them."""

    kind: Literal["convened"] = "convened"
    departments: tuple[Department, ...]


class Spoken(Part):
    """A department gave its opinion, for the first time or anew."""

    kind: Literal["spoken"] = "spoken"
    department: Department


class Over(Part):
    """Nobody is waited for any more: the content changed, or the order is gone."""

    kind: Literal["over"] = "over"


PanelWord = Annotated[Convened | Spoken | Over, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Panel:
    """The departments called, and those whose opinions are waited for."""

    called: frozenset[Department] = frozenset()
    awaited: frozenset[Department] = frozenset()

    @property
    def due(self) -> frozenset[Department]:
        """Who can speak now: production comes last and builds on the others (C13)."""
        return self.awaited - {"production"} or self.awaited

    def after(self, word: Convened | Spoken | Over) -> Panel:
        match word:
            case Over():
                return Panel()
            case Convened(departments=departments):
                called = self.called | {*departments, "production"}
                return Panel(called, self.awaited | (called - self.called))
            case Spoken(department="production"):
                return Panel(self.called, self.awaited - {"production"})
            case Spoken(department=department):
                # What production said built on what is said otherwise now.
                return Panel(self.called, self.awaited - {department} | {"production"})
