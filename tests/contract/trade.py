"""The four services without servers: their deciders and reactions, and a wire between them.

Every fact crosses the wire as it does in production (encoded as a CloudEvent, checked against
its committed JSON Schema, decoded) before the others react to it. A reaction that is refused
would park the order, so here it fails the test.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from events import Actor, Command, Context, Decider, Event, Recorded, Refused
from events.envelope import decode, encode
from events.testing import MONDAY
from notification.app import service as notification
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from review.app import service as review
from servicekit import Service

SCHEMAS = Path(__file__).parents[2] / "libs" / "events" / "schemas"
SERVICES = (order_intake, review, procurement, notification)


class Trade:
    """All orders, in all services."""

    def __init__(self) -> None:
        self.facts: dict[str, list[Recorded[Any]]] = defaultdict(list)
        """By stream, of every service."""
        self.logs: dict[str, int] = defaultdict(int)
        """How many facts each service has."""
        self._under_way: deque[tuple[Service, Recorded[Any]]] = deque()

    def give(self, decider: Decider[Any], id: str, command: Command, by: Actor) -> None:
        """A person gives a command, and all that follows from it happens."""
        self._handle(decider, id, command, by)
        while self._under_way:
            source, fact = self._under_way.popleft()
            for service in SERVICES:
                if source.name in service.sources:
                    self._react(service, fact)

    def kinds(self, decider: Decider[Any], id: str) -> list[type[Event]]:
        """What happened to one thing, in order."""
        return [type(fact.event) for fact in self.facts[decider.stream(id)]]

    def names(self) -> set[str]:
        """The names of all that happened to anything."""
        return {fact.name for stream in self.facts.values() for fact in stream}

    def _react(self, service: Service, fact: Recorded[Any]) -> None:
        me = Actor(service.name, frozenset({"system"}))
        for when in service.reactions.of(fact.event):
            sent = when(fact)
            for send in [] if sent is None else sent if isinstance(sent, Sequence) else [sent]:
                assert send.decider in service.deciders, (
                    f"{service.name} commands another's {send.decider.category}"
                )
                try:
                    self._handle(send.decider, send.id, send.command, me)
                except Refused as refused:
                    raise AssertionError(
                        f"{service.name} would park {fact}: {send.command}: {refused}"
                    ) from refused

    def _handle(self, decider: Decider[Any], id: str, command: Command, by: Actor) -> None:
        owner = next(service for service in SERVICES if decider in service.deciders)
        stream = self.facts[decider.stream(id)]
        state = decider.fold(fact.event for fact in stream)
        facts = decider.handle(state, command, Context(by=by, at=MONDAY))
        key = decider.key(id, decider.fold(facts, state))
        for fact in facts:
            self.logs[owner.name] += 1
            recorded = Recorded.of(
                fact, stream=decider.stream(id), version=len(stream) + 1, position=self.logs[owner.name], key=key,
                time=MONDAY, actor=by,
            )  # fmt: skip
            stream.append(recorded)
            self._under_way.append((owner, sent(recorded, owner.name)))


def sent(fact: Recorded[Any], source: str) -> Recorded[Any]:
    """A fact as it arrives on the other side of the wire, where its schema accepts it."""
    record = encode(fact, source)
    schema(fact.name).validate(json.loads(record.value))
    arrived = decode(source, "0/0", record.key, record.value, record.headers)
    assert isinstance(arrived, Recorded), arrived
    assert arrived.event == fact.event, "nothing of it was lost"
    return arrived


@cache
def schema(name: str) -> jsonschema_rs.Draft202012Validator:
    """What those who read events in another language were promised."""
    return jsonschema_rs.Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))
