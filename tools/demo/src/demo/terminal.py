"""What a person at the terminal sees of a play: a progress bar, then tables that fit 80 columns.

Where nobody looks (a pipe, a log) a line every few seconds takes the bar's place.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from demo.desk import Desk
from demo.outcome import Outcome, states

_EVERY = 5.0  # seconds between two lines where there is no bar


class Screen:
    """Shows a play while it goes on. Use as a context manager."""

    def __init__(self, console: Console, orders: int) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("orders"),
            BarColumn(30),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task = self._bar.add_task("", total=orders)
        self._below = Text("")
        self._live = Live(Group(self._bar, self._below), console=console, refresh_per_second=4)
        self._began = self._said = time.monotonic()
        self._checked = ""

    def __enter__(self) -> Screen:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def playing(self, desks: Sequence[Desk], events: int | None) -> None:
        done = sum(desk.done for desk in desks)
        seconds = max(time.monotonic() - self._began, 0.001)
        rate = "a database is away" if events is None else f"{events / seconds:,.0f} events/s"
        where = " · ".join(f"{state} {count}" for state, count in states(desks).items())
        trouble = next((desk.trouble for desk in desks if desk.trouble and not desk.done), None)
        self._bar.update(self._task, completed=done, description=rate)
        self._show(f"{where}\n{trouble or ''}", f"{done} of {len(desks)} orders done, {rate}")

    def checking(self, what: str) -> None:
        self._bar.update(self._task, completed=self._bar.tasks[0].total or 0)
        self._show(f"checking: {what}", f"checking: {what}")

    def _show(self, below: str, line: str) -> None:
        self._below.plain = below
        if not self._console.is_terminal and time.monotonic() - self._said > _EVERY:
            self._said = time.monotonic()
            self._console.print(escape(line), highlight=False)


def summary(outcome: Outcome, console: Console) -> None:
    """The figures, then what is wrong, or that all is well."""
    console.print(_states(outcome), _journeys(outcome), _events(outcome))
    console.print(f"{outcome.orders:,} orders; {outcome.twins:,} of them were asked for twice")
    console.print(
        f"[bold]{outcome.events_in_all:,} events[/bold] in {outcome.seconds:.1f} s, "
        f"[bold]{outcome.events_per_second:,.0f} a second[/bold], over {_BROKERS[outcome.broker]}"
    )
    told = ", ".join(f"{count:,} {channel}" for channel, count in outcome.messages.items())
    console.print(f"{sum(outcome.messages.values()):,} messages ({told}); {outcome.mails:,} mails arrived")
    if not outcome.faults:
        console.print("[bold green]all is well[/bold green]: none stuck, none parked, all logs sound,")
        console.print("every read model equal to a fresh replay")
        return
    console.print(f"[bold red]{len(outcome.faults)} things are wrong[/bold red]")
    for fault in outcome.faults:
        console.print(f"* {escape(fault)}", highlight=False, soft_wrap=True)


def as_json(outcome: Outcome) -> str:
    """The same for a machine."""
    whole = asdict(outcome)
    whole["run"]["day"] = outcome.run.day.isoformat()
    whole["events_in_all"], whole["events_per_second"] = outcome.events_in_all, outcome.events_per_second
    whole["journeys"] = {
        trait: {"planned": plan, "seen": fact} for trait, (plan, fact) in outcome.journeys.items()
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


_BROKERS: Mapping[str, str] = {"kafka": "Kafka", "embedded": "the embedded feed"}


def _states(outcome: Outcome) -> Table:
    table = _table("orders by their end", "state", "orders")
    for state, count in outcome.states.items():
        table.add_row(state, f"{count:,}")
    return table


def _journeys(outcome: Outcome) -> Table:
    table = _table("journeys", "what happened on the way", "planned", "seen")
    for trait, (plan, fact) in outcome.journeys.items():
        table.add_row(trait, f"{plan:,}", f"{fact:,}" if plan == fact else f"[red]{fact:,}[/red]")
    return table


def _events(outcome: Outcome) -> Table:
    table = _table("events by type", "service", "event", "count")
    for service, counts in outcome.events.items():
        for name, count in counts.items():
            table.add_row(service, name, f"{count:,}")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        number = column in {"orders", "planned", "seen", "count"}
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table
