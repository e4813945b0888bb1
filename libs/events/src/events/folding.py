"""Folding facts into the rows of a read model; what cannot be shown is told, with the reason.

This part is pure: rows come from a table, and go back there, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from events.feed import Garbled
from events.parking import EARLIER, describe
from events.projection import Projection
from events.recorded import Recorded

R = TypeVar("R")
Placed = tuple[int, str, Recorded[Any]]
"""A fact's place among those given, the key of its row, and the fact."""


class Folding(Generic[R]):
    """Shows batches of facts in rows. Once a fact fails, all later ones of its key do."""

    def __init__(self, projection: Projection[R], parked: Iterable[str] = ()) -> None:
        self._projection = projection
        self._failed_at = dict.fromkeys(parked, -1)
        """By key, the place of the first that failed; -1 for one before this batch."""
        self._failed: list[tuple[int, str]] = []

    def place(self, facts: Sequence[Recorded[Any] | Garbled]) -> Sequence[Placed]:
        """Begin a batch: which row each fact concerns. Those for other projections are left out."""
        self._failed_at = dict.fromkeys(self._failed_at, -1)
        self._failed = []
        placed: list[Placed] = []
        concerns, key = self._projection.concerns, self._projection.key
        for place, fact in enumerate(facts):
            if isinstance(fact, Garbled):
                self._fail(place, fact.key, fact.reason)
            elif concerns(fact.name):
                try:
                    placed.append((place, key(fact), fact))
                except Exception as error:  # noqa: BLE001  # a bug of this event's code: parked, and said
                    self._fail(place, fact.key, describe(error))
        return placed

    def show(self, placed: Iterable[Placed], rows: dict[str, R]) -> Sequence[tuple[int, str]]:
        """Apply placed facts to `rows`; the places of what failed, in order, and the reasons.

        A row that was touched goes to the end of `rows`, so those touched longest ago stand first.
        """
        show, failed_at = self._projection.show, self._failed_at
        for place, key, fact in placed:
            if failed_at.get(fact.key, place) < place:
                self._fail(place, fact.key, EARLIER)
                continue
            after = before = rows.pop(key, None)
            try:
                after = show(before, fact)
            except Exception as error:  # noqa: BLE001  # as above
                self._fail(place, fact.key, describe(error))
            if after is not None:
                rows[key] = after
        return sorted(self._failed)

    def _fail(self, place: int, key: str, reason: str) -> None:
        self._failed.append((place, reason))
        self._failed_at[key] = min(place, self._failed_at.get(key, place))
