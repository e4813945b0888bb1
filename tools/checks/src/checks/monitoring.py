"""Alerts and dashboards: promtool's own tests of the rules, a page for each alert, dashboards as in the table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from checks.dashboards import DASHBOARDS, written
from checks.report import Report
from checks.tree import Tree

FOLDER = Path("deploy/monitoring")
BOARDS = FOLDER / "grafana/dashboards"


def write(tree: Tree) -> None:
    """The dashboards' files."""
    folder = tree.root / BOARDS
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        (folder / name).write_text(text)


def look(tree: Tree) -> Report:
    """Stale dashboards, alerts without a page, and rules that promtool finds at fault."""
    problems = [*_stale(tree), *pages(tree.root / FOLDER / "alerts.yml", tree.root)]
    seen = f"{len(DASHBOARDS)} dashboards, alerts and their runbooks"
    promtool = shutil.which("promtool")
    if promtool is None:
        return Report(seen, problems, skipped="the rules' own tests need promtool (Debian's prometheus)")
    for command in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts.test.yml")):
        ran = tree.run(promtool, *command[:-1], str(FOLDER / command[-1]))
        if ran.code:
            problems.append(f"{FOLDER}/{command[-1]}: {ran.output.strip()}")
    return Report(f"{seen}, promtool", problems)


def _stale(tree: Tree) -> Iterator[str]:
    folder = tree.root / BOARDS
    there = {path.name: path.read_text() for path in folder.glob("*.json")}
    for name in sorted(there.keys() | written().keys()):
        if there.get(name) != written().get(name):
            yield f"{BOARDS / name} is stale: python -m checks monitoring --write, or remove it"


def pages(alerts: Path, root: Path) -> Iterator[str]:
    """Alerts whose runbook is not there or not named after them, and pages of no alert."""
    groups: list[Any] = yaml.safe_load(alerts.read_text())["groups"]  # Any: YAML
    named = set()
    for rule in (rule for group in groups for rule in group["rules"]):
        page = f"docs/runbooks/{rule['alert']}.md"
        named.add(page)
        if rule["annotations"].get("runbook") != page:
            yield f"{rule['alert']} must name its runbook {page}"
        if not (root / page).is_file():
            yield f"{page} is missing: what it means, what to look at, what to do"
    for path in sorted((root / "docs/runbooks").glob("*.md")):
        if f"docs/runbooks/{path.name}" not in named:
            yield f"docs/runbooks/{path.name} belongs to no alert"
