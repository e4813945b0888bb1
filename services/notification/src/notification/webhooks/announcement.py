"""What subscribers may hear of a fact: what happened and where that stands, never what it says.

No name, address or amount leaves the house this way; whoever may read more asks the API.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events import Part
from events.contracts.common import Code
from events.contracts.messages import FactAnnounced, FactName


class Announcement(Part):
    """A fact of another service that concerns an order."""

    fact: UUID
    type: FactName
    happened_at: datetime
    stream: str
    version: int
    order: str

    def made(self, company: Code | None) -> FactAnnounced:
        """As it is recorded, for an order of this product company; None while that is not known."""
        return FactAnnounced(**dict(self), product_company=company)
