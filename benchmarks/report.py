"""What was measured, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.machine import QUIET
from benchmarks.measure import Aim, Comparison, Series


@dataclass(frozen=True, slots=True)
class Result:
    """The lines of one benchmark, and how busy the machine was with other things before it."""

    name: str
    comparisons: Sequence[Comparison]
    busy: float
    """Share of all processors, 0 to 1."""
    failure: str | None = None
    """Why it could not be measured."""


def show(console: Console, results: Sequence[Result], machine: str) -> None:
    """A table: the median of each side with least and most, and the ratio, round by round."""
    table = Table(title=machine, title_justify="left", show_lines=True)
    for column in ("what", "unit", "measured", "beside", "reference", "ratio", "aim", ""):
        table.add_column(column, justify="right" if column in {"measured", "reference", "ratio"} else "left")
    for result in results:
        for line in result.comparisons:
            table.add_row(
                escape(line.what), line.unit, _spread(line.subject), escape(line.against), _spread(line.reference),
                _spread(line.ratio), "\n".join(_aim(aim, line.unit) for aim in line.aims), _verdict(line),
            )  # fmt: skip
    console.print(table)
    console.print("median (least to most of all rounds); the ratio is taken round by round")
    for result in results:
        if result.busy > QUIET:
            console.print(
                f"[yellow]{result.name}: others used {result.busy:.0%} of the machine before it; measure again[/yellow]"
            )


def to_json(results: Sequence[Result], machine: str) -> str:
    """All figures of all rounds."""
    return json.dumps(
        {
            "machine": machine,
            "results": [
                {
                    "name": result.name,
                    "busy_before": result.busy,
                    "failure": result.failure,
                    "lines": [_line(c) for c in result.comparisons],
                }
                for result in results
            ],
        },
        indent=2,
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


def _line(line: Comparison) -> dict[str, Any]:  # Any: JSON
    return {
        "what": line.what, "unit": line.unit, "measured": list(line.subject.values),
        "beside": line.against, "reference": list(line.reference.values),
        "ratio": list(line.ratio.values),
        "aims": [{"of": a.of, "at_least": a.at_least, "at_most": a.at_most} for a in line.aims],
        "met": line.met if line.aims else None,
    }  # fmt: skip


def _spread(series: Series) -> str:
    return f"{number(series.middle)}\n({number(series.least)} to {number(series.most)})"


def number(value: float) -> str:
    """Three figures, or all of a large number."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _aim(aim: Aim, unit: str) -> str:
    bound = (
        f"at least {number(aim.at_least)}"
        if aim.at_least is not None
        else f"at most {number(aim.at_most or 0)}"
    )
    return {"ratio": f"{bound} times", "value": f"{bound} {unit}", "more": f"{bound} {unit} more"}[aim.of]


def _verdict(line: Comparison) -> str:
    if not line.aims:
        return ""
    return "[green]reached[/green]" if line.met else "[red]missed[/red]"
