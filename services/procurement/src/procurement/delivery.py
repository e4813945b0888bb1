"""One delivery of a purchase order and its inspection: nothing nonconforming enters stock (S19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from events import Command, Event, Refused
from events.contracts.common import Text
from events.contracts.purchases import InspectionFailed, InspectionPassed, PurchaseLine
from procurement.goods import Goods, check_room, goods, lines


class InspectDelivery(Command):
    """A delivery was looked at. `failed` names what does not conform; all of it when left out."""

    delivery: Annotated[int, Field(ge=1)]
    result: Literal["passed", "failed"]
    failed: Annotated[tuple[PurchaseLine, ...], Field(max_length=500)] = ()
    finding: Text | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived at once. It waits for its inspection until all of it passed or failed."""

    arrived: Goods
    passed: Goods = field(default_factory=Counter)
    failed: Goods = field(default_factory=Counter)
    returned: Goods = field(default_factory=Counter)
    """Of what failed, what went back for good."""

    @property
    def waiting(self) -> Goods:
        return self.arrived - self.passed - self.failed


def inspect(delivery: Delivery, command: InspectDelivery, inspector: str) -> Sequence[Event]:
    """What the inspection leads to; nothing when it had this result already."""
    failed = _failed(delivery, command)
    passed = delivery.arrived - failed
    if (delivery.passed, delivery.failed) == (passed, failed):
        return []
    if not delivery.waiting:
        raise Refused("delivery-inspected", f"delivery {command.delivery} was inspected with another result")
    facts: list[Event] = []
    if passed:
        facts.append(InspectionPassed(delivery=command.delivery, lines=lines(passed), inspected_by=inspector))
    if failed:
        assert command.finding is not None
        facts.append(
            InspectionFailed(
                delivery=command.delivery,
                lines=lines(failed),
                finding=command.finding,
                inspected_by=inspector,
            )
        )
    return facts


def _failed(delivery: Delivery, command: InspectDelivery) -> Goods:
    """What the inspector found at fault; refused unless it is clear what and why."""
    if command.result == "passed":
        if command.failed:
            raise Refused(
                "result-unclear",
                "goods that passed did not fail; either leave out `failed` or give the result `failed`",
                {"failed": "contradicts the result"},
            )
        return Counter()
    if command.finding is None:
        raise Refused("finding-missing", "say in `finding` what does not conform", {"finding": "missing"})
    if not command.failed:
        return delivery.arrived
    check_room(
        command.failed,
        delivery.arrived,
        field="failed",
        where="arrived",
        advice="name only what was delivered",
    )
    return goods(command.failed)
