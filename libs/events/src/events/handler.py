"""Handling a command: read the stream, decide, append; again when somebody was faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from events import metrics
from events.appending import Appended, Conflict, Idempotency
from events.decider import Command, Decider
from events.event import Event
from events.log import Log
from events.recorded import Context

S = TypeVar("S")
Clock = Callable[[], datetime]
"""Gives the time now, in UTC; tests hold it."""
ATTEMPTS = 8
"""How often a command is decided anew after losing a race, when it named no version."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S]):
    """What a command led to."""

    stream: str
    version: int
    position: int
    """The log's position after it: a list that has seen it contains the command's effect."""
    events: Sequence[Event]
    state: S
    replayed: bool = False
    """True when this is the first outcome of a repeated command."""

    @property
    def id(self) -> str:
        return self.stream.partition("-")[2]


class CommandHandler:
    """Gives commands to deciders and their facts to the log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    async def handle(
        self,
        decider: Decider[S],
        id: str,
        command: Command,
        context: Context,
        *,
        idempotency: Idempotency | None = None,
        expected: int | None = None,
    ) -> Outcome[S]:
        """Carry out `command` on the thing `id`.

        `expected` is the version the caller saw (`If-Match`): another one raises `Conflict`.
        Without it a lost race is decided anew. A repeated idempotency key gives its first
        outcome, whatever happened since. Raises what `Decider.handle` and `Log.append` raise.
        """
        stream = decider.stream(id)
        attempt = 1
        while True:
            history = await self._log.history(stream, idempotency)
            if history.earlier is not None:
                return await self._replayed(decider, history.earlier, context)
            before = decider.fold(fact.event for fact in history.facts)
            # To who may not know of a thing it is at version 0, as one that is not there.
            seen = history.tip.version if context.by.sees(decider.company(before)) else 0
            if expected is not None and expected != seen:
                raise Conflict(stream, expected, seen)
            facts = decider.handle(before, command, context)
            after = decider.fold(facts, before)
            if not facts and idempotency is None:
                position = history.facts[-1].position if history.facts else 0
                return Outcome(stream, history.tip.version, position, (), before)
            try:
                appended = await self._log.append(
                    stream, history.tip, facts, context, key=decider.key(id, after), idempotency=idempotency
                )
            except Conflict:
                metrics.conflict(decider.category)
                if expected is not None or attempt == ATTEMPTS:
                    raise
                attempt += 1
                continue
            if appended.replayed:
                return await self._replayed(decider, appended, context)
            return Outcome(stream, appended.version, appended.position, facts, after)

    async def _replayed(self, decider: Decider[S], first: Appended, context: Context) -> Outcome[S]:
        """The first outcome, as it was then."""
        metrics.replayed(decider.category)
        facts = [fact for fact in await self._log.read(first.stream) if fact.version <= first.version]
        state = decider.fold(fact.event for fact in facts)
        decider.admit(state, context.by)
        made = [fact.event for fact in facts[len(facts) - first.size :]]
        return Outcome(first.stream, first.version, first.position, made, state, replayed=True)
