"""Where an order's purchased parts can stand: what is needed, what is met, and whether buying goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from events.contracts.common import BillItem, Commitment
from events.contracts.purchases import Excluded, Pieces
from procurement.parts.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Going:
    """Buying goes on."""

    released: int = 0
    """The last request for a cancellation that was rejected; 0 when there was none."""


@dataclass(frozen=True, slots=True)
class Held:
    """The order may be cancelled: nothing more is bought for it until that is decided."""

    request: int
    stated: Commitment | None = None
    """What was last said to have been bought for it."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The order needs nothing any more; what was bought for it is free for others."""

    request: int


Course = Going | Held | Cancelled


@dataclass(frozen=True, slots=True)
class Uninstructed:
    """No production instruction so far; what names the order all the same is surplus."""

    ledger: Ledger = field(default_factory=Ledger)
    course: Course = field(default_factory=Going)


@dataclass(frozen=True, slots=True)
class Required:
    """The order's needs and how far they are met; the counters hold pieces by part."""

    product_company: str
    needs: tuple[BillItem, ...]
    excluded: tuple[Excluded, ...]
    ledger: Ledger
    course: Course
    free: frozenset[str] = frozenset()
    """Purchase orders that named it before it was instructed: their goods are free for others."""
    stocked: Counter[str] = field(default_factory=Counter)
    """Pieces that entered stock for its needs."""
    sources: tuple[str, ...] = ()
    """Purchase orders whose goods met a need."""
    ready: bool = False

    @property
    def needed(self) -> Counter[str]:
        return Counter() if isinstance(self.course, Cancelled) else count(self.needs)

    @property
    def ordered(self) -> Counter[str]:
        """Needed pieces that are in stock, or that a purchase order will bring."""
        return self.needed & (self.stocked + self.ledger.coming(but=self.free))

    @property
    def surplus(self) -> Counter[str]:
        """Pieces that purchase orders hold for it beyond its needs."""
        return self.ledger.held() - self.ordered

    @property
    def to_order(self) -> Counter[str]:
        """Pieces that no purchase order covers."""
        return self.needed - self.ordered

    @property
    def to_stock(self) -> Counter[str]:
        """Pieces that are not in stock."""
        return self.needed - self.stocked


State = Uninstructed | Required


def count(pieces: Iterable[Pieces | BillItem]) -> Counter[str]:
    """Pieces by part."""
    found: Counter[str] = Counter()
    for one in pieces:
        found[one.part] += one.quantity
    return found
