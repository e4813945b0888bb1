"""Whatever buyers, suppliers and inspectors do, the pieces add up (C18, S19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from buying import BUYER, INSPECTOR, SYSTEM, WAREHOUSE, item, line
from hypothesis import given, settings
from hypothesis import strategies as st

from events import Actor, Command, Context, Decider, Event, Recorded, Refused, Send
from events.contracts.common import BillItem
from events.contracts.purchases import (
    InspectionPassed,
    PartsReady,
    PartsStocked,
    PurchaseLine,
    SurplusStocked,
)
from events.testing import MONDAY
from procurement.delivery import InspectDelivery
from procurement.goods import goods
from procurement.parts import Required, RequireParts, parts
from procurement.purchase import Placed, PlacePurchaseOrder, ReceiveGoods, purchase
from procurement.reactions import reactions

ORDERS, PARTS, PURCHASES = ("A", "B"), ("relay", "fuse"), ("P-1", "P-2", "P-3")
Step = tuple[str, tuple[Actor, Command]]


@dataclass
class Procurement:
    """The service in memory: its streams, and its reactions to its own facts."""

    streams: dict[str, list[Event]] = field(default_factory=dict)

    def give(self, decider: Decider[Any], id: str, command: Command, by: Actor) -> None:
        stream = self.streams.setdefault(decider.stream(id), [])
        facts = decider.handle(decider.fold(stream), command, Context(by=by, at=MONDAY))
        stream.extend(facts)
        for fact in facts:
            for send in _sends(fact, decider.stream(id)):
                self.give(send.decider, send.id, send.command, SYSTEM)

    def order(self, number: str) -> tuple[Sequence[Event], Required]:
        facts = self.streams[parts.stream(number)]
        state = parts.fold(facts)
        assert isinstance(state, Required)
        return facts, state

    def purchases(self) -> Iterable[Placed]:
        for id in PURCHASES:
            state = purchase.fold(self.streams.get(purchase.stream(id), []))
            if isinstance(state, Placed):
                yield state

    def passed_for(self, number: str) -> Counter[str]:
        count: Counter[str] = Counter()
        for facts in self.streams.values():
            for fact in facts:
                if isinstance(fact, InspectionPassed):
                    for (order, part), n in goods(fact.lines).items():
                        count[part] += n if order == number else 0
        return +count


def _sends(fact: Event, stream: str) -> Iterable[Send]:
    for react in reactions.of(fact):
        answer = react(Recorded.of(fact, stream=stream))
        yield from () if answer is None else (answer,) if isinstance(answer, Send) else answer


def _place(named: tuple[PurchaseLine, ...]) -> tuple[Actor, Command]:
    return BUYER, PlacePurchaseOrder(supplier="S", supplier_name="S", lines=named)


quantities = st.integers(1, 8)
lines = st.lists(
    st.builds(line, st.sampled_from(ORDERS), st.sampled_from(PARTS), quantities),
    min_size=1,
    max_size=4,
    unique_by=lambda one: (one.order, one.part),
).map(tuple)
passed = st.builds(InspectDelivery, delivery=st.integers(1, 3), result=st.just("passed"))
failed = st.builds(
    InspectDelivery,
    delivery=st.integers(1, 3),
    result=st.just("failed"),
    failed=st.one_of(st.just(()), lines),
    finding=st.just("bent"),
)
steps = st.tuples(
    st.sampled_from(PURCHASES),
    st.one_of(
        lines.map(_place),
        lines.map(lambda named: (WAREHOUSE, ReceiveGoods(lines=named))),
        st.one_of(passed, failed).map(lambda inspection: (INSPECTOR, inspection)),
    ),
)
kinds = st.sampled_from(["component", "casting"])
bills = st.lists(st.builds(item, st.sampled_from(PARTS), quantities, kinds), max_size=4).map(tuple)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({"A": bills, "B": bills}), st.lists(steps, max_size=25))
def test_the_pieces_add_up(wanted: Mapping[str, tuple[BillItem, ...]], happenings: Sequence[Step]) -> None:
    service = Procurement()
    for number, bill in wanted.items():
        service.give(parts, number, RequireParts(product_company="HV", bill=bill), SYSTEM)
    for id, (who, command) in happenings:
        with suppress(Refused):
            service.give(purchase, id, command, who)

    for number in ORDERS:
        facts, state = service.order(number)
        stocked: Counter[str] = Counter()
        for fact in facts:
            if isinstance(fact, PartsStocked | SurplusStocked):
                stocked.update({one.part: one.quantity for one in fact.parts})
        assert stocked == service.passed_for(number), "what passed is in stock, what failed is not"
        assert state.stocked <= state.ordered <= state.needed
        ready = sum(isinstance(fact, PartsReady) for fact in facts)
        assert ready == (0 if state.to_stock else 1), "ready once, and only when all is in stock"
    for placed in service.purchases():
        assert placed.passed <= placed.ordered
        for delivery in placed.deliveries.values():
            assert delivery.passed + delivery.failed <= delivery.arrived
