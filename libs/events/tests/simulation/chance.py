"""What is left to chance in a run, all of it drawn from one seed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Literal

from simulation.loop import VirtualLoop


@dataclass
class Chance:
    """Draws delays and failures, and remembers what had an effect, in order."""

    seed: int
    random: Random
    loop: VirtualLoop
    trouble: float = 0.0
    """The part of requests whose connection is lost; 0 once all is healed."""
    noted: Callable[[str, str], None] = lambda _, __: None
    """Called with who did what."""
    trace: list[tuple[float, str, str, str]] = field(default_factory=list)
    """When, who, where, what."""

    def delay(self) -> float:
        """Seconds that something takes on the wire; now and then very many."""
        drawn = self.random.random()
        return drawn * 0.02 if drawn > self.trouble else self.random.random() * 3

    def cut(self) -> Literal["before", "after"] | None:
        """Whether a connection is lost at a request, and on which side of its effect."""
        if not self.trouble or self.random.random() > self.trouble:
            return None
        return "before" if self.even() else "after"

    def even(self) -> bool:
        return self.random.random() < 0.5

    def note(self, who: str, where: str, what: str) -> None:
        self.trace.append((round(self.loop.time(), 6), who, where, what))
        self.noted(who, what)

    @property
    def digest(self) -> str:
        """What two runs have in common when they were the same."""
        return sha256(repr(self.trace).encode()).hexdigest()
