"""Procurement without a database: its deciders, its reactions, and facts that are still on their way.

As in production, what one key's facts lead to happens in order, and different keys overtake each
other. Whatever a reaction sends is sent twice: the second time must change nothing.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any

from buying import SYSTEM

from events import Actor, Command, Context, Decider, Event, Recorded, Send
from events.testing import MONDAY
from procurement.parts import parts
from procurement.parts.states import State
from procurement.purchase import purchase
from procurement.purchase.states import Placed
from procurement.reactions import reactions
from procurement.requirements import Requirement, requirements


class Procurement:
    """The service's streams, and what it has not reacted to yet."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Recorded[Any]]] = defaultdict(list)
        self.under_way: dict[str, deque[Recorded[Any]]] = defaultdict(deque)
        """By key."""

    def give(self, decider: Decider[Any], id: str, command: Command, by: Actor) -> Sequence[Event]:
        """Somebody gives a command; what it leads to is under way to the reactions."""
        stream = self.streams[decider.stream(id)]
        state = decider.fold(fact.event for fact in stream)
        facts = decider.handle(state, command, Context(by=by, at=MONDAY))
        for fact in facts:
            recorded = Recorded.of(fact, stream=decider.stream(id), version=len(stream) + 1, time=MONDAY)
            stream.append(recorded)
            self.under_way[id].append(recorded)
        return facts

    def hear(self, number: str, fact: Event) -> None:
        """Order-intake said something about an order."""
        self.under_way[number].append(Recorded.of(fact, stream=f"order-{number}", key=number))

    def react(self, key: str) -> None:
        """To the next fact of a key, when there is one."""
        if not self.under_way[key]:
            return
        fact = self.under_way[key].popleft()
        for send in _sends(fact):
            self.give(send.decider, send.id, send.command, SYSTEM)
            again = self.give(send.decider, send.id, send.command, SYSTEM)
            assert not again, f"{send.command} counted twice"

    def settle(self) -> None:
        """Until nothing is under way."""
        while keys := [key for key, facts in self.under_way.items() if facts]:
            for key in keys:
                self.react(key)

    def facts(self, number: str) -> Sequence[Event]:
        return [fact.event for fact in self.streams[parts.stream(number)]]

    def parts(self, number: str) -> State:
        return parts.fold(self.facts(number))

    def requirement(self, number: str) -> Requirement | None:
        """The order's row of the read model."""
        row = None
        for fact in self.streams[parts.stream(number)]:
            if isinstance(fact.event, requirements.handles):
                row = requirements.show(row, fact)
        return row

    def purchase(self, id: str) -> Placed | None:
        state = purchase.fold(fact.event for fact in self.streams[purchase.stream(id)])
        return state if isinstance(state, Placed) else None


def _sends(fact: Recorded[Any]) -> Iterable[Send]:
    for when in reactions.of(fact.event):
        answer = when(fact)
        yield from () if answer is None else (answer,) if isinstance(answer, Send) else answer
