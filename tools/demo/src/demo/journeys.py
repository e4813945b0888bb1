"""What becomes of each order: dealt from a seed, so that it is known before anything is played.

Every choice has a small deck of cards, shuffled again when it is used up. So the mix is the
same in every stretch of the book, and 40 orders already take every way there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeVar, get_args

from demo.northwind import Order

Mark = Literal["complete_set", "non_standard", "above_quality_standard", "penalty_clause"]
"""Why an order is non-conventional beside its discontinued articles (C5)."""
Verdict = Literal[
    "feasible", "extended", "refused", "taken_at_risk",
    "accepted", "conditions_agreed", "conditions_declined", "refused_by_panel",
]  # fmt: skip
"""How the review ends. The first four are of conventional orders (C6 to C8), the others of the panel (C14)."""
Deal = Literal["first_round", "second_round", "withdrawn"]
"""How the quotation ends (C15)."""
Supply = Literal["good", "replaced", "nothing_bought"]
"""What becomes of the purchased parts: good at once, replaced after a failed inspection, or none (C18)."""
Gap = Literal["specification", "quantity", "technical_requirements", "quality_requirements", "delivery_date"]
"""What a request may lack at first, in the order in which the answer names it (S1)."""

CLOSED_BY_REVIEW: frozenset[Verdict] = frozenset({"refused", "conditions_declined", "refused_by_panel"})


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one order."""

    gaps: tuple[Gap, ...]
    """Missing at reception; `quantity` and `specification` are those of the first line."""
    mark: Mark | None
    verdict: Verdict
    deal: Deal
    supply: Supply
    deputy: bool
    """Whether the deputy general manager decides, in the general manager's place."""

    @property
    def end(self) -> str:
        """The state the order ends in."""
        if self.verdict == "conditions_declined":
            return "declined"
        if self.verdict in CLOSED_BY_REVIEW:
            return "refused"
        return "withdrawn" if self.deal == "withdrawn" else "parts_ready"

    @property
    def sold(self) -> bool:
        """Whether it is quoted at all."""
        return self.verdict not in CLOSED_BY_REVIEW

    @property
    def made(self) -> bool:
        """Whether it is instructed, and its parts are bought."""
        return self.end == "parts_ready"


@dataclass(frozen=True, slots=True)
class Task:
    """An order and the way it takes."""

    order: Order
    journey: Journey

    @property
    def conventional(self) -> bool:
        """Whether the review will find it so (C5)."""
        return self.journey.mark is None and not self.order.discontinued


def tasks(orders: Sequence[Order], seed: int) -> tuple[Task, ...]:
    """A way for every order. The first orders get the same ways, however many follow."""
    random = Random(seed)  # noqa: S311  # a game, no secret
    decks = _Decks(random)
    dealt = []
    for order in orders:
        gaps = _gaps(random) if next(decks.incomplete) else ()
        mark = next(decks.marks)
        conventional = mark is None and not order.discontinued
        verdict = next(decks.judged if conventional else decks.panel)
        # Cards of what an order never comes to stay in their decks.
        deal: Deal = "first_round" if verdict in CLOSED_BY_REVIEW else next(decks.deals)
        made = verdict not in CLOSED_BY_REVIEW and deal != "withdrawn"
        supply: Supply = next(decks.supplies) if made else "good"
        dealt.append(Task(order, Journey(gaps, mark, verdict, deal, supply, random.random() < 0.25)))
    return tuple(dealt)


class _Decks:
    """The cards of each choice, and how many there are of each."""

    def __init__(self, random: Random) -> None:
        self.incomplete = _deck(random, {True: 1, False: 4})
        self.marks = _deck(random, _MARKS)
        self.judged = _deck(random, _JUDGED)
        self.panel = _deck(random, _PANEL)
        self.deals = _deck(random, _DEALS)
        self.supplies = _deck(random, _SUPPLIES)


_MARKS: Mapping[Mark | None, int] = {
    None: 15, "complete_set": 2, "non_standard": 1, "above_quality_standard": 1, "penalty_clause": 1,
}  # fmt: skip
_JUDGED: Mapping[Verdict, int] = {"feasible": 9, "extended": 1, "refused": 1, "taken_at_risk": 1}
_PANEL: Mapping[Verdict, int] = {
    "accepted": 5, "conditions_agreed": 1, "conditions_declined": 1, "refused_by_panel": 1,
}  # fmt: skip
_DEALS: Mapping[Deal, int] = {"first_round": 6, "second_round": 1, "withdrawn": 1}
_SUPPLIES: Mapping[Supply, int] = {"good": 6, "replaced": 1, "nothing_bought": 1}

T = TypeVar("T")


def _deck(random: Random, cards: Mapping[T, int]) -> Iterator[T]:
    while True:
        yield from random.sample(list(cards), sum(cards.values()), counts=list(cards.values()))


def _gaps(random: Random) -> tuple[Gap, ...]:
    """One to three things, in the order in which the answer names them."""
    missing = random.sample(get_args(Gap), random.randint(1, 3))
    return tuple(gap for gap in get_args(Gap) if gap in missing)
