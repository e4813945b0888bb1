"""Whose facts are whose: which of a service's facts people of a product company may follow.

A fact belongs to the company of the thing it happened to, which is settled as soon as it is
known and never changes. What belongs to no company, or to none yet, is for the group's people:
nobody may learn from a stream what turns out to be another company's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from events.decider import Decider
from events.event import Unreadable
from events.log import Log
from events.recorded import Actor, Recorded

AT_ONCE = 50
"""Streams that are read together, so that commands never wait behind many."""
REMEMBERED = 20_000
"""Streams whose company is kept in memory."""


def may_see(who: Actor, company: str | None) -> bool:
    """Whether facts of this company's things are for this person; without a company they are the group's."""
    return who.company is None or who.company == company


def company_of(decider: Decider[Any], facts: Iterable[Recorded[Any]]) -> str | None:
    """The product company of what these facts happened to; None while nobody can say.

    What stands after the fact that says so is not even decoded, so none can be in the way.
    """
    state = decider.initial
    for fact in facts:
        try:
            state = decider.evolve(state, fact.event)
        except Unreadable:
            return None
        if (company := decider.company(state)) is not None:
            return company
    return None


class Owners:
    """The companies of a service's things, looked up once each."""

    def __init__(self, log: Log, deciders: Iterable[Decider[Any]]) -> None:
        self._log = log
        self._deciders = {decider.category: decider for decider in deciders}
        self._companies: dict[str, str] = {}
        """By stream, those asked for last at the end."""
        self._turn = asyncio.Lock()

    async def visible(self, who: Actor, facts: Sequence[Recorded[Any]]) -> Sequence[Recorded[Any]]:
        """Those of the facts that this person may see. Raises what `Log.read` raises."""
        if who.company is None:
            return facts
        companies = await self._of({fact.stream for fact in facts})
        return [fact for fact in facts if may_see(who, companies.get(fact.stream))]

    async def _of(self, streams: Iterable[str]) -> dict[str, str]:
        known: dict[str, str] = {}
        unknown = []
        for stream in streams:
            company = self._companies.pop(stream, None)
            if company is None:
                unknown.append(stream)
            else:
                known[stream] = self._companies[stream] = company
        async with self._turn:  # whoever follows waits for another's look-up, not a command
            for start in range(0, len(unknown), AT_ONCE):
                some = unknown[start : start + AT_ONCE]
                histories = await asyncio.gather(*(self._log.read(stream) for stream in some))
                for stream, history in zip(some, histories, strict=True):
                    decider = self._deciders.get(stream.partition("-")[0])
                    company = company_of(decider, history) if decider else None
                    if company is not None:
                        known[stream] = self._companies[stream] = company
        for oldest in list(islice(self._companies, max(0, len(self._companies) - REMEMBERED))):
            del self._companies[oldest]
        return known
