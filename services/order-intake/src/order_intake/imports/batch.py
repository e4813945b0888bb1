"""A batch: orders that are decided one by one and appended together, each with its own outcome.

The decider is the one of `POST /orders`, so no import passes a rule or a permission by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import structlog

from events import Append, Appended, Conflict, Context, Event, KeyReused, Log, Tip
from events.contracts.orders import OrderFoundIncomplete
from order_intake.imports.entry import Entry
from order_intake.imports.outcome import Tally, already_received, received, refused
from order_intake.imports.sameness import Identity
from order_intake.order import order
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem
from servicekit.translation import problem_of

logger = structlog.get_logger(__name__)
ATTEMPTS = 8
"""Numbers an order is offered; each belongs to another one once in a million times."""


class _New(NamedTuple):
    """A decided order; the log knows whether it is there already."""

    identity: Identity
    facts: Sequence[Event]

    @property
    def key(self) -> str:
        return self.identity.idempotency.key


_Outcomes = Mapping[str, Appended | BaseException]
"""By the orders' keys."""


class Batch:
    """What one transaction will hold, and what has its place between."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._make_context = context
        self._entries: list[tuple[Entry, _New | Problem]] = []
        self._keys: set[str] = set()
        self.size = 0
        """Bytes of its entries in the body."""

    @cached_property
    def _context(self) -> Context:
        """Made with the first order: its time is that of all of them."""
        return self._make_context()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, identity: Identity) -> bool:
        """Whether the same order is in it; the log takes one in a transaction."""
        return identity.idempotency.key in self._keys

    def refuse(self, entry: Entry, problem: Problem) -> None:
        """Keep the place of what is no order."""
        self._entries.append((entry, problem))
        self.size += entry.size

    def decide(self, entry: Entry, asked: ReceiveOrder, identity: Identity) -> None:
        """What comes of an order that is new; permissions and company are asked for before anything."""
        try:
            facts = order.handle(order.initial, asked, self._context)
        except Exception as error:  # noqa: BLE001  # one that fails stops no other; its outcome says why
            return self.refuse(entry, _problem(error))
        self._entries.append((entry, _New(identity, facts)))
        self._keys.add(identity.idempotency.key)
        self.size += entry.size

    async def register(self, log: Log, tally: Tally) -> bytes:
        """Append it all in one transaction, and tell what became of each entry, a line each, in order.

        Raises `Unavailable`.
        """
        outcomes = await self._append(log)
        return b"".join([_told(entry, decided, outcomes, tally) for entry, decided in self._entries])

    async def _append(self, log: Log) -> _Outcomes:
        outcomes: dict[str, Appended | BaseException] = {}
        left = [decided for _, decided in self._entries if isinstance(decided, _New)]
        for attempt in range(1, ATTEMPTS + 1):
            if not left:
                break
            answers = await log.append_batch([self._with_number(new, attempt) for new in left])
            outcomes |= {new.key: answer for new, answer in zip(left, answers, strict=True)}
            left = [new for new in left if isinstance(outcomes[new.key], Conflict)]
        return outcomes

    def _with_number(self, new: _New, attempt: int) -> Append:
        number = new.identity.number(attempt)
        key = order.key(number, order.initial)
        return Append(order.stream(number), Tip(), new.facts, self._context, key, new.identity.idempotency)


def _told(entry: Entry, decided: _New | Problem, outcomes: _Outcomes, tally: Tally) -> bytes:
    if isinstance(decided, Problem):
        return _refused(entry, decided, tally)
    match outcomes[decided.key]:
        case Appended(stream=stream, position=position, replayed=replayed):
            tally.position = max(tally.position, position)
            if replayed:
                tally.already_received += 1
                return already_received(entry, _number(stream))
            tally.received += 1
            return received(entry, _number(stream), _missing(decided.facts))
        case KeyReused(stream=str(stream)):
            return _refused(entry, _TAKEN, tally, _number(stream))
        case Exception() as error:
            return _refused(entry, _problem(error), tally)
        case error:
            raise error


_TAKEN = Problem(
    409, "reference-taken",
    "the customer's order of this reference came before with another content: amend that order, or give this "
    "one a reference of its own; in a table all rows of an order stand together",
)  # fmt: skip


def _problem(error: Exception) -> Problem:
    problem = problem_of(error)
    if problem.status_code == 500:
        logger.error("an order of an import failed", exc_info=error)
    return problem


def _refused(entry: Entry, problem: Problem, tally: Tally, number: str | None = None) -> bytes:
    tally.refused += 1
    return refused(entry, problem, number)


def _number(stream: str) -> str:
    return stream.partition("-")[2]


def _missing(facts: Sequence[Event]) -> Sequence[str]:
    return next((fact.missing for fact in facts if isinstance(fact, OrderFoundIncomplete)), ())
