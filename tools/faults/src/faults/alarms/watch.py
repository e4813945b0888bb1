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
    """Wait until the alert does not fire, break, wait until it does, mend, wait until it ends."""
    clock = asyncio.get_running_loop().time
    wanted = {("alertname", alert), *cause.labels.items()}

    def fires(seen: Sequence[Alert]) -> bool:
        return any(wanted <= set(one.labels) for one in seen)

    if await prometheus.until(lambda seen: not fires(seen), PATIENCE) is None:
        say(f"{alert}: fires before anything is broken")
        return Seen(alert, cause.text, None, None, "", ())
    say(f"{alert}: {cause.text}")
    began = clock()
    async with cause.broken(stage):
        alerts = await prometheus.until(fires, PATIENCE)
        fired = clock() - began
        if alerts is not None:
            say(f"{alert}: fires after {fired:.0f} s: {_summary(alerts, wanted)}")
    mended = clock()
    if alerts is None:
        say(f"{alert}: does not fire")
        return Seen(alert, cause.text, None, None, "", ())
    others: set[str] = set()

    def over(seen: Sequence[Alert]) -> bool:
        others.update(one.name for one in seen if one.name != alert)
        return not fires(seen)

    over(alerts)
    ended = await prometheus.until(over, PATIENCE)
    resolved = clock() - mended if ended is not None else None
    say(
        f"{alert}: " + ("does not end" if resolved is None else f"ended {resolved:.0f} s after it was mended")
    )
    return Seen(alert, cause.text, fired, resolved, _summary(alerts, wanted), tuple(sorted(others)))


def _summary(alerts: Sequence[Alert], wanted: set[tuple[str, str]]) -> str:
    return next(one.summary for one in alerts if wanted <= set(one.labels))


async def empty_panels(prometheus: Prometheus, seconds: float) -> tuple[int, Sequence[str]]:
    """How many queries the dashboards have, and those that gave nothing within the last seconds."""
    queries: Mapping[str, str] = {
        f"{board['title']}, {panel['title']}, {target['refId']}": target["expr"]
        for board in (json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("*.json")))
        for panel in board["panels"]
        for target in panel["targets"]
    }
    return len(queries), [
        name for name, query in queries.items() if not await prometheus.answers(query, seconds)
    ]
