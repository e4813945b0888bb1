"""Given, when, then: a test kit for deciders, in the words of the business.

given(order, OrderReceived(...)).when(ConfirmRequirements(), by=sales).then(RequirementsConfirmed(...))
given(order).when(ConfirmRequirements(), by=sales).refused("order-unknown")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from events.decider import Command, Decider, Refused
from events.event import Event
from events.recorded import Actor, Context

S = TypeVar("S")
MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def given(decider: Decider[S], *history: Event) -> Given[S]:
    """A thing with this history."""
    return Given(decider, history)


@dataclass(frozen=True)
class Given(Generic[S]):
    decider: Decider[S]
    history: Sequence[Event]

    def when(self, command: Command, *, by: Actor, at: datetime = MONDAY) -> Outcome:
        """Give it a command, through the role table and the decider."""
        state = self.decider.fold(self.history)
        try:
            return Outcome(tuple(self.decider.handle(state, command, Context(by=by, at=at))), None)
        except Refused as refused:
            return Outcome((), refused)

    @property
    def state(self) -> S:
        return self.decider.fold(self.history)


@dataclass(frozen=True)
class Outcome:
    facts: Sequence[Event]
    refusal: Refused | None

    def then(self, *facts: Event) -> None:
        """These facts, and no others, follow."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert list(self.facts) == list(facts)

    def then_nothing(self) -> None:
        """It was fulfilled already."""
        self.then()

    def then_kinds(self, *kinds: type[Event]) -> Sequence[Any]:
        """Facts of these kinds follow; they are returned for a closer look."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert [type(fact) for fact in self.facts] == list(kinds)
        return self.facts

    def refused(self, code: str) -> Refused:
        """It is refused with this code and a reason a person can act on."""
        assert self.refusal is not None, f"not refused, but led to {self.facts}"
        assert self.refusal.code == code, f"{self.refusal.code}: {self.refusal.reason}"
        assert len(self.refusal.reason) > 10
        return self.refusal
