"""What is wrong with a request, field by field, in words its sender can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field


class Fault(BaseModel):
    """One thing that is wrong. Exactly one of the first three says where."""

    pointer: str | None = Field(default=None, description="JSON pointer into the body (RFC 6901).")
    parameter: str | None = Field(default=None, description="Name of a query or path parameter.")
    header: str | None = None
    detail: str

    @property
    def place(self) -> str:
        """Where it is, in a sentence; the pointer to a body as a whole is empty (RFC 6901)."""
        return self.pointer or self.parameter or self.header or "the body"


def faults_of(errors: Iterable[Mapping[str, Any]], body: Any = None) -> Sequence[Fault]:
    """Pydantic's errors as faults; several about one place (a union's members) become one.

    `body` is the decoded JSON, to tell its fields from what pydantic adds to a location.
    A location starts with `query`, `path`, `header` or `body`, as FastAPI has it.
    """
    found: dict[tuple[str, str], list[str]] = {}
    errors = list(errors)
    for error in errors:
        if error["type"] == "too_short" and any(_within(one["loc"], error["loc"]) for one in errors):
            continue  # pydantic counts only the members of a list that are well
        origin, *loc = error["loc"]
        if origin == "body":
            place = ("pointer", _pointer(loc, body, missing=error["type"] == "missing"))
        else:
            place = ("header" if origin == "header" else "parameter", str(loc[0]) if loc else str(origin))
        details = found.setdefault(place, [])
        if (detail := _detail(error)) not in details:
            details.append(detail)
    return [Fault(**{kind: name}, detail="; or: ".join(details)) for (kind, name), details in found.items()]


def _within(loc: Sequence[Any], outer: Sequence[Any]) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _pointer(loc: Sequence[Any], body: Any, *, missing: bool) -> str:
    parts = []
    for index, part in enumerate(loc):
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            if not (missing and index == len(loc) - 1):
                continue  # a union's member or a validator, not a field
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _detail(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "is required; add it"
        case "extra_forbidden":
            return "is unknown here; remove it or correct its name"
        case _:
            message: str = error["msg"]
            message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
            return message.replace("Tuple should", "List should").replace(" after validation", "")
