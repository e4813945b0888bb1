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
Twin = Literal["once", "dismissed", "cleared"]
"""Whether the request comes twice (S3): by mistake, so one is dismissed, or meant so, and the doubt is cleared."""
Course = Literal["straight", "amended", "questioned"]
"""How a panel goes: straight to the decision, anew because the content changed, or back to one with a question."""
Verdict = Literal[
    "feasible", "extended", "refused", "taken_at_risk",
    "accepted", "conditions_agreed", "conditions_declined", "refused_by_panel",
]  # fmt: skip
"""How the review ends. The first four are of conventional orders (C6 to C8), the others of the panel (C14)."""
Deal = Literal["first_round", "second_round", "withdrawn"]
"""How the quotation ends (C15)."""
Clauses = Literal["cleared", "returned"]
"""What the contract's review says of the first draft; the second one is cleared (S6)."""
Fate = Literal["kept", "cancelled", "cancellation_rejected"]
"""Whether the customer wants an order cancelled whose parts are being bought, and what the manager says."""
Supply = Literal["good", "replaced", "bought_elsewhere", "nothing_bought"]
"""What becomes of the purchased parts (C18, S19): good at once, replaced after a failed inspection, given back for
good and bought from another supplier, or none."""
Gap = Literal["specification", "quantity", "technical_requirements", "quality_requirements", "delivery_date"]
"""What a request may lack at first, in the order in which the answer names it (S1)."""

CLOSED_BY_REVIEW: frozenset[Verdict] = frozenset({"refused", "conditions_declined", "refused_by_panel"})


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one order."""

    gaps: tuple[Gap, ...]
    """Missing at reception; `quantity` and `specification` are those of the first line."""
    twin: Twin
    mark: Mark | None
    course: Course
    verdict: Verdict
    deal: Deal
    clauses: Clauses
    fate: Fate
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
        if self.deal == "withdrawn":
            return "withdrawn"
        return "cancelled" if self.fate == "cancelled" else "parts_ready"

    @property
    def sold(self) -> bool:
        """Whether it is quoted at all."""
        return self.verdict not in CLOSED_BY_REVIEW

    @property
    def instructed(self) -> bool:
        """Whether there is a contract, and production is instructed."""
        return self.end in {"cancelled", "parts_ready"}


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
    return tuple(Task(order, _journey(order, decks, random)) for order in orders)


def _journey(order: Order, decks: _Decks, random: Random) -> Journey:
    """Cards of what an order never comes to stay in their decks."""
    gaps = _gaps(random) if next(decks.incomplete) else ()
    mark = next(decks.marks)
    conventional = mark is None and not order.discontinued
    course: Course = "straight" if conventional else next(decks.courses)
    verdict = next(decks.judged if conventional else decks.sets if mark == "complete_set" else decks.panel)
    # Content that is supplemented or amended is compared again, and would be doubted twice.
    twin: Twin = "once" if gaps or course == "amended" else next(decks.twins)
    sold = verdict not in CLOSED_BY_REVIEW
    deal: Deal = next(decks.deals) if sold else "first_round"
    instructed = sold and deal != "withdrawn"
    fate: Fate = next(decks.fates) if instructed else "kept"
    return Journey(
        gaps=gaps,
        twin=twin,
        mark=mark,
        course=course,
        verdict=verdict,
        deal=deal,
        clauses=next(decks.clauses) if instructed else "cleared",
        fate=fate,
        supply=next(decks.supplies) if instructed and fate == "kept" else "good",
        deputy=random.random() < 0.25,
    )


class _Decks:
    """The cards of each choice, and how many there are of each."""

    def __init__(self, random: Random) -> None:
        self.incomplete = _deck(random, {True: 1, False: 4})
        self.twins = _deck(random, _TWINS)
        self.marks = _deck(random, _MARKS)
        self.courses = _deck(random, _COURSES)
        self.judged = _deck(random, _JUDGED)
        self.panel = _deck(random, _PANEL)
        self.sets = _deck(random, _SETS)
        self.deals = _deck(random, _DEALS)
        self.clauses = _deck(random, _CLAUSES)
        self.fates = _deck(random, _FATES)
        self.supplies = _deck(random, _SUPPLIES)


_TWINS: Mapping[Twin, int] = {"once": 14, "dismissed": 1, "cleared": 1}
_MARKS: Mapping[Mark | None, int] = {
    None: 15, "complete_set": 2, "non_standard": 1, "above_quality_standard": 1, "penalty_clause": 1,
}  # fmt: skip
_COURSES: Mapping[Course, int] = {"straight": 4, "amended": 1, "questioned": 1}
_JUDGED: Mapping[Verdict, int] = {"feasible": 9, "extended": 1, "refused": 1, "taken_at_risk": 1}
_PANEL: Mapping[Verdict, int] = {
    "accepted": 5, "conditions_agreed": 1, "conditions_declined": 1, "refused_by_panel": 1,
}  # fmt: skip
_SETS: Mapping[Verdict, int] = {"accepted": 1, "conditions_agreed": 1}
_DEALS: Mapping[Deal, int] = {"first_round": 6, "second_round": 1, "withdrawn": 1}
_CLAUSES: Mapping[Clauses, int] = {"cleared": 7, "returned": 1}
_FATES: Mapping[Fate, int] = {"kept": 8, "cancelled": 1, "cancellation_rejected": 1}
_SUPPLIES: Mapping[Supply, int] = {"good": 6, "replaced": 1, "bought_elsewhere": 1, "nothing_bought": 1}

T = TypeVar("T")


def _deck(random: Random, cards: Mapping[T, int]) -> Iterator[T]:
    while True:
        yield from random.sample(list(cards), sum(cards.values()), counts=list(cards.values()))


def _gaps(random: Random) -> tuple[Gap, ...]:
    """One to three things, in the order in which the answer names them."""
    missing = random.sample(get_args(Gap), random.randint(1, 3))
    return tuple(gap for gap in get_args(Gap) if gap in missing)
