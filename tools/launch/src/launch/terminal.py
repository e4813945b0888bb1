"""What a person sees at the terminal: progress while starting, one table, and what goes on afterwards."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.status import Status
from rich.table import Table

from launch.program import Say
from launch.roles import ROLES
from launch.running import Running

_WIDE = 120  # columns that the table needs with whole addresses
_STEP = 25  # per cent between two lines about a download where there is no terminal


def in_quarters(say: Say) -> Callable[[int, int], None]:
    """Tell of a download where there is no terminal: a line for every 25 %."""
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        if (percent := done * 100 // total // _STEP * _STEP) > told:
            told = percent
            say(f"fetching Apache Kafka: {percent} % of {total / 1e6:.0f} MB")

    return tell


class Terminal:
    """Lines and progress on standard output."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else _WIDE
        self._console = Console(highlight=False, soft_wrap=True, width=width)
        self._status: Status | None = None
        self._download: Progress | None = None
        self._in_quarters = in_quarters(self.say)

    def say(self, line: str) -> None:
        """One line about what goes on."""
        self._console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] {escape(line)}")

    def fail(self, line: str) -> None:
        """Why it does not go on."""
        self._console.print(f"[bold red]cannot go on:[/bold red] {escape(line)}")

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """Show that something is being done until the block ends."""
        if not self._console.is_terminal:
            self.say(what)
            yield
            return
        try:
            with self._console.status(what) as self._status:
                yield
        finally:
            self._status = None
            if self._download:
                self._download.stop()

    def downloading(self, done: int, total: int) -> None:
        """How many bytes of Kafka are there; called from the threads that download."""
        if not self._console.is_terminal:
            self._in_quarters(done, total)
            return
        if self._download is None:
            if self._status:
                self._status.stop()
            columns = (SpinnerColumn(), TextColumn("fetching Apache Kafka"), BarColumn(), DownloadColumn())
            self._download = Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True)
            self._download.start()
            self._download.add_task("", total=total)
        self._download.update(self._download.task_ids[0], completed=done)
        if done == total:
            self._download.stop()
            if self._status:
                self._status.start()

    def ready(self, running: Running, seconds: float) -> None:
        """The table, and what to do next."""
        table = Table(
            title=f"ready in {seconds:.1f} s", title_justify="left", title_style="bold green", box=box.SIMPLE
        )
        for column in ("service", "address", "API docs", "health"):
            table.add_column(column, no_wrap=True)
        wide = self._console.width >= _WIDE
        for name, url in [*running.services.items(), ("issuer (development)", running.issuer)]:
            base = url if wide else ""
            health = "" if url == running.issuer else f"{base}/health/ready"
            table.add_row(name, url, f"{base}/docs", health)
        table.add_row("mail (development)", running.mail)
        self._console.print(table)
        broker = f"Kafka at {running.kafka}" if running.kafka else "the embedded feed"
        self._console.print(f"[bold]broker[/bold]  {broker}: {escape(running.why)}")
        self._console.print(
            f"[bold]token[/bold]   make token ROLE=sales, or: curl -s {running.issuer}/token -d sub=me -d roles=sales\n"
            f"        roles: {', '.join(ROLES)}; curl {running.issuer} lists them"
        )
        self._console.print(
            "[bold]next[/bold]    make demo (in a second terminal) plays 830 orders; Ctrl-C here stops everything"
        )
