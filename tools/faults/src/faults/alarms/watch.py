"""Breaking one thing after the other, and noting what Prometheus says of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faults.alarms.causes import Cause
from faults.alarms.prometheus import Alert, Prometheus
from faults.alarms.stage import Stage
from launch.program import Say

PATIENCE = 180.0
"""Seconds that an alert has to fire, and again to end; on the faster clock each takes a minute or so."""
DASHBOARDS = Path("deploy/monitoring/grafana/dashboards")


@dataclass(frozen=True, slots=True)
class Seen:
    """One alert, as it was seen."""

    alert: str
    cause: str
    fired: float | None
    """Seconds from the fault on; None when it did not fire."""
    resolved: float | None
    """Seconds from the mending on; None when it went on."""
    summary: str
    """What it told people."""
    others: tuple[str, ...]
    """Alerts that fired as well, for the same fault."""

    @property
    def good(self) -> bool:
        return self.fired is not None and self.resolved is not None


async def provoke(prometheus: Prometheus, stage: Stage, alert: str, cause: Cause, say: Say) -> Seen:
    """Wait until all is quiet, break, wait for the alert, mend, wait until all is quiet again."""
    if await prometheus.until(_quiet, PATIENCE) is None:
        firing = {one.name for one in await prometheus.firing()}
        say(f"{alert}: it is not quiet before it begins: {', '.join(sorted(firing))}")
    clock = asyncio.get_running_loop().time
    say(f"{alert}: {cause.text}")
    wanted = {("alertname", alert), *cause.labels.items()}
    began = clock()
    async with cause.broken(stage):
        alerts = await prometheus.until(lambda seen: any(wanted <= set(one.labels) for one in seen), PATIENCE)
        fired = clock() - began
    mended = clock()
    if alerts is None:
        return Seen(alert, cause.text, None, None, "", ())
    summary = next(one.summary for one in alerts if wanted <= set(one.labels))
    say(f"{alert}: fires after {fired:.0f} s: {summary}")
    others: set[str] = set()

    def over(seen: Sequence[Alert]) -> bool:
        others.update(one.name for one in seen if one.name != alert)
        return not any(one.name == alert for one in seen)

    over(alerts)
    ended = await prometheus.until(over, PATIENCE)
    resolved = clock() - mended if ended is not None else None
    return Seen(alert, cause.text, fired, resolved, summary, tuple(sorted(others)))


def _quiet(alerts: Sequence[Alert]) -> bool:
    return not alerts


async def empty_panels(prometheus: Prometheus) -> tuple[int, Sequence[str]]:
    """How many queries the dashboards have, and those that give nothing by now."""
    queries: Mapping[str, str] = {
        f"{board['title']}, {panel['title']}, {target['refId']}": target["expr"]
        for board in (json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("*.json")))
        for panel in board["panels"]
        for target in panel["targets"]
    }
    return len(queries), [name for name, query in queries.items() if not await prometheus.answers(query)]
