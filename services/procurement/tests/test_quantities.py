"""Whatever buyers, suppliers, inspectors and customers do, in any order, the pieces add up (C18, S19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from buying import BUYER, INSPECTOR, WAREHOUSE, item, line
from hypothesis import given, settings
from hypothesis import strategies as st
from procurement_in_memory import Procurement

from events import Actor, Command, Event, Refused
from events.contracts.common import BillItem, Commitment, Content
from events.contracts.orders import (
    CancellationAsked,
    CancellationRejected,
    OrderCancelled,
    ProductionInstructed,
)
from events.contracts.purchases import (
    CommitmentStated,
    InspectionPassed,
    PartsCancelled,
    PartsHeld,
    PartsOrdered,
    PartsReady,
    PartsReopened,
    PartsRequired,
    PartsStocked,
    PurchaseLine,
    SurplusStocked,
)
from events.testing import MONDAY
from procurement.delivery import InspectDelivery
from procurement.goods import Goods, goods
from procurement.parts.commitment import commitment
from procurement.parts.states import Cancelled, Held, Required, count
from procurement.purchase import (
    PlacePurchaseOrder,
    ReceiveGoods,
    ReducePurchaseOrder,
    ReturnGoods,
    purchase,
)
from procurement.purchase.states import Placed
from procurement.shown import show_requirement

ORDERS, PARTS, PURCHASES = ("A", "B"), ("relay", "fuse"), ("P-1", "P-2", "P-3")
Step = Callable[[Procurement], None]


def said(number: str, fact: Event) -> Step:
    """Order-intake says something about an order."""
    return lambda service: service.hear(number, fact)


def done(id: str, who: Actor, command: Command) -> Step:
    """Somebody gives a purchase order a command, allowed or not."""

    def step(service: Procurement) -> None:
        with suppress(Refused):
            service.give(purchase, id, command, who)

    return step


def with_some(id: str, give: Callable[[Placed, int], Step | None], chosen: int) -> Step:
    """Somebody gives a command that follows from where the purchase order stands."""

    def step(service: Procurement) -> None:
        placed = service.purchase(id)
        then = give(placed, chosen) if placed else None
        if then:
            then(service)

    return step


def receive(placed: Placed, chosen: int) -> Step | None:
    lines = some(placed.outstanding, chosen)
    return done(placed.supplier, WAREHOUSE, ReceiveGoods(lines=lines)) if lines else None


def inspect(placed: Placed, chosen: int) -> Step | None:
    for number, delivery in placed.deliveries.items():
        if delivery.waiting:
            failed = some(delivery.arrived, chosen)
            result = (
                InspectDelivery(delivery=number, result="failed", failed=failed, finding="bent")
                if failed
                else InspectDelivery(delivery=number, result="passed")
            )
            return done(placed.supplier, INSPECTOR, result)
    return None


def reduce(placed: Placed, chosen: int) -> Step | None:
    lines = some(placed.outstanding, chosen)
    return done(placed.supplier, BUYER, ReducePurchaseOrder(lines=lines, reason="agreed")) if lines else None


def send_back(placed: Placed, chosen: int) -> Step | None:
    for number, delivery in placed.deliveries.items():
        if delivery.failed - delivery.returned:
            lines = some(delivery.failed, chosen)
            return done(placed.supplier, BUYER, ReturnGoods(delivery=number, lines=lines, reason="hopeless"))
    return None


def some(room: Goods, chosen: int) -> tuple[PurchaseLine, ...]:
    """Of each line none, one piece, half, all, or one too many."""
    found = []
    for (order, part), most in sorted(room.items()):
        chosen, share = divmod(chosen, 5)
        quantity = (0, 1, -(-most // 2), most, most + 1)[share]
        if quantity:
            found.append(line(order, part, quantity))
    return tuple(found)


def _asked(request: int) -> Event:
    return CancellationAsked(request=request, reason="the plant is not built", asked_by="sun")


def _rejected(request: int) -> Event:
    return CancellationRejected(request=request, reason="it is nearly done", rejected_by="gao")


def _cancelled(request: int) -> Event:
    return OrderCancelled(request=request, reason="so be it", commitment=Commitment(), approved_by="gao")


def _instructed(bill: tuple[BillItem, ...]) -> Event:
    return ProductionInstructed(
        product_company="HV", content=Content(), delivery_date=MONDAY.date(), parts=bill
    )


def _placing(id: str, lines: tuple[PurchaseLine, ...], currency: str) -> Step:
    return done(id, BUYER, PlacePurchaseOrder(supplier=id, lines=lines, currency=currency))


quantities = st.integers(1, 8)
orders, ids, requests = st.sampled_from(ORDERS), st.sampled_from(PURCHASES), st.integers(1, 3)
prices = st.one_of(st.none(), st.decimals(0, 100, places=2))
lines = st.lists(
    st.builds(
        PurchaseLine, order=orders, part=st.sampled_from(PARTS), quantity=quantities, unit_price=prices
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: (one.order, one.part),
).map(tuple)
bills = st.lists(
    st.builds(item, st.sampled_from(PARTS), quantities, st.sampled_from(["component", "casting"])),
    min_size=1,
    max_size=4,
).map(tuple)
placings = st.builds(_placing, ids, lines, st.sampled_from(["CNY", "EUR"]))
chosen = st.integers(0, 5**4 - 1)
reactions = st.builds(lambda key: lambda service: service.react(key), st.sampled_from([*ORDERS, *PURCHASES]))
steps = st.one_of(
    placings,
    st.builds(with_some, ids, st.just(receive), chosen),
    st.builds(with_some, ids, st.just(inspect), chosen),
    st.builds(with_some, ids, st.just(reduce), chosen),
    st.builds(with_some, ids, st.just(send_back), chosen),
    st.builds(said, orders, st.builds(_asked, requests)),
    st.builds(said, orders, st.one_of(st.builds(_rejected, requests), st.builds(_cancelled, requests))),
    reactions,
    st.just(Procurement.settle),
)
arrivals = st.builds(
    lambda id, first, second: [with_some(id, receive, first), with_some(id, inspect, second)],
    ids,
    chosen,
    chosen,
)
happenings = st.tuples(
    st.lists(placings, min_size=2, max_size=4),
    st.lists(steps, max_size=10),
    arrivals,
    st.lists(steps, max_size=10),
    arrivals,
    st.lists(steps, max_size=15),
).map(lambda several: [step for some in several for step in some])


@settings(max_examples=300, deadline=None)
@given(bills, bills, st.booleans(), happenings)
def test_the_pieces_add_up(
    bill: tuple[BillItem, ...], other: tuple[BillItem, ...], late: bool, then: Sequence[Step]
) -> None:
    service = Procurement()
    service.hear("A", _instructed(bill))
    if not late:
        service.hear("B", _instructed(other))
        service.settle()
    for happen in then:
        happen(service)
        for number in ORDERS:
            _nothing_is_negative_or_promised_too_early(service, number)
    if late:
        service.hear("B", _instructed(other))
    service.settle()
    for number in ORDERS:
        _nothing_is_negative_or_promised_too_early(service, number)
        _what_was_said_agrees_with_what_purchase_orders_hold(service, number)
        _the_read_model_says_the_same(service, number)
    for placed in filter(None, map(service.purchase, PURCHASES)):
        assert placed.passed <= placed.held <= placed.ordered
        for delivery in placed.deliveries.values():
            assert delivery.passed + delivery.failed <= delivery.arrived
            assert delivery.returned <= delivery.failed


def _nothing_is_negative_or_promised_too_early(service: Procurement, number: str) -> None:
    facts, state = service.facts(number), service.parts(number)
    assert all(min(bought.quantity, bought.stocked) >= 0 for bought in state.ledger.lines.values())
    if isinstance(state.course, Held):
        assert state.course.stated == commitment(state.ledger), "a held order's commitment is always said"
    if not isinstance(state, Required):
        return
    assert state.ordered <= state.needed
    ready = sum(isinstance(fact, PartsReady) for fact in facts)
    if isinstance(state.course, Cancelled):
        left = state.needed + state.to_order + state.to_stock
        assert not left, "a cancelled order needs nothing"
        assert ready <= 1
    else:
        assert state.stocked <= state.ordered
        assert ready == (0 if state.to_stock else 1), "ready once, and only when all is in stock"


def _what_was_said_agrees_with_what_purchase_orders_hold(service: Procurement, number: str) -> None:
    facts, state = service.facts(number), service.parts(number)
    held: dict[tuple[str, str], tuple[int, int, object]] = {}
    passed: Counter[str] = Counter()
    for id in PURCHASES:
        if (placed := service.purchase(id)) is None:
            continue
        for (order, part), n in placed.held.items():
            if order == number and n:
                price = placed.prices.get((order, part))
                held[id, part] = (n, placed.passed[order, part], price)
        for recorded in service.streams[purchase.stream(id)]:
            if isinstance(recorded.event, InspectionPassed):
                passed.update(
                    {part: n for (order, part), n in goods(recorded.event.lines).items() if order == number}
                )
    said = commitment(state.ledger)
    assert held == {
        (one.purchase_order, one.part): (one.quantity, one.stocked, one.unit_price) for one in said.lines
    }
    stocked: Counter[str] = Counter()
    for fact in facts:
        if isinstance(fact, PartsStocked | SurplusStocked):
            stocked.update(count(fact.parts))
    assert stocked == passed, "what passed is in stock, what failed is not"
    worth = sum(n * price for n, _, price in held.values() if price is not None)  # type: ignore[misc, operator]
    assert sum(one.amount for one in said.costs) == worth
    assert said.unpriced == sum(n for n, _, price in held.values() if price is None)
    if isinstance(state.course, Held):
        last = next(fact for fact in reversed(facts) if isinstance(fact, CommitmentStated))
        assert last.commitment == said


def _the_read_model_says_the_same(service: Procurement, number: str) -> None:
    state, row = service.parts(number), service.requirement(number)
    if not isinstance(state, Required):
        assert row is None
        return
    assert row is not None
    kinds = [type(fact) for fact in service.facts(number)]
    if {PartsHeld, PartsCancelled} & {*kinds[: kinds.index(PartsRequired)]}:
        return  # order-intake never asks for a cancellation before the instruction
    shown = show_requirement(state)
    assert row.state == shown["state"]
    assert (row.needed, row.ordered) == (state.needed.total(), state.ordered.total())
    assert [(one.part, one.needed, one.ordered, one.stocked) for one in row.parts] == [
        (one["part"], one["needed"], one["ordered"], one["stocked"]) for one in shown["parts"]
    ]
    early = sum(bought.quantity for (id, _), bought in state.ledger.lines.items() if id in state.free)
    assert row.surplus + early == state.surplus.total()
    ordered: Counter[str] = Counter()
    for fact in service.facts(number):
        if isinstance(fact, PartsOrdered):
            ordered += count(fact.parts)
        elif isinstance(fact, PartsReopened):
            ordered -= count(fact.parts)
    if not isinstance(state.course, Cancelled):
        assert ordered == state.ordered, "the facts add up to the state"
