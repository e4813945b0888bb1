"""The system under load: too much of it, without a broker, while it ends, and with clients that misbehave.

`run` goes through the scenarios on servers of its own and gives a table; docs/load.md says what
stands behind each figure. `python -m faults.load` is its command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from faults.load.table import Result, Row, show, write

__all__ = ["Result", "Row", "run", "show", "write"]


def run(
    console: Console, only: Sequence[str] = (), quick: bool = False, minutes: float = 5.0
) -> Sequence[Result]:
    """Go through the scenarios, all or `only` some; `minutes` is how long Kafka is away in a full run."""
    from faults.load import scenarios  # slow to import, and the clients' process has no need of it

    return scenarios.run(console, only, quick, minutes)
