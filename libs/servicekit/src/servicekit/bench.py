"""Where the command line works: a service's database, open without its loops, and a console."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from events.log import Log
from events.recorded import Recorded
from servicekit.service import Service
from servicekit.settings import DatabaseSettings


class Mistaken(Exception):
    """Something was asked for that is not there."""


@dataclass(frozen=True)
class Bench:
    """A service's log and database, and where to say what was found."""

    service: Service
    log: Log
    pool: Any  # an asyncpg pool, which has no types
    dsn: str
    console: Console

    def say(self, text: str, *, highlight: bool = True) -> None:
        self.console.print(text, highlight=highlight)

    def progress(self, what: str) -> Bar:
        return Bar(what, self.console)


@asynccontextmanager
async def opened(service: Service, settings: DatabaseSettings, console: Console) -> AsyncIterator[Bench]:
    dsn = settings.database_url.get_secret_value()
    async with Log.open(dsn) as log, asyncpg.create_pool(dsn, min_size=0, max_size=4) as pool:
        yield Bench(service, log, pool, dsn, console)


class Bar:
    """A progress bar; within its block it is told (done, total)."""

    def __init__(self, what: str, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> Callable[[int, int], None]:
        self._bar.start()
        return lambda done, total: self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def line(fact: Recorded[Any]) -> str:
    """An event in one line, for people."""
    data = fact.data if isinstance(fact.data, str) else fact.data.decode()
    return (
        f"[cyan]{fact.position}[/cyan] {fact.time:%Y-%m-%dT%H:%M:%S.%fZ} [bold]{fact.name}[/bold] "
        f"{escape(fact.stream)}@{fact.version} {escape(fact.actor.subject)} {escape(data)}"
    )
