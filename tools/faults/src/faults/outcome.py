"""What is asked of a storm, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from faults.journal import Entry
from faults.plan import Fault
from faults.world import Finding, Recovery


@dataclass(frozen=True)
class Wish:
    """How large a storm."""

    seed: int
    commands: int = 20_000
    faults: int = 300
    each_point: int = 20
    rounds: int = 11
    crowd: int = 64
    plant: int | None = None

    @property
    def again(self) -> str:
        """The command that repeats it."""
        plant = f" --plant {self.plant}" if self.plant else ""
        return (
            f"python -m faults storm --seed {self.seed} --commands {self.commands} --faults {self.faults} "
            f"--points {self.each_point} --rounds {self.rounds} --crowd {self.crowd}{plant}"
        )


@dataclass(slots=True)
class Result:
    """What happened, and what the checkers say of it."""

    wish: Wish
    disk: str
    """What PostgreSQL's data was on, and why it could not be filled where that was so."""
    faults: list[Fault] = field(default_factory=list)
    missed: Sequence[Fault] = ()
    """Planned faults whose victim was never up."""
    entries: Sequence[Entry] = ()
    calm: int = 0
    """Commands that were begun after the last burst, to have as many as asked."""
    unclear: int = 0
    """Commands whose outcome was unknown for a while."""
    recoveries: list[Recovery] = field(default_factory=list)
    events: Mapping[str, int] = field(default_factory=dict)
    """By service."""
    parked: Sequence[str] = ()
    findings: dict[int, Finding] = field(default_factory=dict)
    """By the number of the invariant."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each part took."""

    @property
    def red(self) -> Sequence[int]:
        """Invariants that do not hold, and those whose checker saw nothing."""
        return [
            number for number, one in self.findings.items() if one.violations or not one.looked_at.strip()
        ]
