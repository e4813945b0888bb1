"""Which roles speak for whom on a case, and for whom a case can wait."""

from __future__ import annotations

from collections.abc import Mapping

from events.contracts.reviews import Department
from review.roles import GENERAL_MANAGER

JUDGES = {"contract_desk": "contract_desk", "production": "production_manager"}
"""Which role judges the delivery date for which side (C6)."""
SPEAKERS: Mapping[Department, frozenset[str]] = {
    "technical": frozenset({"technical"}),
    "quality": frozenset({"quality"}),
    "logistics": frozenset({"logistics"}),
    "production": frozenset({"production", "production_manager"}),
}
"""Who speaks for which department of the panel (C10 to C13)."""
AWAITED: Mapping[str, frozenset[str]] = {
    **{role: frozenset({role}) for role in JUDGES.values()},
    **{str(department): roles for department, roles in SPEAKERS.items()},
    "general_manager": GENERAL_MANAGER,
}
"""For whom a case waits, as `waiting_for` calls them, and the roles whose word that is."""
OF_GROUP = frozenset({"contract_desk", "logistics"})
"""These belong to the group; all others are the product company's own people (C6, C9, C14)."""
