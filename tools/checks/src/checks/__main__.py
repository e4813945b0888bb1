"""`python -m checks [NAME ...] [--write]`: look at everything, or at what is named."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from checks.report import Report
from checks.tree import Tree

CHECKS = {
    "types": "checks.static_types",
    "asyncapi": "checks.asyncapi",
    "schemas": "checks.event_schemas",
    "deployment": "checks.deployment",
    "flow": "checks.flow",
    "monitoring": "checks.monitoring",
    "openapi": "checks.openapi",
    "client": "checks.client",
    "permissions": "checks.permissions",
    "rules": "checks.rules",
    "migrations": "checks.migrations",
    "imports": "checks.imports",
    "licences": "checks.licences",
    "lint": "checks.lint",
    "hygiene": "checks.hygiene",
}
"""Module by name, the slowest first. It has `look`, and `write` where it generates documents.

Imported when its turn comes: what is checked may be too broken to import, and then only the
checks that need it fall over.
"""

SHOWN = 20
"""Lines of one check's problems that are shown when several checks run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when anything was found, 2 when asked for what there is not."""
    parser = argparse.ArgumentParser(prog="python -m checks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CHECKS))
    parser.add_argument("--write", action="store_true", help="first renew the documents that are generated")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - CHECKS.keys())
    if unknown:
        parser.error(f"there is no check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    tree = Tree.around(Path.cwd())
    chosen = [name for name in CHECKS if not asked.names or name in asked.names]
    return _show(_run(tree, chosen, write=asked.write), whole=len(chosen) == 1)


Outcome = tuple[str, Report, float]


def _run(tree: Tree, chosen: Sequence[str], *, write: bool) -> list[Outcome]:
    console = Console(stderr=True, highlight=False)
    outcomes = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {pool.submit(_looked, tree, name, write): name for name in chosen}
        for done in as_completed(waiting):
            outcomes.append((waiting[done], *_outcome(done)))
            if console.is_terminal:
                console.print(f"{len(outcomes)} of {len(waiting)}: {waiting[done]}", style="dim")
    return sorted(outcomes, key=lambda outcome: outcome[0])


def _looked(tree: Tree, name: str, write: bool) -> tuple[Report, float]:
    start = time.monotonic()
    module: Any = import_module(CHECKS[name])  # Any: modules have no common type
    if write and hasattr(module, "write"):
        module.write(tree)
    return module.look(tree), time.monotonic() - start


def _outcome(done: Future[tuple[Report, float]]) -> tuple[Report, float]:
    """A check that fell over found something too: nobody may take silence for health."""
    if (error := done.exception()) is None:
        return done.result()
    return Report("fell over", traceback.format_exception(error, limit=-2)), 0.0


def _show(outcomes: Sequence[Outcome], *, whole: bool) -> int:
    console = Console(highlight=False, soft_wrap=True)
    for name, report, _ in outcomes:
        if report.problems:
            console.print(f"\n{name}", style="bold red")
            lines = [line for problem in report.problems for line in problem.rstrip().splitlines()]
            shown = lines if whole or len(lines) <= SHOWN else lines[:SHOWN]
            for line in shown:
                console.print(f"  {line}", markup=False)
            if len(shown) < len(lines):
                console.print(f"  and {len(lines) - len(shown)} more lines: python -m checks {name}")
    table = Table("check", "", "seconds", "looked at", box=None, pad_edge=False)
    for name, report, seconds in outcomes:
        table.add_row(name, _state(report), f"{seconds:7.1f}", report.seen)
    console.print("\n", table, sep="")
    for name, report, _ in outcomes:
        if report.skipped:
            console.print(f"SKIPPED {name}: {report.skipped}", style="bold yellow", markup=False)
    return int(any(report.problems for _, report, _ in outcomes))


def _state(report: Report) -> str:
    if report.problems:
        return "[red]failed[/]"
    return "[yellow]SKIPPED[/]" if report.skipped else "[green]ok[/]"


if __name__ == "__main__":
    sys.exit(main())
