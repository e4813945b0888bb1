"""Which facts subscribers can hear of, and which of them one has chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events.contracts.purchases import PurchaseOrdered
from notification.who_is_told import TABLE

_OF_PURCHASES = PurchaseOrdered.name.partition(".")[0]
OFFERED = tuple(sorted(kind.name for kind in TABLE if not kind.name.startswith(f"{_OF_PURCHASES}.")))
"""The facts of orders that notification hears of. A purchase order may be for several companies."""


def chosen(wanted: Sequence[str], fact: str) -> bool:
    """Whether the fact `order.accepted.v1` is one of those wanted: by its name, or whole words of its beginning."""
    return any(fact == one or fact.startswith(f"{one}.") for one in wanted)


def faults_of(wanted: Sequence[str]) -> Mapping[str, str]:
    """What is wrong with a choice, by JSON pointer: a name that no fact has would be waited for in vain."""
    return {
        f"/events/{place}": f"no fact is called {one!r} or begins so; there are {', '.join(OFFERED)}"
        for place, one in enumerate(wanted)
        if not any(chosen((one,), fact) for fact in OFFERED)
    }
