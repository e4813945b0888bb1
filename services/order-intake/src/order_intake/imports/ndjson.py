"""Orders as NDJSON: one `ReceiveOrder` a line, checked as the body of `POST /orders` is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from order_intake.imports.entry import Entry, not_text, too_long
from order_intake.imports.lines import Line, Lines
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem
from servicekit.bodies import parse_command

_BOM = b"\xef\xbb\xbf"


class Ndjson:
    """A reader of NDJSON. Empty lines are no orders."""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self._lines = Lines()

    def take(self, chunk: bytes) -> Iterator[Entry]:
        return self._entries(self._lines.take(chunk))

    def end(self) -> Iterator[Entry]:
        return self._entries(self._lines.end())

    @property
    def lines(self) -> int:
        return self._lines.count

    def _entries(self, lines: Iterable[Line]) -> Iterator[Entry]:
        for line in lines:
            text = line.text.removeprefix(_BOM) if line.number == 1 else line.text
            if text and not text.isspace():
                yield Entry(line.number, 1, len(text), self._asked(text, line.whole))

    def _asked(self, text: bytes, whole: bool) -> ReceiveOrder | Problem:
        try:
            if not whole:
                raise too_long()
            if self._charset != "utf-8":
                text = text.decode(self._charset).encode()
            return parse_command(text, ReceiveOrder)
        except UnicodeDecodeError:
            return not_text(self._charset)
        except Problem as problem:
            return problem
