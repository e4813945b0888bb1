"""Who looks at a contract from which side (S6)."""

from __future__ import annotations

from collections.abc import Mapping

from events.contracts.common import Aspect
from review.roles import GENERAL_MANAGER

JUDGES: Mapping[Aspect, frozenset[str]] = {
    "risk": frozenset({"contract_desk"}) | GENERAL_MANAGER,
    "legal": frozenset({"legal"}),
    "financial": frozenset({"finance"}),
}
"""Which roles judge which aspect."""
AWAITED: Mapping[Aspect, str] = {"risk": "contract_desk", "legal": "legal", "financial": "finance"}
"""For whom a review waits, as `waiting_for` calls them."""
