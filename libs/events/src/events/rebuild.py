"""Building a read model's table from the first event on, faster than one batch after another.

The rows that were touched last are at hand; the others lie in the table, are taken out when
an event concerns them again, and put back in bulk.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, TypeVar

from events.checkpoint import Connection
from events.folding import Folding
from events.recorded import Recorded
from events.table import Table

R = TypeVar("R")
AT_HAND = 50_000
"""Rows kept in memory at most, about 1 kB each; half of them are put back at a time."""
PUT = 2000
"""Rows of one COPY: making it up stops everything else of the process for a few milliseconds."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have Python look for cyclic garbage less often, for the length of the block.

    Folding makes many objects and no cycles; looking through the rows at hand again and again
    took a third of a rebuild.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 20_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Rebuild(Generic[R]):
    """Fills a table that nobody else uses. Until `put_back` its rows are not all there.

    One that is not `empty` holds the rows after all events before those that will be folded.
    """

    def __init__(
        self, table: Table[R], connection: Connection, *, at_hand: int = AT_HAND, empty: bool = True
    ) -> None:
        self._table = table
        self._connection = connection
        self._at_hand = at_hand
        self._folding = Folding(table.projection)
        self._rows: dict[str, R] = {}
        self._all_at_hand = empty

    async def fold(self, facts: Sequence[Recorded[Any]]) -> Sequence[str]:
        """Apply the next events; those that could not be shown, with the reasons."""
        placed = self._folding.place(facts)
        if not self._all_at_hand:
            missing = {key for _, key, _ in placed} - self._rows.keys()
            self._rows.update(await self._table.take(self._connection, missing))
        failed = self._folding.show(placed, self._rows)
        if len(self._rows) > self._at_hand:
            await self.put_back(keep=self._at_hand // 2)
        return [f"{facts[place]!r}: {reason}" for place, reason in failed]

    async def put_back(self, keep: int = 0) -> None:
        """Put rows into the table, all or but the last touched."""
        keys = list(islice(self._rows, len(self._rows) - keep))
        for start in range(0, len(keys), PUT):
            await self._table.put(
                self._connection, [self._rows.pop(key) for key in keys[start : start + PUT]]
            )
        self._all_at_hand = False
