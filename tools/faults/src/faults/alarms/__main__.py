"""`python -m faults.alarms`: provoke every alert of deploy/monitoring/alerts.yml on the running system."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from faults import people
from faults.alarms import prometheus, rules
from faults.alarms.causes import CAUSES
from faults.alarms.stage import Stage, working
from faults.alarms.watch import Seen, empty_panels, provoke
from faults.assembly import assembled
from launch.jars import JarsMissing
from launch.java import JavaMissing
from launch.leash import Leash
from launch.program import DidNotStart
from launch.supervisor import Supervisor

ALERTS = Path("deploy/monitoring/alerts.yml")
console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def main(
    only: Annotated[list[str] | None, typer.Option(help="Only this alert; may be given again.")] = None,
    factor: Annotated[float, typer.Option(help="How much faster than in deploy/monitoring.")] = 15.0,
    panels: Annotated[bool, typer.Option(help="Ask the queries of all dashboards, too.")] = True,
    markdown: Annotated[bool, typer.Option(help="Print the table as Markdown as well.")] = False,
) -> None:
    """See each alert fire for a real cause and end once that is mended; exits with 1 otherwise."""
    loaded = yaml.safe_load(ALERTS.read_text())
    known = rules.names(loaded)
    if lacking := set(known) ^ CAUSES.keys():
        raise typer.BadParameter(f"alerts without a cause here, or causes without an alert: {lacking}")
    if unknown := set(only or ()) - set(known):
        raise typer.BadParameter(f"there is no alert {', '.join(unknown)}; there are {', '.join(known)}")
    try:
        good = asyncio.run(_run(rules.faster(loaded, factor), only or known, factor, panels, markdown))
    except (DidNotStart, JarsMissing, JavaMissing) as error:
        console.print(f"cannot go on: {error}", markup=False)
        raise typer.Exit(2) from None
    raise typer.Exit(not good)


async def _run(
    faster: rules.Document, chosen: list[str], factor: float, panels: bool, markdown: bool
) -> bool:
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fulfilment-alarms-"))).resolve()
        status = stack.enter_context(console.status("starting the system"))
        system = await stack.enter_async_context(assembled(place, _say, lambda done, total: None))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=15))
        watcher = await stack.enter_async_context(Supervisor(stack.enter_context(Leash()), _say))
        configuration = rules.configuration(system.running.services, str(place / "watch/rules.yml"), factor)
        watch = await prometheus.start(watcher, http, place / "watch", faster, configuration)
        stage = Stage(system, http, await people.tokens(system.running.issuer))
        await stack.enter_async_context(working(stage))
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(5)  # rates need something to compare with
        seen = []
        for number, alert in enumerate(chosen, start=1):
            status.update(f"{number} of {len(chosen)}: {alert}")
            seen.append(await provoke(watch, stage, alert, CAUSES[alert], _say))
        lasted = asyncio.get_running_loop().time() - began
        asked, empty = await empty_panels(watch, lasted) if panels else (0, [])
    _show(seen, factor, markdown)
    if asked:
        console.print(f"{asked - len(empty)} of {asked} queries of the dashboards gave something")
        for one in empty:
            console.print(f"  nothing, as nothing of the kind happened: {one}", markup=False)
    return all(one.good for one in seen)


def _say(line: str) -> None:
    console.print(f"{datetime.now():%H:%M:%S} {line}", markup=False)  # noqa: DTZ005  # people's own clock


def _show(seen: list[Seen], factor: float, markdown: bool) -> None:
    heads = ("Alert", "Cause", "Fires after", "Ends after", "It says", "Fires as well")
    lines = [
        (
            one.alert,
            one.cause,
            _seconds(one.fired),
            _seconds(one.resolved),
            one.summary,
            ", ".join(one.others),
        )
        for one in seen
    ]
    table = Table(*heads, title=f"Alerts, {factor:g} times as fast as in production")
    for one, line in zip(seen, lines, strict=True):
        table.add_row(*(escape(cell) for cell in line), style="" if one.good else "red")
    console.print(table)
    if markdown:
        for row in (heads, ("---",) * len(heads), *lines):
            print("| " + " | ".join(row) + " |")  # noqa: T201  # to be copied from here


def _seconds(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s"


if __name__ == "__main__":
    typer.run(main)
