"""What checkers look at: a system that has healed and settled, and what was seen of it on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from faults.journal import Entry
from launch.databases import Database


@dataclass(frozen=True, slots=True)
class Recovery:
    """After a fault, or after a burst of them, had ended."""

    what: str
    ready: float | None
    """Seconds until every service was ready; None when that took longer than anybody waited."""
    settled: float | None
    """Seconds until nothing was unpublished, unshown or not reacted to; None as above."""


@dataclass(frozen=True, slots=True)
class Race:
    """Commands that were sent to one thing at the same moment with the same expected version."""

    id: str
    version: int
    """That they expected."""
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class World:
    """Addresses are the servers' own, past all proxies."""

    databases: Mapping[str, Database]
    """By service name."""
    kafka: str
    mails: Path
    """The mail sink's file of received messages, one JSON object a line."""
    journal: Sequence[Entry]
    recoveries: Sequence[Recovery]
    tailed: Mapping[str, Sequence[tuple[int, UUID]]]
    """By service, position and id of each event in the order in which a live reader of its log saw them."""
    races: Sequence[Race]
    disturbed: bool
    """Whether there were faults: without any, nothing may be repeated."""
    webhooks: Path | None = None
    """The file of webhooks that were taken, one JSON object with its `webhook_id` a line; None without a receiver."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a checker has to say."""

    looked_at: str
    """How much it looked at, for people: `23,114 events of 4 logs`. A checker that saw nothing proves nothing."""
    violations: Sequence[str] = ()


Checker = Callable[[World], Awaitable[Finding]]
