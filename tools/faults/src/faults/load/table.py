"""What the scenarios found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    wanted: str
    """Empty for a line that only informs."""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """All that one scenario found."""

    name: str
    seconds: float
    rows: Sequence[Row]

    @property
    def ok(self) -> bool:
        return all(row.ok for row in self.rows)


def show(console: Console, results: Sequence[Result]) -> None:
    """All rows; each says whether it is as wanted."""
    table = Table(title="under load", title_justify="left")
    for column in ("scenario", "what", "measured", "wanted", ""):
        table.add_column(column)
    for result in results:
        for place, row in enumerate(result.rows):
            verdict = (
                ("[green]ok[/green]" if row.ok else "[red]NOT SO[/red]") if row.wanted or not row.ok else ""
            )
            name = f"{result.name} ({result.seconds:.0f} s)" if not place else ""
            table.add_row(name, escape(row.what), escape(row.measured), escape(row.wanted), verdict)
        table.add_section()
    console.print(table)


def write(path: Path, results: Sequence[Result]) -> None:
    """All of it as JSON."""
    found = [{**asdict(result), "ok": result.ok} for result in results]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"ok": all(r.ok for r in results), "scenarios": found}, indent=2) + "\n")
