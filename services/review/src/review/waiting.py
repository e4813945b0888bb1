"""Since when somebody is waited for, as the read models of cases and contracts keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime


def still_waiting(
    before: Mapping[str, datetime], waiting_for: Iterable[str], now: datetime
) -> dict[str, datetime]:
    """Since when each is waited for: who was waited for before goes on waiting, others begin now."""
    return {role: before.get(role, now) for role in waiting_for}
