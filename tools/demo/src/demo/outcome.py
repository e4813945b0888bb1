"""What came of a play: the figures of the summary, and every fault that was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.desk import Desk, Run
from demo.expected import TRAITS, planned, seen
from demo.staff import Stuck

_MOST = 20
"""Faults of one kind that are named; more are counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A play and what the system made of it."""

    run: Run
    broker: str
    orders: int
    twins: int
    """Requests that came a second time, beside the orders (S3)."""
    states: Mapping[str, int]
    """Orders by the state they ended in."""
    journeys: Mapping[str, tuple[int, int]]
    """Orders by trait: as many as planned, and as many as seen."""
    events: Mapping[str, Mapping[str, int]]
    """By service and type, since the play began."""
    messages: Mapping[str, int]
    """By channel."""
    mails: int
    """Taken by the mail sink, repeats included."""
    seconds: float
    """Until the last effect of the last order."""
    faults: Sequence[str]

    @property
    def events_in_all(self) -> int:
        return sum(count for of_service in self.events.values() for count in of_service.values())

    @property
    def events_per_second(self) -> float:
        return self.events_in_all / self.seconds


def states(desks: Sequence[Desk]) -> Mapping[str, int]:
    """Orders by the state they were last seen in, the most frequent first."""
    return dict(Counter(desk.state for desk in desks if desk.state).most_common())


def journeys(desks: Sequence[Desk]) -> Mapping[str, tuple[int, int]]:
    """How many orders have each trait, by plan and by what happened to them."""
    plan = Counter(trait for desk in desks for trait in planned(desk.task))
    fact = Counter(trait for desk in desks for trait in seen(desk.events))
    return {trait: (plan[trait], fact[trait]) for trait in TRAITS}


def other_ways(desks: Sequence[Desk]) -> Sequence[str]:
    """Orders that came to an end by another way than the one planned for them."""
    return [
        f"order {desk.task.order.reference} ({desk.number}) went another way: planned "
        f"{sorted(planned(desk.task))}, seen {sorted(seen(desk.events))}"
        for desk in desks
        if desk.done and planned(desk.task) != seen(desk.events)
    ]


def stuck_lines(stuck: Sequence[Stuck]) -> Sequence[str]:
    """Which orders are stuck where and why."""
    return [
        f"order {one.reference} ({one.number or 'not received'}) is stuck in {one.state or 'no state'}, "
        f"at: {one.step}; {one.why}"
        for one in stuck
    ]


def shortened(faults: Sequence[str]) -> Sequence[str]:
    """The first ones, and how many more there are."""
    if len(faults) <= _MOST:
        return faults
    return [*faults[:_MOST], f"... and {len(faults) - _MOST} more like these"]
