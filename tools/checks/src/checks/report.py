"""What a check has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """`seen` tells what was looked at; each problem names its place and what to do."""

    seen: str
    problems: Sequence[str] = ()
    skipped: str = ""
    """What could not be looked at here, and why; a reader must notice it."""
