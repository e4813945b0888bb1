"""What the check of the monitoring finds."""

from __future__ import annotations

from pathlib import Path

from checks.monitoring import BOARDS, look, pages, write
from checks.tree import Tree

ALERTS = """
groups:
  - name: g
    rules:
      - alert: Fire
        expr: up == 0
        annotations: {runbook: docs/runbooks/Fire.md}
"""


def house(root: Path) -> Tree:
    runbooks = root / "docs/runbooks"
    runbooks.mkdir(parents=True)
    (runbooks / "Fire.md").write_text("# Fire\n")
    (root / "alerts.yml").write_text(ALERTS)
    return Tree(root)


def test_a_page_for_every_alert(tmp_path: Path) -> None:
    tree = house(tmp_path)
    assert list(pages(tree.root / "alerts.yml", tree.root)) == []
    (tmp_path / "docs/runbooks/Fire.md").rename(tmp_path / "docs/runbooks/Flood.md")
    assert [problem.split()[0] for problem in pages(tree.root / "alerts.yml", tree.root)] == [
        "docs/runbooks/Fire.md",
        "docs/runbooks/Flood.md",
    ]


def test_a_stale_dashboard(tmp_path: Path) -> None:
    tree = house(tmp_path)
    (tmp_path / "deploy/monitoring").mkdir(parents=True)
    for name in ("alerts.yml", "alerts.test.yml"):
        (tmp_path / "deploy/monitoring" / name).write_text(ALERTS if name == "alerts.yml" else "tests: []\n")
    write(tree)
    assert look(tree).problems == []
    board = tmp_path / BOARDS / "relay.json"
    board.write_text(board.read_text().replace("Fulfilment: Relay", "Mine"))
    assert [problem.split()[0] for problem in look(tree).problems] == [str(BOARDS / "relay.json")]
