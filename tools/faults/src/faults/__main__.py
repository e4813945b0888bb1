"""The command line: `python -m faults storm`, `python -m faults load`, and both without a word."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from faults import report
from faults.outcome import Result, Wish
from faults.storm import storm
from launch.jars import JarsMissing
from launch.java import JavaMissing
from launch.program import DidNotStart

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
Seed = Annotated[int | None, typer.Option(help="Repeats a plan; without it a random one is taken and told.")]


@app.callback(invoke_without_command=True)
def _both(context: typer.Context) -> None:
    """Break the running system on purpose, and check what must hold."""
    if context.invoked_subcommand is None:
        plant = _planted(None)
        red = _storm(Wish(_seed(None), plant=plant), None, None)
        raise typer.Exit(red if plant else max(red, _load(None, quick=False)))


@app.command("storm")
def _storm_command(
    seed: Seed = None,
    commands: Annotated[int, typer.Option(help="Commands in all.")] = Wish.commands,
    faults: Annotated[int, typer.Option(help="Random faults.")] = Wish.faults,
    points: Annotated[int, typer.Option(help="How often each crash point is hit.")] = Wish.each_point,
    rounds: Annotated[int, typer.Option(help="Bursts of faults.")] = Wish.rounds,
    crowd: Annotated[int, typer.Option(help="Commands in a race for one version.")] = Wish.crowd,
    plant: Annotated[
        int | None, typer.Option(help="Plant the bug that this checker must find; also PLANT=n.")
    ] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
    report_: Annotated[
        Path | None, typer.Option("--report", help="Write the report to this Markdown file.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="A new directory for data and logs that is not removed.")
    ] = None,
) -> None:
    """Faults under load, then checkers 1 to 11."""
    wish = Wish(_seed(seed), commands, faults, points, rounds, crowd, _planted(plant))
    raise typer.Exit(_storm(wish, json_, report_, keep))


@app.command("load")
def _load_command(
    only: Annotated[list[str] | None, typer.Option(help="Only this scenario; may be given again.")] = None,
    quick: Annotated[bool, typer.Option(help="Smaller and shorter.")] = False,
    minutes: Annotated[float, typer.Option(help="How long Kafka is away in a full run.")] = 5.0,
    json_: Annotated[Path | None, typer.Option("--json", help="Write what was found to this file.")] = None,
) -> None:
    """Overload, a long outage, clean stops, cancelled requests."""
    raise typer.Exit(_load(only, quick=quick, minutes=minutes, file=json_))


def _storm(wish: Wish, json_: Path | None, report_: Path | None, keep: Path | None = None) -> int:
    """Run and tell; the exit code."""
    console.print(f"seed {wish.seed}; again: {wish.again}")
    if keep is not None:
        keep.mkdir(parents=True, mode=0o700)
    try:
        result = asyncio.run(_interruptible(storm(wish, console, keep=keep)))
    except (DidNotStart, JarsMissing, JavaMissing) as error:
        console.print(f"cannot go on: {error}", markup=False)
        return 2
    report.show(result, console)
    _write(result, json_, report_)
    return 1 if result.red else 0


async def _interruptible(work: Awaitable[Result]) -> Result:
    """SIGTERM ends it in order, as Ctrl-C does: nothing is left mounted or running."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def _write(result: Result, json_: Path | None, report_: Path | None) -> None:
    if json_ is not None:
        json_.write_text(json.dumps(report.as_json(result), indent=2, default=str))
    if report_ is not None:
        report.keep(report_, report.page(result))


def _load(only: list[str] | None, *, quick: bool, minutes: float = 5.0, file: Path | None = None) -> int:
    from faults import load  # what it needs is slow to import

    results = load.run(console, only or (), quick, minutes)
    load.show(console, results)
    if file is not None:
        load.write(file, results)
    return 0 if all(one.ok for one in results) else 1


def _seed(given: int | None) -> int:
    return random.randrange(1_000_000) if given is None else given  # noqa: S311  # nothing secret about it


def _planted(given: int | None) -> int | None:
    there = os.environ.get("PLANT")
    return given if given is not None or not there else int(there)


if __name__ == "__main__":
    app()
