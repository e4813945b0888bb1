"""A body as lines of bounded length, however its bytes come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 64 * 1024
"""Bytes of a line that are taken; a longer one is refused, and the next is read as if nothing was."""


class Line(NamedTuple):
    """One line without its end."""

    number: int
    """1 for the first of the body."""
    text: bytes
    """Of a line that is too long only the beginning."""
    whole: bool


class Lines:
    """Cuts chunks into lines; holds one unfinished line and no more."""

    def __init__(self) -> None:
        self.count = 0
        """Lines given so far."""
        self._rest = b""

    def take(self, chunk: bytes) -> Iterator[Line]:
        """The lines that a chunk completes. Exhaust it before the next one."""
        first, *others = chunk.split(b"\n")
        self._rest += first[: LONGEST + 1 - len(self._rest)]
        for text in others:
            yield self._line(self._rest)
            self._rest = text[: LONGEST + 1]

    def end(self) -> Iterator[Line]:
        """The last line, when the body does not end with a line's end."""
        if self._rest:
            yield self._line(self._rest)
            self._rest = b""

    def _line(self, text: bytes) -> Line:
        self.count += 1
        return Line(self.count, text[:LONGEST], len(text) <= LONGEST)
