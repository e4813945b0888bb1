"""The report of a storm: a table for the terminal, a page to keep, and the same as JSON."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from faults.outcome import Result

INVARIANTS = {
    1: "No acknowledged command is lost",
    2: "Nothing is published that was not committed",
    3: "All that is committed is published",
    4: "Order per order",
    5: "Each effect once",
    6: "A read model equals a fresh replay",
    7: "Mails and webhooks go out, with one key each",
    8: "A checkpoint is never ahead of its effect",
    9: "A live reader skips no position",
    10: "One winner per version",
    11: "Recovery: ready within 30 s, no lag within 60 s",
}
BEGIN, END = "<!-- the last full storm -->", "<!-- its end -->"
_SHOWN = 5
"""Violations of a checker that are shown; the JSON has all."""


def show(result: Result, console: Console) -> None:
    """The tables."""
    table = Table(box=box.SIMPLE, title=f"Storm with seed {result.wish.seed}", title_justify="left")
    for column in ("", "what must hold", "looked at", "violations"):
        table.add_column(column)
    for number, one in sorted(result.findings.items()):
        colour = "red" if number in result.red else "green"
        count = f"[{colour}]{len(one.violations)}[/{colour}]"
        table.add_row(str(number), INVARIANTS[number], escape(one.looked_at), count)
    console.print(table)
    for number in result.red:
        for line in result.findings[number].violations[:_SHOWN]:
            console.print(f"[red]{number}[/red]  {escape(line)}")
    for line in _summary(result):
        console.print(escape(line))
    if result.red:
        console.print(f"[red]not green:[/red] {', '.join(map(str, result.red))}; again: {result.wish.again}")


def page(result: Result) -> str:
    """Markdown for people."""
    lines = [*_summary(result), "", "| # | What must hold | Looked at | Violations |", "|---|---|---|---|"]
    lines += [
        f"| {number} | {INVARIANTS[number]} | {one.looked_at} | {len(one.violations)} |"
        for number, one in sorted(result.findings.items())
    ]
    for number in result.red:
        lines += ["", f"Checker {number} is red:", ""]
        lines += [f"* {line}" for line in result.findings[number].violations[:_SHOWN]]
    lines += ["", "| Fault | Times |", "|---|---|"]
    lines += [f"| {what} | {count} |" for what, count in sorted(_kinds(result).items())]
    return "\n".join(lines) + "\n"


def keep(file: Path, text: str) -> None:
    """Write a page; in a file that has the two markers, between them."""
    before, begin, rest = (file.read_text() if file.exists() else "").partition(BEGIN)
    _, end, after = rest.partition(END)
    file.write_text(f"{before}{begin}\n{text}{end}{after}" if end else text)


def as_json(result: Result) -> dict[str, Any]:
    """All of it but the single commands."""
    outcomes = Counter(entry.outcome for entry in result.entries)
    return {
        "wish": asdict(result.wish),
        "machine": _machine(),
        "disk": result.disk,
        "seconds": result.seconds,
        "commands": {**outcomes, "unclear": result.unclear, "calm": result.calm},
        "events": dict(result.events),
        "faults": _kinds(result),
        "missed": [asdict(fault) for fault in result.missed],
        "recoveries": [asdict(recovery) for recovery in result.recoveries],
        "parked": list(result.parked),
        "findings": {str(number): asdict(one) for number, one in result.findings.items()},
        "red": list(result.red),
    }


def _summary(result: Result) -> Sequence[str]:
    outcomes = Counter(entry.outcome for entry in result.entries)
    attempts = sum(entry.attempts for entry in result.entries)
    seconds = {what: f"{value:.0f} s" for what, value in result.seconds.items()}
    return [
        f"* {datetime.now(UTC):%Y-%m-%d}, seed {result.wish.seed}, on {_machine()}; {seconds['whole']} in all "
        f"(start {seconds['start']}, storm {seconds['storm']}, checkers {seconds['checkers']})",
        f"* {len(result.entries):,} commands: {outcomes['done']:,} done, {outcomes['failed']:,} refused, "
        f"{outcomes['unknown']:,} unknown at the end; {result.unclear:,} were unknown for a while and retried "
        f"under the same key ({attempts:,} attempts in all); {result.calm:,} began after the last fault",
        f"* {sum(result.events.values()):,} events: "
        + ", ".join(f"{name} {count:,}" for name, count in result.events.items())
        + f"; {len(result.parked)} parked",
        f"* {len(result.faults)} faults in {len(result.recoveries)} bursts, {len(result.missed)} that found "
        f"no victim; PostgreSQL's data on: {result.disk}",
        *(
            f"* {what} after a burst: {_spread([getattr(one, name) for one in result.recoveries])}"
            for what, name in (("ready", "ready"), ("nothing left to do", "settled"))
        ),
        f"* repeat its plan: `{result.wish.again}`",
    ]


def _spread(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    never = f", never in {len(values) - len(known)}" if len(known) < len(values) else ""
    return f"median {median(known):.1f} s, worst {max(known):.1f} s{never}" if known else f"unknown{never}"


def _kinds(result: Result) -> dict[str, int]:
    return dict(Counter(fault.what for fault in result.faults))


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )
