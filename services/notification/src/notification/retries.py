"""When mail that was not taken is tried again: pure, the jitter comes in as a number."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

Fault = Literal["refused", "unreachable"]
MOST_REFUSALS = 48
"""Then the message is given up: five days and more after the first (RFC 5321, 4.5.4.1)."""
_FIRST = {"refused": timedelta(seconds=30), "unreachable": timedelta(seconds=2)}
_LONGEST = {"refused": timedelta(hours=4), "unreachable": timedelta(minutes=15)}


def pause(fault: Fault, times: int, jitter: float) -> timedelta | None:
    """How long to wait after failing this way `times` times; None to give up.

    Doubles up to a limit; `jitter`, from 0 to 1, takes up to half of it away, so that what
    failed together does not come back together. A server that is away is waited for as long
    as it takes: it has not said anything about the message.
    """
    if fault == "refused" and times >= MOST_REFUSALS:
        return None
    longest = min(_FIRST[fault] * (1 << min(times - 1, 20)), _LONGEST[fault])
    return longest * (1 - jitter / 2)
