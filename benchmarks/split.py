"""A year of 1,000,000 orders a day over several databases, simulated: `python -m benchmarks.split`.

Each order goes its way through order-intake in ten commands over some weeks. Its Kafka
partition, which follows from its number, says in which database it lives. Minute by minute
commands come in as chance has it, within the hours people work; each database takes as many
as it can, in batches, and what it cannot take waits. What a commit and an event cost is
measured (docs/scale.md); one database is away for ten minutes once a week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS = 365
MINUTES = 24 * 60
COMMANDS = (
    (0.0, 2),
    (0.5, 2),
    (1.0, 1),
    (4.0, 1),
    (6.0, 1),
    (9.0, 1),
    (10.0, 1),
    (12.0, 1),
    (15.0, 2),
    (16.0, 1),
)
"""Days after the first one on which an order's commands come, and the events of each; 13 in all."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What one database needs, as measured on 2 cores."""

    batch: float = 0.6e-3
    """Seconds of a batch, whatever is in it: the round trip, the plan, the commit."""
    event: float = 12e-6
    """Seconds of an event in it."""
    row: float = 1_150
    """Bytes of an event with its share of both indexes."""
    record: float = 750
    """Bytes of its Kafka record with headers."""
    rebuild: float = 150_000
    """Events a second that a read model is rebuilt from."""
    most: int = 500
    """Commands of a batch."""

    def capacity(self, events: float) -> float:
        """Commands a second of `events` each, in full batches."""
        return self.most / (self.batch + self.most * events * self.event)


@dataclass(frozen=True, slots=True)
class Year:
    """How the year went, by database."""

    events: NDArray[np.float64]
    """In the log at the end."""
    busiest: NDArray[np.float64]
    """Of all minutes, the share of it that the database worked."""
    waiting: NDArray[np.float64]
    """Most commands that waited."""
    longest: NDArray[np.float64]
    """Most minutes until the database was abreast again after it had been away."""
