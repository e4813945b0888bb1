"""Which broker is used: the one given, else a real Kafka of our own, else the embedded feed.

`BROKER=kafka|embedded` overrides. A choice that cannot be met is an error that says what is missing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from launch import jars, kafka
from launch.jars import JarsMissing
from launch.java import JavaMissing
from launch.kafka import Kit
from launch.program import Say

Kind = Literal["kafka", "embedded"]


class CannotMeet(Exception):
    """What was asked for cannot be had."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings ask for."""

    kind: Kind | None = None
    bootstrap: str | None = None
    """A Kafka of one's own."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Wish:
        """From `BROKER` and `KAFKA_BOOTSTRAP_SERVERS`. Raises `CannotMeet`."""
        bootstrap = environment.get("KAFKA_BOOTSTRAP_SERVERS") or None
        match environment.get("BROKER", ""):
            case "":
                return cls(None, bootstrap)
            case "kafka" | "embedded" as kind:
                return cls(kind, bootstrap)
            case other:
                raise CannotMeet(f"BROKER={other} means nothing; use BROKER=kafka or BROKER=embedded")


@dataclass(frozen=True, slots=True)
class Choice:
    """The broker to use, and why."""

    why: str
    bootstrap: str | None = None
    """A Kafka that runs already."""
    kit: Kit | None = None
    """What to start one with. Without this and `bootstrap`, the embedded feed it is."""


async def choose(wish: Wish, say: Say, progress: Callable[[int, int], None]) -> Choice:
    """Look for what was wished for. Raises `CannotMeet`."""
    if wish.kind == "embedded":
        return Choice("BROKER=embedded asks for it")
    if wish.bootstrap:
        if not await kafka.answers(wish.bootstrap):
            raise CannotMeet(
                f"KAFKA_BOOTSTRAP_SERVERS={wish.bootstrap}, but no Kafka answers there; "
                "start it, unset the variable, or use BROKER=embedded"
            )
        return Choice("KAFKA_BOOTSTRAP_SERVERS names it", bootstrap=wish.bootstrap)
    try:
        kit = await kafka.kit(progress)
    except (JarsMissing, JavaMissing) as missing:
        if wish.kind == "kafka":
            raise CannotMeet(f"BROKER=kafka cannot be met: {missing}") from missing
        say(f"no Kafka, the embedded feed is used instead: {missing}")
        return Choice(f"there is no Kafka to start: {missing}")
    return Choice(f"Apache Kafka {jars.version()} on Java {kit.java.version}, started here", kit=kit)


async def hold_to(record: Path, bootstrap: str) -> None:
    """Refuse a Kafka other than the one this data was published to before: its topics lack those events.

    `record` is where the cluster's id is kept. Raises `CannotMeet`.
    """
    cluster = await kafka.cluster_id(bootstrap)
    if record.exists() and (before := record.read_text()) != cluster:
        raise CannotMeet(
            f"the data in {record.parent} was published to another Kafka (cluster {before}, this one is {cluster}); "
            "use that one, or begin anew with `make clean`"
        )
    record.write_text(cluster)
