"""The lines of an answer: what became of each order, how far the work is, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic_core import to_json

from order_intake.imports.entry import Entry
from servicekit import Problem
from servicekit.problems import described


class Outcome(BaseModel):
    """What became of one order of the body."""

    line: int = Field(description="Where it begins in the body; the first line is 1.")
    rows: int = Field(default=1, description="Rows of a table that it took, when more than one.")
    status: Literal["received", "already_received", "refused"]
    order: str | None = Field(
        default=None, description="Its number; of a refused one the order that stands in its way."
    )
    missing: list[str] | None = Field(
        default=None, description="Of a received one: all that is to be found out (S1)."
    )
    problem: dict[str, Any] | None = Field(
        default=None, description="Why it was refused, and what to do: a ProblemBody."
    )


class Progress(BaseModel):
    """How far the import is (`working`), or its last line (`finished`, `broken_off`)."""

    status: Literal["working", "finished", "broken_off"]
    lines: int = Field(description="Lines of the body that were read.")
    received: int
    already_received: int
    refused: int
    position: int = Field(
        description="Of the service's log; send it as Log-Position to a list that must contain all of this."
    )
    problem: dict[str, Any] | None = Field(default=None, description="Why it was broken off: a ProblemBody.")


@dataclass
class Tally:
    """Counts of an import so far."""

    received: int = 0
    already_received: int = 0
    refused: int = 0
    position: int = 0


def received(entry: Entry, number: str, missing: Sequence[str]) -> bytes:
    """A new order, with all that is missing in it (S1)."""
    return _line({**_place(entry), "status": "received", "order": number, "missing": missing})


def already_received(entry: Entry, number: str) -> bytes:
    """An order that an earlier import, or an earlier line of this one, brought."""
    return _line({**_place(entry), "status": "already_received", "order": number})


def refused(entry: Entry, problem: Problem, number: str | None) -> bytes:
    """An order that was not taken; `number` is the one that stands in its way."""
    there = {} if number is None else {"order": number}
    return _line({**_place(entry), "status": "refused", **there, "problem": described(problem)})


def progress(
    status: Literal["working", "finished", "broken_off"],
    lines: int,
    tally: Tally,
    problem: Problem | None = None,
) -> bytes:
    """How far the import is, or how it ended."""
    why = {} if problem is None else {"problem": described(problem)}
    return _line({"status": status, "lines": lines, **vars(tally), **why})


def _place(entry: Entry) -> dict[str, int]:
    return {"line": entry.line} if entry.rows == 1 else {"line": entry.line, "rows": entry.rows}


def _line(value: dict[str, Any]) -> bytes:  # Any: JSON
    return to_json(value) + b"\n"
