"""The alert rules on a faster clock, and the Prometheus that evaluates them. Pure.

Every duration of the rules' own (`for:`, the windows of rates) is divided by one factor, as are the
intervals at which Prometheus looks, down to `SOONEST`. Thresholds stay as they are.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Document = dict[str, Any]  # Any: YAML
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+)(ms|s|m|h)")
_WINDOW = re.compile(r"\[(\d+(?:ms|s|m|h))\]")
INTERVAL = 10.0
"""Seconds between two looks, as deploy/monitoring/prometheus.yml has it."""
SOONEST = 5.0
"""Seconds that a service has to tell its figures at least: as long as it waits for its database."""


def faster(rules: Document, factor: float) -> Document:
    """The same rules, `factor` times as fast."""
    changed = copy.deepcopy(rules)
    for rule in (rule for group in changed["groups"] for rule in group["rules"]):
        rule["expr"] = _WINDOW.sub(lambda found: f"[{shortened(found[1], factor)}]", rule["expr"])
        if "for" in rule:
            rule["for"] = shortened(rule["for"], factor)
    return changed


def shortened(duration: str, factor: float) -> str:
    """`5m` by 20 is `15000ms`."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"{duration!r} is no duration of one number and one unit, such as 5m")
    return f"{round(int(found[1]) * _UNITS[found[2]] * 1000 / factor)}ms"


def names(rules: Document) -> list[str]:
    """The alerts, in their order."""
    return [rule["alert"] for group in rules["groups"] for rule in group["rules"]]


def configuration(targets: Mapping[str, str], rule_file: str, factor: float) -> Document:
    """As deploy/monitoring/prometheus.yml, with these targets (base URLs by service)."""
    scrape, evaluation = max(INTERVAL / factor, SOONEST), INTERVAL / factor
    return {
        "global": {
            "scrape_interval": f"{round(scrape * 1000)}ms", "evaluation_interval": f"{round(evaluation * 1000)}ms"
        },
        "rule_files": [rule_file],
        "scrape_configs": [{
            "job_name": "fulfilment",
            "static_configs": [
                {"targets": [urlsplit(url).netloc], "labels": {"service": name}} for name, url in targets.items()
            ],
        }],
    }  # fmt: skip
