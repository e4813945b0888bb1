"""The little Markdown that generated pages are made of: tables that also read well in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its columns aligned, by the width that a terminal gives each character."""
    lines = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    widths = [max(3, *map(_width, column)) for column in zip(*lines, strict=True)]
    first, *others = (_line(row, widths) for row in lines)
    return "\n".join([first, _line(["-" * width for width in widths], widths), *others])


def page(*parts: str) -> str:
    """Paragraphs, tables and diagrams as a file, one empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def mermaid(lines: Iterable[str]) -> str:
    """A diagram that code hosts draw."""
    return "\n".join(["```mermaid", *lines, "```"])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
