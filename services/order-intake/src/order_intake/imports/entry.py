"""What a reader makes of a body: one entry for each order, readable or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from order_intake.imports.lines import LONGEST
from order_intake.order.intake import ReceiveOrder
from servicekit import Problem


class Entry(NamedTuple):
    """One order of a body, or what is wrong with the place where one should be."""

    line: int
    """Its first line."""
    rows: int
    """How many rows of a table it took; 1 where an order is a line."""
    size: int
    """Bytes."""
    asked: ReceiveOrder | Problem


class Reader(Protocol):
    """Reads orders of one format; holds one unfinished order and no more."""

    def take(self, chunk: bytes) -> Iterator[Entry]:
        """The entries that a chunk completes. Exhaust it before the next one. Raises `Problem` when
        the body as a whole cannot be read."""

    def end(self) -> Iterator[Entry]:
        """What is left when the body is over."""

    @property
    def lines(self) -> int:
        """Lines read so far."""


def too_long() -> Problem:
    """The problem of a line over the limit."""
    return Problem(413, "line-too-long", f"a line has at most {LONGEST:,} bytes: shorten its texts")


def not_text(charset: str) -> Problem:
    """The problem of bytes that are no text in the declared encoding."""
    return Problem(
        400, "malformed-text",
        f"this is no {charset.upper()}: send UTF-8, or say which it is: Content-Type: ...; charset=gb18030",
    )  # fmt: skip
