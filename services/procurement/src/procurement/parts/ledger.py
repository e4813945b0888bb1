"""What purchase orders hold for one order, line by line: what the order's pieces and costs are counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from events.contracts.purchases import Pieces

Line = tuple[str, str]
"""A purchase order and a part."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Pieces of one part that one purchase order holds for the order."""

    quantity: int = 0
    stocked: int = 0
    """Of them, those that passed their inspection; the others are still to come."""
    unit_price: Decimal | None = None
    currency: str | None = None

    @property
    def coming(self) -> int:
        return max(0, self.quantity - self.stocked)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that purchase orders said about the order, each word counted once."""

    lines: Mapping[Line, Bought] = field(default_factory=dict)
    deliveries: frozenset[tuple[str, int]] = frozenset()
    """Deliveries that entered stock, as purchase order and number."""
    changes: frozenset[tuple[str, int]] = frozenset()
    """Changes by which a purchase order became less, as purchase order and number."""

    @property
    def purchases(self) -> frozenset[str]:
        """The purchase orders that name the order."""
        return frozenset(purchase for purchase, _ in self.lines)

    def coming(self, *, but: frozenset[str] = frozenset()) -> Counter[str]:
        """Pieces by part that purchase orders will still bring, without those of some of them."""
        count: Counter[str] = Counter()
        for (purchase, part), bought in self.lines.items():
            if purchase not in but:
                count[part] += bought.coming
        return +count

    def held(self) -> Counter[str]:
        """Pieces by part that purchase orders hold, arrived or not."""
        count: Counter[str] = Counter()
        for (_, part), bought in self.lines.items():
            count[part] += bought.quantity
        return +count

    def with_ordered(self, purchase: str, pieces: Iterable[Pieces], currency: str | None) -> Ledger:
        lines = dict(self.lines)
        for one in pieces:
            before = lines.get((purchase, one.part), Bought())
            lines[purchase, one.part] = Bought(
                before.quantity + one.quantity, before.stocked, one.unit_price, currency
            )
        return replace(self, lines=lines)

    def with_stocked(self, purchase: str, delivery: int, pieces: Iterable[Pieces]) -> Ledger:
        lines = dict(self.lines)
        for one in pieces:
            before = lines.get((purchase, one.part), Bought())
            lines[purchase, one.part] = replace(before, stocked=before.stocked + one.quantity)
        return replace(self, lines=lines, deliveries=self.deliveries | {(purchase, delivery)})

    def with_less(self, purchase: str, change: int, pieces: Iterable[Pieces]) -> Ledger:
        lines = dict(self.lines)
        for one in pieces:
            before = lines.get((purchase, one.part), Bought())
            lines[purchase, one.part] = replace(before, quantity=max(0, before.quantity - one.quantity))
        return replace(self, lines=lines, changes=self.changes | {(purchase, change)})
