"""Admission: how many requests are answered at a time, and what the others are told at once.

More at a time than keeps processor and database busy only makes all of them wait. So beyond a limit
a request is refused before anything is done for it; docs/decisions/0008 has the arithmetic.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Literal

import structlog
from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from servicekit.problems import Problem, answer

logger = structlog.get_logger(__name__)
Reason = Literal["busy", "slow"]
"""`busy`: as many are being answered as ever may be. `slow`: as many as this process keeps up with now."""
LATE = 0.25
"""Seconds by which the event loop may be late before fewer requests are let in."""
LEAST = 32
"""Requests at a time that are always let in: enough for full batches, whatever makes the loop late."""
LESS, STEPS = 0.8, 32
"""Lateness takes a fifth off the limit; each moment in time gives one of so many steps to the full one back."""
LONGEST_AWAY = 5
"""Seconds that the refused are asked to stay away at most; each is told a number of its own, from 1."""

_refused: Counter[Reason] = Counter()


def _observe(_: CallbackOptions) -> Iterable[Observation]:
    return [Observation(_refused[reason], {"reason": reason}) for reason in ("busy", "slow")]


metrics.get_meter("servicekit").create_observable_counter(
    "requests_refused", [_observe], description="Requests that were answered 503 before anything was done."
)


class Admission:
    """The requests that a process is answering, and whether one more is let in.

    The limit is `most` while the event loop is in time. Each time it is late the limit goes down by a
    fifth, and it comes back step by step (additive increase, multiplicative decrease, as in TCP).
    """

    def __init__(self, most: int, chance: random.Random | None = None) -> None:
        self.most = most
        self.limit = float(most)
        self.in_flight = 0
        self.time = 0.0
        """Seconds that clients had: while the loop is late it is not they who are waited for."""
        self.stopping = False
        """Set when the process was told to end: who is refused is told to leave the connection, too."""
        self._chance = chance or random.Random()  # noqa: S311  # no secret
        self._untold = 0
        self._answers = [_refusal(seconds, closing=False) for seconds in range(1, LONGEST_AWAY + 1)]
        self._last_answers = [_refusal(seconds, closing=True) for seconds in range(1, LONGEST_AWAY + 1)]

    def full(self) -> bool:
        """Whether the next request is to be refused."""
        return self.in_flight >= self.limit

    def refusal(self, *, closing: bool = False) -> bytes:
        """The whole answer to a refused request, as it goes onto the wire, counted."""
        _refused["busy" if self.limit >= self.most else "slow"] += 1
        self._untold += 1
        answers = self._last_answers if closing or self.stopping else self._answers
        return answers[int(self._chance.random() * len(answers))]

    def late(self, seconds: float, tick: float) -> None:
        """To be told, every `tick` seconds, by how much the event loop is late."""
        self.time += tick + min(seconds, LATE)
        if seconds > LATE:
            self.limit = max(min(LEAST, self.most), self.limit * LESS)
        else:
            self.limit = min(self.most, self.limit + self.most / STEPS)

    def tell(self) -> None:
        """To be called now and then: one log line for all who were refused since."""
        if self._untold:
            logger.warning("refused requests", count=self._untold, limit=round(self.limit))
            self._untold = 0


def _refusal(seconds: int, *, closing: bool) -> bytes:
    problem = Problem(503, "overloaded", "too much is under way; nothing was done, try again")
    body = bytes(answer(problem).body)
    head = [
        "HTTP/1.1 503 Service Unavailable", "content-type: application/problem+json",
        f"content-length: {len(body)}", f"retry-after: {seconds}", *(["connection: close"] if closing else []),
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + body
