"""`make demo`: play the Northwind order book on the system that runs, or on one of its own."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated

import httpx
import typer
from rich.console import Console

from demo.desk import Run
from demo.journeys import Task, tasks
from demo.northwind import orders
from demo.outcome import Outcome
from demo.playing import AT_ONCE, play
from demo.terminal import Screen, as_json, summary
from fulfilment_client import Problem
from launch import AlreadyRunning, CannotMeet, DidNotStart, Running, Wish, find, system
from launch.running import DATA

SEED = 7
_RUN_ID = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)\.(?P<seed>\d{1,9})\.[0-9a-z]{1,20}")


def main(
    count: Annotated[
        int | None, typer.Option("--orders", min=1, max=830, help="How many orders; all when left out.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=999_999_999, help="Deals what becomes of each order.")
    ] = SEED,
    concurrency: Annotated[
        int, typer.Option(min=1, max=200, help="Orders on their way at the same time.")
    ] = AT_ONCE,
    run_id: Annotated[
        str | None, typer.Option(help="Resume this run: what it did already is not done again.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Play the Northwind order book: 830 orders, through the HTTP APIs, with a simulated staff.

    Ends with exit code 1 when an order is stuck, an event is parked, or a read model differs
    from a fresh replay.
    """
    run = _resumed(run_id) if run_id else _new(seed)
    chosen = tasks(orders(run.day), run.seed)[:count]
    told = Console(stderr=json)
    try:
        outcome = asyncio.run(_play(run, chosen, concurrency, told))
    except KeyboardInterrupt:
        told.print(f"stopped; go on with: .venv/bin/python -m demo --run-id {run.id}", highlight=False)
        raise typer.Exit(130) from None
    except (AlreadyRunning, CannotMeet, DidNotStart, OSError, Problem, httpx.HTTPError) as error:
        told.print(f"[bold red]cannot play:[/bold red] {error}", highlight=False)
        raise typer.Exit(1) from None
    if json:
        print(as_json(outcome))  # noqa: T201  # this is what was asked for
    else:
        summary(outcome, told)
    raise typer.Exit(1 if outcome.faults else 0)


async def _play(run: Run, chosen: Sequence[Task], at_once: int, told: Console) -> Outcome:
    async with _running(told) as running:
        told.print(f"run {run.id}: {len(chosen)} orders, {at_once} at once", highlight=False)
        with Screen(told, len(chosen)) as screen:
            return await play(running, run, chosen, screen, at_once=at_once)


@asynccontextmanager
async def _running(told: Console) -> AsyncIterator[Running]:
    """The system that runs, else one that is started now and stopped afterwards."""
    running = find()
    if running is not None:
        yield running
        return
    told.print("no system is running; starting one for this play")
    admin_url = os.environ.get("POSTGRES_ADMIN_URL") or None
    say = told.print
    async with system(
        DATA, wish=Wish.from_environment(), admin_url=admin_url, usual_ports=True, say=say
    ) as ours:
        yield ours.running


def _new(seed: int) -> Run:
    """A run of its own: its orders are new ones, also on data that has some already."""
    today = datetime.now(UTC).date()
    return Run(f"{today}.{seed}.{secrets.token_hex(3)}", today, seed)


def _resumed(id: str) -> Run:
    """A run of before: its id says on which day and with which seed it was begun."""
    parts = _RUN_ID.fullmatch(id)
    try:
        if parts is None:
            raise ValueError(id)
        return Run(id, date.fromisoformat(parts["day"]), int(parts["seed"]))
    except ValueError as error:
        example = "a run's id looks like 2026-11-22.7.3fa9c1; a run prints it when it begins"
        raise typer.BadParameter(example) from error


if __name__ == "__main__":
    typer.run(main)
