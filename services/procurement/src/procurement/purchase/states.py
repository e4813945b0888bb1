"""Where a purchase order can stand: what was ordered, what arrived, and what is still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from events.contracts.common import Day
from procurement.delivery import Delivery
from procurement.goods import Goods, total

GROUP_ONLY = ""
"""In place of a product company: no company's people may see it, only the group's."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """There is no such purchase order."""


@dataclass(frozen=True, slots=True)
class Placed:
    """It went to the supplier."""

    supplier: str
    supplier_name: str
    product_company: str | None
    ordered_by: str
    ordered: Goods
    due: Day | None
    currency: str | None = None
    """Of all its prices."""
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """For a piece, by order and part; what has no price is not in it."""
    selection: str | None = None
    """Why this supplier (S18)."""
    promised: Day | None = None
    deliveries: Mapping[int, Delivery] = field(default_factory=dict)
    reduced: Goods = field(default_factory=Counter)
    """Outstanding goods that the supplier need not deliver any more."""
    changes: int = 0
    """How often it became less: reductions, and goods that went back for good."""

    @property
    def passed(self) -> Goods:
        return total(one.passed for one in self.deliveries.values())

    @property
    def given_up(self) -> Goods:
        """What will never come: reduced, or gone back for good."""
        return self.reduced + total(one.returned for one in self.deliveries.values())

    @property
    def held(self) -> Goods:
        """What it stands for by now: passed, waiting or still to come."""
        return self.ordered - self.given_up

    @property
    def outstanding(self) -> Goods:
        """Still to be delivered: neither passed nor waiting for inspection."""
        return self.held - self.passed - total(one.waiting for one in self.deliveries.values())

    @property
    def fulfilled(self) -> bool:
        return not self.held - self.passed


State = Unplaced | Placed
