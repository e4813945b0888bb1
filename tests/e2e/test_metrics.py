"""Every figure that an alert or a dashboard asks for is told by the services that run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from house import House

from checks.dashboards import DASHBOARDS

pytestmark = pytest.mark.timeout(240)
ALERTS = Path(__file__).parents[2] / "deploy/monitoring/alerts.yml"
WORDS = re.compile(r"\b([a-z][a-z0-9_]*_[a-z0-9_]+)\b(?=[\s{\[)]|$)")
NONE_SO_FAR = {"append_conflicts_total", "idempotent_replays_total"}
"""Counters that begin with the first conflict, or the first repeated command."""


def test_alerts_and_dashboards_ask_for_what_there_is(over_kafka: House) -> None:
    assert over_kafka.play(3).faults == []
    told = {name for url in over_kafka.running.services.values() for name in names(url)}
    missing = asked() - told - NONE_SO_FAR
    assert not missing, f"nobody tells {', '.join(sorted(missing))}"


def names(url: str) -> set[str]:
    lines = httpx.get(f"{url}/metrics").raise_for_status().text.splitlines()
    return {re.split(r"[{ ]", line, maxsplit=1)[0] for line in lines if not line.startswith("#")}


def asked() -> set[str]:
    """The metrics in all expressions, without labels, functions and what they are grouped by."""
    groups: list[Any] = yaml.safe_load(ALERTS.read_text())["groups"]  # Any: YAML
    expressions = [rule["expr"] for group in groups for rule in group["rules"]]
    expressions += [
        query for panels in DASHBOARDS.values() for panel in panels for query in panel.lines.values()
    ]
    bare = [re.sub(r"by \([^)]*\)|\{[^}]*\}", " ", one) for one in expressions]
    return {name for one in bare for name in WORDS.findall(one)} - {"histogram_quantile"}
