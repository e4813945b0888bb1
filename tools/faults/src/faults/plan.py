"""The plan of a storm: which fault, when, for how long. Pure; the same seed gives the same plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from faults import points
from faults.points import POINTS, SERVICES

Kind = Literal["kill", "stop", "terminate", "cut", "reset", "delay", "fill disk", "crash point"]
SERVERS = ("postgres", "kafka")
PROXIES = ("kafka", *(f"{what} {name}" for what in ("postgres", "http") for name in SERVICES))
SPACING = 0.9
"""Seconds between two faults of a burst, on average."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    at: float
    """Seconds after its burst began."""
    kind: Kind
    target: str
    """A service, `postgres`, `kafka`, `backend SERVICE` or a proxy; `SERVICE.POINT` for a crash point."""
    seconds: float = 0.0
    """How long it lasts, where it does."""
    amount: float = 1.0
    """Of connections that are terminated, the share; of a delay, its seconds."""

    @property
    def what(self) -> str:
        """For people: what kind of fault it is, and on what."""
        if self.kind == "crash point":
            return f"crash point {self.target.partition('.')[2]}"
        return f"{self.kind} {'service' if self.target in SERVICES else self.target.partition(' ')[0]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Bursts of faults; between two of them everything heals."""

    bursts: Sequence[Sequence[Fault]]
    length: float
    """Seconds of a burst."""


_DECK: Sequence[tuple[Kind, Sequence[str], int]] = (
    ("kill", SERVICES, 9),
    ("kill", ("postgres",), 5),
    ("kill", ("kafka",), 4),
    ("stop", SERVICES, 12),
    ("stop", tuple(f"backend {name}" for name in SERVICES), 6),
    ("stop", ("postgres",), 3),
    ("stop", ("kafka",), 3),
    ("terminate", SERVICES, 18),
    ("cut", PROXIES, 14),
    ("reset", PROXIES, 12),
    ("delay", PROXIES, 11),
    ("fill disk", ("postgres",), 3),
)
"""Kinds of faults, on what, and how often in a hundred."""


def plan(seed: int, faults: int, each_point: int, rounds: int, *, disk: bool) -> Plan:
    """So many random faults and each crash point so often, in so many bursts.

    Without a `disk` that can be filled, something else is drawn in its place.
    """
    random = Random(f"plan {seed}")  # noqa: S311  # nothing secret about it
    drawn = [_fault(random, *card) for card in _hand(random, faults, disk)]
    for point in POINTS:
        where, first = points.WHERE[point], random.randrange(len(points.WHERE[point]))
        drawn += [
            Fault(0, "crash point", f"{where[(first + n) % len(where)]}.{point}")
            for n in range(points.times(point, each_point))
        ]
    random.shuffle(drawn)
    length = SPACING * -(-len(drawn) // rounds)
    bursts = [
        sorted((_at(fault, random.uniform(0, length)) for fault in drawn[number::rounds]), key=lambda f: f.at)
        for number in range(rounds)
    ]
    return Plan(bursts, length)


def _hand(random: Random, count: int, disk: bool) -> Sequence[tuple[Kind, str]]:
    """Kinds and targets: each kind at least once while there is room, and as often as its share asks."""
    deck = [card for card in _DECK if disk or card[0] != "fill disk"]
    order = random.sample(deck, len(deck))
    whole = sum(share for _, _, share in order)
    hand: list[tuple[Kind, str]] = []
    for kind, targets, share in order:
        hand += [(kind, random.choice(targets)) for _ in range(max(1, count * share // whole))]
    while len(hand) < count:
        kind, targets, _ = random.choices(deck, [share for _, _, share in deck])[0]
        hand.append((kind, random.choice(targets)))
    return hand[:count]


def _fault(random: Random, kind: Kind, target: str) -> Fault:
    match kind:
        case "stop":
            return Fault(0, kind, target, seconds=min(10.0, 1 + random.expovariate(0.7)))
        case "terminate":
            return Fault(0, kind, target, amount=random.choice((0.3, 0.6, 1.0)))
        case "cut":
            return Fault(0, kind, target, seconds=random.uniform(0.3, 4))
        case "delay":
            return Fault(0, kind, target, seconds=random.uniform(1, 6), amount=random.uniform(0.05, 2.0))
        case "fill disk":
            return Fault(0, kind, target, seconds=random.uniform(2, 5))
        case _:
            return Fault(0, kind, target)


def _at(fault: Fault, moment: float) -> Fault:
    return Fault(moment, fault.kind, fault.target, fault.seconds, fault.amount)
