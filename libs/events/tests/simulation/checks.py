"""What must hold in every run (the invariants of docs/faults.md, by their numbers)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from events import Recorded
from events.feed import WHOLE_LOG
from simulation.business import COPIES, PAGES, Copied, PageRow, Write, heard, shown
from simulation.database import Place, Row
from simulation.system import System

REACTIONS = f"{COPIES}.reactions"


class Violation(Exception):
    """Something that must hold does not."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"invariant {number}: {text}")
        self.number = number


@dataclass
class Journal:
    """What was asked for, by idempotency key, and what was acknowledged: a stream's version and its facts."""

    asked: dict[str, tuple[str, Write]] = field(default_factory=dict)
    done: dict[str, tuple[str, int]] = field(default_factory=dict)


class Watch:
    """Looks at every commit: a checkpoint is never ahead of its effect (8)."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._seen: dict[Place, int] = {}
        self.violations: list[Violation] = []
        for name, database in system.databases.items():
            database.committed = lambda written, name=name: self._committed(name, written)  # type: ignore[misc]  # a default binds it

    def _committed(self, name: str, written: Mapping[Place, Row | None]) -> None:
        for place, row in written.items():
            if row is None or place[0] not in ("feed.relay", "feed.checkpoint"):
                continue
            begin, end = self._seen.get(place, 0), row.get("next_offset", row["position"])
            self._seen[place] = max(begin, end)
            if place[0] == "feed.relay":
                there = {fact.id for _, fact in published(self._system)}
                missing = [fact for fact in log_of(self._system, PAGES)[begin:end] if fact.id not in there]
            else:
                facts = self._partition(row["partition"])[begin:end]
                missing = [fact for fact in facts if not self._took_effect(name, row["consumer"], fact)]
            if missing:
                self.violations.append(
                    Violation(8, f"{place[1]} is at {end}, without the effect of {missing}")
                )

    def _partition(self, number: int) -> Sequence[Recorded[Any]]:
        if number == WHOLE_LOG:
            return log_of(self._system, PAGES)
        return [record.fact for record in self._system.broker.topics[PAGES][number]]

    def _took_effect(self, name: str, consumer: str, fact: Recorded[Any]) -> bool:
        database = self._system.databases[name]
        if consumer == REACTIONS:
            done = all(f"{fact.id}/when_wrote/{number}" in database.commands for number in (0, 1))
        else:
            row = database.rows.get((consumer, fact.id_in_stream))
            done = row is not None and str(fact.version) in row["versions"]
        return done or any(
            table == "feed.parked"
            and row["consumer"] == consumer
            and from_json(row["fact"])["id"] == str(fact.id)
            for (table, _), row in database.rows.items()
        )


def unsettled(system: System) -> Iterator[str]:
    """What is still under way (3, 11): nothing, once everybody has caught up."""
    head = len(system.databases[PAGES].events)
    for name, database in system.databases.items():
        if parked := system.parked(name):
            yield f"{name} has parked {parked}"
        at = {place[1]: row for place, row in database.rows.items() if place[0].startswith("feed.")}
        if name == PAGES:
            if at.get(PAGES, {"position": 0})["position"] < head:
                yield "the relay is behind"
            ends = {(shown.consumer, PAGES, WHOLE_LOG): head}
        else:
            parts = enumerate(system.broker.topics[PAGES])
            whole = {n: len(records) for n, records in parts} if system.over_kafka else {WHOLE_LOG: head}
            ends = {(c, PAGES, n): end for c in (heard.consumer, REACTIONS) for n, end in whole.items()}
        for checkpoint, end in ends.items():
            if at.get(checkpoint, {"next_offset": 0})["next_offset"] < end:
                yield f"{checkpoint} is behind {end}"


def examine(system: System, journal: Journal, *, quiet: bool) -> Iterator[Violation]:
    """Everything that can be seen at the end. In a `quiet` run nothing failed."""
    pages = log_of(system, PAGES)
    yield from _acknowledged(system, journal, pages)
    on_topic = list(published(system))
    logged = {fact.id: fact for fact in pages}
    for _, fact in on_topic:
        if fact.id not in logged or fact.data != logged[fact.id].data:
            yield Violation(2, f"{fact} is on the topic and not in the log")
    there = {fact.id for _, fact in on_topic}
    if missing := [fact for fact in pages if fact.id not in there]:
        yield Violation(3, f"{missing} are not on the topic")
    yield from _order(on_topic)
    expected = {fact.id_in_stream: [f.version for f in pages if f.stream == fact.stream] for fact in pages}
    yield from _copies(system, expected)
    for name, consumer in ((PAGES, shown.consumer), (COPIES, heard.consumer)):
        rows = {
            place[1]: PageRow(row["id"], tuple(row["versions"]))
            for place, row in system.databases[name].rows.items()
            if place[0] == consumer
        }
        fold = {id: PageRow(id, tuple(map(str, versions))) for id, versions in expected.items()}
        if rows != fold:
            yield Violation(6, f"{consumer} shows {rows}, a replay {fold}")
    if quiet and len(on_topic) > len(pages):
        yield Violation(
            7, f"{len(on_topic) - len(pages)} events were published again in a run without faults"
        )


def _acknowledged(system: System, journal: Journal, pages: Sequence[Recorded[Any]]) -> Iterator[Violation]:
    texts = Counter(fact.event.text for fact in pages)
    there = {(fact.stream, fact.version): fact.event.text for fact in pages}
    for key, (stream, command) in journal.asked.items():
        if key not in journal.done:
            yield Violation(1, f"{key} was never acknowledged")
            continue
        last = journal.done[key][1]
        first = last - len(command.texts) + 1
        found = [there.get((stream, version)) for version in range(first, last + 1)]
        if found != list(command.texts) or any(texts[text] > 1 for text in command.texts):
            yield Violation(1, f"{key} was acknowledged as {command.texts}, in the log is {found}")
    if extra := texts.keys() - {text for _, command in journal.asked.values() for text in command.texts}:
        yield Violation(1, f"{extra} are in the log, and nobody asked for them")


def _order(on_topic: Sequence[tuple[int, Recorded[Any]]]) -> Iterator[Violation]:
    homes: dict[str, set[int]] = {}
    versions: dict[str, list[int]] = {}
    for partition, fact in on_topic:
        homes.setdefault(fact.stream, set()).add(partition)
        seen = versions.setdefault(fact.stream, [])
        if fact.version not in seen:
            seen.append(fact.version)
    for stream, seen in versions.items():
        if seen != list(range(1, len(seen) + 1)) or len(homes[stream]) > 1:
            yield Violation(4, f"{stream} is on the topic as {seen}, in the partitions {homes[stream]}")


def _copies(system: System, expected: Mapping[str, Sequence[int]]) -> Iterator[Violation]:
    copies: dict[str, list[tuple[int, int]]] = {}
    for fact in log_of(system, COPIES):
        assert isinstance(fact.event, Copied)
        copies.setdefault(fact.id_in_stream, []).append((fact.event.version, fact.event.half))
    for id in sorted(expected.keys() | copies.keys()):
        wanted = [(version, half) for version in expected.get(id, ()) for half in (1, 2)]
        if copies.get(id) != wanted:
            yield Violation(5, f"the copy of {id} has {copies.get(id)}, its page led to {wanted}")


def log_of(system: System, name: str) -> Sequence[Recorded[Any]]:
    return [Recorded.stored(event) for event in system.databases[name].events]


def published(system: System) -> Iterator[tuple[int, Recorded[Any]]]:
    """What is on the topic: partition and fact."""
    for partition, records in enumerate(system.broker.topics[PAGES]):
        for record in records:
            yield partition, record.fact
