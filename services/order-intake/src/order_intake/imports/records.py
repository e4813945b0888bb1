"""A CSV body as rows of cells (RFC 4180), read so that a broken row costs itself and no other.

A quote that is never closed would swallow the rest of the body: such a row is given up after its
first line, and reading goes on with the next.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from order_intake.imports.entry import not_text, too_long
from order_intake.imports.lines import LONGEST, Line, Lines
from servicekit import Problem

_BOM = b"\xef\xbb\xbf"


class Record(NamedTuple):
    """One row."""

    line: int
    size: int
    cells: Sequence[str]
    """Of a broken row as far as they can be read."""
    fault: Problem | None


class Records:
    """Cuts chunks into rows; holds one unfinished row of at most `LONGEST` bytes."""

    def __init__(self, charset: str) -> None:
        self.width: int | None = None
        """Cells that a row must have, once that is known."""
        self._charset = charset
        self._lines = Lines()
        self._open: list[Line] = []

    @property
    def lines(self) -> int:
        """Lines read so far."""
        return self._lines.count

    def take(self, chunk: bytes) -> Iterator[Record]:
        """The rows that a chunk completes. Exhaust it before the next one."""
        return self._records(self._lines.take(chunk))

    def end(self) -> Iterator[Record]:
        """What is left when the body is over."""
        yield from self._records(self._lines.end())
        while self._open:
            first, *others = self._open
            self._open = []
            yield self._broken(first)
            yield from self._records(others)

    def _records(self, lines: Iterable[Line]) -> Iterator[Record]:
        size, odd = sum(len(line.text) + 1 for line in self._open), bool(self._open)
        for coming in lines:
            todo = deque([_bare(coming)])
            while todo:
                line = todo.popleft()
                self._open.append(line)
                size, odd = size + len(line.text) + 1, odd ^ bool(line.text.count(b'"') % 2)
                if odd and size <= LONGEST and line.whole:
                    continue  # a cell goes on in the next line
                first, *others = self._open
                record = None if odd or not line.whole else self._closed()
                self._open, size, odd = [], 0, False
                if record is None:
                    todo.extendleft(reversed(others))  # read again, each for itself
                yield record or self._broken(first)

    def _closed(self) -> Record | None:
        """The open lines as a row; None when they are none."""
        text = b"\n".join([line.text for line in self._open])
        try:
            cells = next(csv.reader((text.decode(self._charset),), strict=True), [])
        except (csv.Error, UnicodeDecodeError):
            return None
        if self.width is not None and len(cells) != self.width and any(cells):
            return None
        return Record(self._open[0].number, len(text), cells, None)

    def _broken(self, line: Line) -> Record:
        try:
            cells = next(csv.reader((line.text.decode(self._charset, "replace"),)), [])
        except csv.Error:
            cells = []
        return Record(line.number, len(line.text), cells, self._fault(line, cells))

    def _fault(self, line: Line, cells: Sequence[str]) -> Problem:
        if not line.whole:
            return too_long()
        try:
            line.text.decode(self._charset)
        except UnicodeDecodeError:
            return not_text(self._charset)
        if line.text.count(b'"') % 2 == 0 and self.width is not None and len(cells) != self.width:
            return Problem(400, "malformed-row", f"it has {len(cells)} cells, and the header {self.width}")
        detail = "a quote is wrong: put the whole cell in quotes, and double those within it"
        return Problem(400, "malformed-row", detail)


def _bare(line: Line) -> Line:
    text = line.text.removeprefix(_BOM) if line.number == 1 else line.text
    return line._replace(text=text.removesuffix(b"\r"))
