"""All scenarios, one after the other on servers of their own."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import uvloop
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from faults.load.broker_away import broker_away
from faults.load.cancelled import cancelled
from faults.load.ending import ending
from faults.load.house import House
from faults.load.overload import overload
from faults.load.rolling import rolling
from faults.load.slow import slow
from faults.load.table import Result, Row
from launch.stage import Stage, place
from servicekit.testing import token_issuer

Scenario = Callable[[House], Awaitable[Sequence[Row]]]
_ALL: Sequence[Scenario] = (overload, broker_away, ending, rolling, cancelled, slow)
SCENARIOS: Mapping[str, Scenario] = {one.__name__.replace("_", "-"): one for one in _ALL}


def run(
    console: Console, only: Sequence[str] = (), quick: bool = False, minutes: float = 5.0
) -> Sequence[Result]:
    """Go through the scenarios, all or `only` some; `minutes` is how long Kafka is away in a full run."""
    return uvloop.run(_run(console, only or list(SCENARIOS), quick, minutes))


async def _run(console: Console, only: Sequence[str], quick: bool, minutes: float) -> Sequence[Result]:
    def say(line: str) -> None:
        console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {escape(line)}")

    columns = (
        TextColumn("{task.fields[name]}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    results = []
    task = asyncio.current_task()
    assert task is not None
    # As Ctrl-C does: what was started is ended, and what was written removed.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with Progress(*columns, console=console, transient=True) as progress, token_issuer() as issuer:
        async with place(say) as started:
            stage = Stage(started)
            for name in only:
                say(f"scenario {name}")
                bar = progress.add_task("", total=1.0, name=name)

                def tell(done: float, what: str, bar: object = bar) -> None:
                    progress.update(bar, completed=done, description=escape(what))  # type: ignore[arg-type]  # rich's id

                began = time.monotonic()
                try:
                    rows = await SCENARIOS[name](House(stage, issuer, say, tell, quick, minutes))
                except Exception as error:  # noqa: BLE001  # it is a row of the table, and the others go on
                    rows = [Row("could not be run to its end", _said(error), "", False)]
                progress.remove_task(bar)
                results.append(Result(name, time.monotonic() - began, rows))
                for row in rows:
                    say(f"{'ok' if row.ok else 'NOT SO'}: {row.what}: {row.measured}")
    return results


def _said(error: Exception) -> str:
    """Of several errors the first, which the others mostly follow from."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"[:400]
