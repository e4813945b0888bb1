"""When a webhook that was not taken is tried again: pure, the jitter comes in as a number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

MOST_REFUSALS = 50
"""Then a webhook is given up: four to nine days after the first."""
LONGEST_HOLD = timedelta(days=1)
"""No receiver can make us wait longer than this by its Retry-After."""
_FIRST = timedelta(seconds=5)
_LONGEST = {"refused": timedelta(hours=6), "away": timedelta(minutes=15)}


def next_try(
    fault: Literal["refused", "away"], times: int, jitter: float, at: datetime, retry_after: datetime | None
) -> datetime | None:
    """When to try again after failing this way `times` times; None to give up.

    The pause doubles up to a limit; `jitter`, from 0 to 1, takes up to half of it away, so that
    what failed together does not come back together. Never before `retry_after`. A receiver that
    is away is waited for: it has not said anything about the webhook.
    """
    if fault == "refused" and times >= MOST_REFUSALS:
        return None
    pause = min(_FIRST * (1 << min(times - 1, 20)), _LONGEST[fault]) * (1 - jitter / 2)
    return max(at + pause, retry_after) if retry_after else at + pause
