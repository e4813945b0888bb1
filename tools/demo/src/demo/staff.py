"""The staff at work: all orders of the book, a bounded number at once, until each has its end.

What passes by itself is waited for as long as anything moves at all. When nothing has moved for
a while the play ends, and says which orders are stuck where and why.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from demo.buying import buy
from demo.desk import WAITING, Desk, Run, Unexpected
from demo.house import House, Person
from demo.journeys import Task
from demo.reviewing import review
from demo.selling import sell
from demo.taking import take
from fulfilment_client import Happened, Pages, Problem

PATIENCE = 300.0
"""Seconds without any progress after which the play ends."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """An order that did not come to its end."""

    reference: str
    number: str
    """Empty when it was not even received."""
    state: str
    step: str
    why: str


class Play:
    """A play of the book: `desks` show how far each order is while `run` is at work."""

    def __init__(self, tasks: Sequence[Task], run: Run, house: House) -> None:
        self.desks = [Desk(task, run, house, self._moved) for task in tasks]
        self._last = time.monotonic()

    async def run(self, at_once: int, patience: float = PATIENCE) -> Sequence[Stuck]:
        """Play to the end; the orders that are stuck. `patience` is in seconds."""
        waiting = iter(self.desks)
        self._moved()
        working = asyncio.gather(*(self._work(waiting) for _ in range(at_once)))
        try:
            while not working.done() and time.monotonic() - self._last < patience:
                await asyncio.wait([working], timeout=1)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        return [_stuck(desk) for desk in self.desks if not desk.done]

    async def _work(self, waiting: Iterator[Desk]) -> None:
        for desk in waiting:
            try:
                await _play(desk)
            except* (Problem, Unexpected) as answers:
                desk.trouble = "; ".join(str(answer) for answer in answers.exceptions)

    def _moved(self) -> None:
        self._last = time.monotonic()


async def _play(desk: Desk) -> None:
    """One order, from its request to its end."""
    await take(desk)
    await review(desk)
    if desk.task.journey.sold:
        await sell(desk)
    if desk.task.journey.instructed:
        await buy(desk)
    desk.expect("the order's end", desk.state, desk.task.journey.end)
    await _gather(desk)
    desk.step, desk.done = "done", True


async def _gather(desk: Desk) -> None:
    """The histories of the order, its review, its contract, its parts and its purchase orders."""
    await desk.gather_events("sales", lambda by: by.intake.history_of_order(desk.number))
    await desk.gather_events("contract_desk", lambda by: by.review.history_of_review(desk.number))
    await desk.gather_events("legal", lambda by: by.review.history_of_contract(desk.number))
    await desk.gather_events("buyer", lambda by: by.procurement.history_of_parts(desk.number))
    for id in desk.purchases:
        await desk.gather_events("buyer", partial(_of_purchase, id))


def _of_purchase(id: str, by: Person) -> Pages[Happened]:
    return by.procurement.history_of_purchase(id)


def _stuck(desk: Desk) -> Stuck:
    waiting = desk.step.startswith(WAITING)
    silence = "the services answer, and it does not come" if waiting else "no answer so far"
    return Stuck(desk.task.order.reference, desk.number, desk.state, desk.step, desk.trouble or silence)
