"""What a person sees while a storm goes on: commands done, faults injected, and what happens now.

Where nobody looks (a pipe, a log) a line every few seconds takes the bar's place.
"""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_EVERY = 5.0  # seconds between two lines where there is no bar


class Screen:
    """Use as a context manager."""

    def __init__(self, console: Console, commands: int, faults: int) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.fields[what]}"), BarColumn(24), MofNCompleteColumn(),
            TextColumn("{task.description}"), TimeElapsedColumn(), console=console,
        )  # fmt: skip
        self._commands = self._bar.add_task("starting", total=commands, what="commands")
        self._faults = self._bar.add_task("", total=faults, what="faults  ")
        self._began = self._said = time.monotonic()
        self.now = "starting"

    def __enter__(self) -> Screen:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """One line that stays."""
        self._console.print(f"[dim]{time.monotonic() - self._began:5.0f} s[/dim]  {escape(line)}")

    def doing(self, what: str) -> None:
        """What happens now."""
        self.now = what
        self._bar.update(self._commands, description=escape(what))

    def counted(self, commands: int, faults: int, last: str) -> None:
        """How far it is."""
        self._bar.update(self._commands, completed=commands)
        self._bar.update(self._faults, completed=faults, description=escape(last))
        if not self._console.is_terminal and time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            self.say(f"{commands:,} commands, {faults} faults; {self.now}")
