"""Measuring: a subject beside its reference, round after round in alternating order.

What disturbs a machine disturbs both, so the ratio of a round is steadier than either figure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Work = Callable[[], Awaitable[float]]
"""Does one round and gives its figure."""
Of = Literal["ratio", "value", "more"]


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of all rounds."""

    values: Sequence[float]

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a median is to reach: of the subject's figures (`value`), of their `ratio` to the
    reference's, or of how much `more` they are."""

    of: Of
    at_least: float | None = None
    at_most: float | None = None

    def met(self, reached: float) -> bool:
        return (self.at_least is None or reached >= self.at_least) and (
            self.at_most is None or reached <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table."""

    what: str
    unit: str
    """Of both sides' figures, such as `events/s` or `ms`."""
    subject: Series
    against: str
    """What the reference is."""
    reference: Series
    aims: Sequence[Aim] = ()
    """None for a line that only informs."""
    notes: Sequence[str] = field(default=())
    """What a reader of the figures should know."""

    @property
    def ratio(self) -> Series:
        """Subject to reference, round by round."""
        return Series([a / b for a, b in self._rounds])

    @property
    def more(self) -> Series:
        """Subject less reference, round by round."""
        return Series([a - b for a, b in self._rounds])

    def reached(self, of: Of) -> Series:
        return {"ratio": self.ratio, "value": self.subject, "more": self.more}[of]

    @property
    def met(self) -> bool:
        """Whether the medians reach every aim."""
        return all(aim.met(self.reached(aim.of).middle) for aim in self.aims)

    @property
    def _rounds(self) -> Sequence[tuple[float, float]]:
        return list(zip(self.subject.values, self.reference.values, strict=True))


async def alternate(rounds: int, subject: Work, reference: Work) -> tuple[Series, Series]:
    """Measure both `rounds` times; who goes first changes from round to round."""
    first: list[float] = []
    second: list[float] = []
    for number in range(rounds):
        if number % 2:
            second.append(await reference())
            first.append(await subject())
        else:
            first.append(await subject())
            second.append(await reference())
    return Series(first), Series(second)
