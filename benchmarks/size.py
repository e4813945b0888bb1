"""How much is measured: everything, or a look in some minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Rounds and amounts of a run."""

    rounds: int
    """Of short measurements."""
    long_rounds: int
    """Of those that take most of a minute."""
    seconds: float
    """That one side of a round is measured for, where the time is given."""
    events: int
    """Of a rebuild."""
    big_log: int
    """Events in a big log."""
    stream: int
    """Events through Kafka in a round."""


FULL = Size(rounds=5, long_rounds=2, seconds=3.0, events=1_000_000, big_log=5_000_000, stream=100_000)
QUICK = Size(rounds=3, long_rounds=1, seconds=1.0, events=100_000, big_log=300_000, stream=20_000)
"""Its figures are too short for a verdict: they show that all works, and where something is far off."""
