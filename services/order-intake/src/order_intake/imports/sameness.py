"""When two imported orders are the same one: what an import sent again creates nothing twice by.

Same are orders for one product company from one customer under one reference; where there is no
reference, those that are equal in everything, each as often as one body has it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from pydantic_core import to_json

from events import Idempotency
from order_intake.numbers import SIZE, order_number
from order_intake.order.intake import ReceiveOrder

REMEMBERED = 10_000
"""Orders without a reference that are remembered while a body is read, to count equal ones."""


class Identity(NamedTuple):
    """What an order is known by."""

    idempotency: Idempotency
    """Its key in the log, and the digest of all that was asked under it."""

    def number(self, attempt: int) -> str:
        """Its number; another attempt gives another, for when somebody else's order has the first."""
        return order_number(sha256(f"{attempt} {self.idempotency.key}".encode()).digest()[:SIZE])


class Sameness:
    """Gives the orders of one body their identities."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: dict[bytes, int] = {}

    def identity(self, asked: ReceiveOrder) -> Identity:
        """Neither who sends it nor its format, spaces or order of fields make another order of it."""
        # What model_dump_json calls, without its way from bytes to text and back.
        digest = sha256(asked.__pydantic_serializer__.to_json(asked, exclude_defaults=True)).digest()
        by = ["import", asked.product_company, asked.customer.id]
        if asked.reference is None:
            by += ["", digest.hex(), str(self._occurrence(digest))]
        else:
            by.append(asked.reference)
        return Identity(Idempotency(to_json(by).decode(), digest))

    def _occurrence(self, digest: bytes) -> int:
        """Counts equal orders of the body. The oldest is forgotten first, so a body always counts alike."""
        if digest not in self._seen and len(self._seen) >= self._remembered:
            del self._seen[next(iter(self._seen))]
        count = self._seen[digest] = self._seen.get(digest, 0) + 1
        return count
