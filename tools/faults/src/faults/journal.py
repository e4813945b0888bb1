"""What clients know of their commands: written down as each is answered, and held against the log later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["done", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command and the last that its client knows of it."""

    number: int
    service: str
    path: str
    key: str
    """Its Idempotency-Key; every attempt had the same."""
    outcome: Outcome
    """`unknown` only when its client gave up: an attempt may have taken effect or not."""
    status: int | None = None
    """HTTP status of the last answer; None when none came."""
    id: str | None = None
    """Of the thing it changed, when done."""
    version: int | None = None
    """Of that thing after it."""
    position: int | None = None
    """Of the service's log after it."""
    events: tuple[str, ...] = ()
    """Stored names of the facts that the answer says it led to."""
    attempts: int = 1
