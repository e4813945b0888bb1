"""`as_of`: how a caller names a past moment, by its time or by a number."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from servicekit.faults import Fault
from servicekit.problems import invalid

_time: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_TIME = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*([Zz]|[+-]\d\d:?\d\d)"


def pattern(number: str) -> dict[str, Any]:
    """For the documentation of a parameter: a number of this form, or a time."""
    return {"pattern": rf"^({number}|{_TIME})$"}


def moment(as_of: str, number: str, example: str) -> int | datetime:
    """What `as_of` says: a number that fits the expression, else a time. Raises a 422 problem."""
    if re.fullmatch(number, as_of, re.ASCII):
        return int(as_of)
    try:
        return _time.validate_python(as_of if re.match(r"\d{4}-\d\d-\d\d", as_of) else "").astimezone(UTC)
    except (ValidationError, OverflowError) as error:  # a year of UTC before 1 or after 9999
        detail = f"take {example}, or a time with its zone such as 2026-01-05T09:00:00Z (a + is written %2B)"
        raise invalid([Fault(parameter="as_of", detail=detail)]) from error
