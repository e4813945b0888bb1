"""Kafka as the simulation has it: topics, what becomes of a request, and consumer groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Protocol

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, RequestTimedOutError

from events import Recorded
from events import envelope as encoded
from events.envelope import decode
from simulation.chance import Chance
from simulation.loop import Process

SESSION = 10.0
"""Seconds of silence after which a group gives a member up."""
REBALANCE = 15.0
"""Seconds that a group waits for its members to join anew."""


LATE = 25.0
"""Seconds that a request can be under way; its producer has given it up by then."""


class Fate(Enum):
    """What becomes of a batch."""

    FINE = "fine"
    TWICE = "twice"
    """Stored twice, as when a producer tries again under another id."""
    UNHEARD = "unheard"
    """Stored, but the producer is told that it failed."""
    REFUSED = "refused"
    LATE = "late"
    """Stored long after the producer gave it up."""


@dataclass(frozen=True)
class Record:
    """One record of a partition."""

    place: TopicPartition
    offset: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]

    @cached_property
    def fact(self) -> Recorded[Any]:
        """The event in it."""
        source, number = self.place
        fact = decode(source, f"{source}/{number}", self.key, self.value, self.headers)
        assert isinstance(fact, Recorded)
        return fact


class Broker:
    """One cluster. What it acknowledged it keeps."""

    def __init__(self, chance: Chance, topics: Mapping[str, int]) -> None:
        self.chance = chance
        self.away = False
        self.topics = {name: [list[Record]() for _ in range(count)] for name, count in topics.items()}
        self.groups: dict[str, Group] = {}
        self._arrivals: list[asyncio.Future[None]] = []

    def reach(self) -> None:
        """Raises `KafkaConnectionError` while it is away, and now and then."""
        if self.away or self.chance.cut():
            raise KafkaConnectionError("no broker answers")

    def at(self, place: TopicPartition) -> list[Record]:
        return self.topics[place.topic][place.partition]

    def arrival(self) -> asyncio.Future[None]:
        """Done when the next record is there."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals.append(future)
        return future

    def send(self, who: str, place: TopicPartition, batch: Sequence[encoded.Record]) -> asyncio.Future[None]:
        """Take a batch, with one fate or another; the producer learns of it when there is an answer."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        fate, where = self._fate(), f"{place.topic}/{place.partition}"
        if fate not in (Fate.FINE, Fate.REFUSED):
            self.chance.note(who, where, fate.value)

        def arrive() -> None:
            if self.away or fate is Fate.REFUSED:
                self.chance.note(who, where, Fate.REFUSED.value)
                self._answer(answer, RequestTimedOutError())
                return
            for _ in range(2 if fate is Fate.TWICE else 1):
                self._store(who, place, batch)
            if fate is not Fate.LATE:
                self._answer(answer, RequestTimedOutError() if fate is Fate.UNHEARD else None)

        late = LATE if fate is Fate.LATE else 0.0
        self.chance.loop.server(self.chance.delay() + late, arrive)
        return answer

    def _fate(self) -> Fate:
        if self.chance.random.random() >= 3 * self.chance.trouble:
            return Fate.FINE
        return self.chance.random.choice([Fate.TWICE, Fate.UNHEARD, Fate.REFUSED, Fate.LATE])

    def _answer(self, answer: asyncio.Future[None], error: Exception | None) -> None:
        def give() -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(None)
            else:
                answer.set_exception(error)

        self.chance.loop.server(self.chance.delay(), give)

    def _store(self, who: str, place: TopicPartition, batch: Sequence[encoded.Record]) -> None:
        records = self.at(place)
        for record in batch:
            records.append(Record(place, len(records), record.key, record.value, record.headers))
        self.chance.note(who, f"{place.topic}/{place.partition}", "stored")
        arrivals, self._arrivals = self._arrivals, []
        for arrival in arrivals:
            if not arrival.done():
                arrival.set_result(None)


class Listener(Protocol):
    """A member as its group knows it."""

    process: Process

    def rejoin(self) -> None:
        """The group shares out anew: join again."""


@dataclass
class Group:
    """A consumer group's coordinator: it shares partitions out among the members that join in time."""

    broker: Broker
    name: str
    members: list[Listener] = field(default_factory=list)
    generation: int = 0
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    _joining: dict[int, Callable[[int, Sequence[TopicPartition]], None]] = field(default_factory=dict)
    _places: Sequence[TopicPartition] = ()

    def join(
        self, member: Listener, places: Sequence[TopicPartition],
        answer: Callable[[int, Sequence[TopicPartition]], None],
    ) -> None:  # fmt: skip
        """Call `answer` with the generation and the share, once all members have joined."""
        self._places = places
        first = member not in self.members
        if first:
            self.members.append(member)
        shared_out = not self._joining
        self._joining[id(member)] = answer
        if first or shared_out:
            self._share_anew()
        self._complete()

    def leave(self, member: Listener) -> None:
        """A member goes, or is given up."""
        if member in self.members:
            self.members.remove(member)
            self._joining.pop(id(member), None)
            if self._joining:
                self._complete()
            elif self.members:
                self._share_anew()

    def silent(self, member: Listener) -> None:
        """A member's process was stopped or killed: give it up when it stays so."""

        def look() -> None:
            if member.process.stopped or not member.process.alive:
                self.leave(member)
                member.rejoin()  # which it finds when it goes on

        self.broker.chance.loop.server(SESSION, look)

    def _share_anew(self) -> None:
        self.generation += 1
        generation = self.generation
        for member in self.members:
            if id(member) not in self._joining:
                member.rejoin()

        def give_up_waiting() -> None:
            if self.generation == generation and self._joining:
                self.members = [member for member in self.members if id(member) in self._joining]
                self._complete()

        self.broker.chance.loop.server(REBALANCE, give_up_waiting)

    def _complete(self) -> None:
        if not self.members or any(id(member) not in self._joining for member in self.members):
            return
        places = list(self._places)
        self.broker.chance.random.shuffle(places)
        answers, self._joining = self._joining, {}
        self.generation += 1
        self.broker.chance.note("broker", self.name, f"generation {self.generation} of {len(self.members)}")
        for number, member in enumerate(self.members):
            answers[id(member)](self.generation, places[number :: len(self.members)])
