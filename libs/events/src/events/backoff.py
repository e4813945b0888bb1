"""How long to wait before trying again while something is away."""

from __future__ import annotations

from collections.abc import Iterator
from random import uniform


def pauses(first: float = 0.1, most: float = 5.0) -> Iterator[float]:
    """Seconds to wait before each attempt, for ever: doubling up to `most`, each at random
    between half and all of it, so that those who failed together do not come back together."""
    pause = first
    while True:
        yield uniform(pause / 2, pause)  # noqa: S311  # nothing secret about it
        pause = min(pause * 2, most)
