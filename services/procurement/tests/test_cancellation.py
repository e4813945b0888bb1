"""C18: buying for an order is held while its cancellation is decided, and its commitment is stated."""

from __future__ import annotations

from decimal import Decimal

from buying import BUYER, SYSTEM, item, pieces, required

from events.contracts.common import Commitment, CommittedLine, Money
from events.contracts.purchases import (
    CommitmentStated,
    PartsCancelled,
    PartsHeld,
    PartsOrdered,
    PartsReady,
    PartsReleased,
    PartsReopened,
    PartsRequired,
    PartsStocked,
    SurplusOrdered,
    SurplusReduced,
    SurplusStocked,
)
from events.testing import given
from procurement.parts import parts
from procurement.parts.buying import NoteOrdered, ReopenParts, StockParts
from procurement.parts.cancellation import CancelParts, HoldParts, ReleaseParts
from procurement.parts.instruction import RequireParts
from procurement.parts.states import Required

NEEDS = required(item("relay", 10), item("fuse", 2))
RELAYS = PartsOrdered(purchase_order="P-1", parts=pieces("relay", 10, "12.50"), currency="CNY")
FUSES = SurplusOrdered(purchase_order="P-2", parts=pieces("fuse", 3))
HOLD = HoldParts(request=1, reason="the plant is not built")
HELD = PartsHeld(request=1, reason=HOLD.reason)
EMPTY = CommitmentStated(request=1, commitment=Commitment())


def relays(quantity: int = 10, stocked: int = 0) -> CommittedLine:
    return CommittedLine(
        purchase_order="P-1",
        part="relay",
        quantity=quantity,
        stocked=stocked,
        unit_price=Decimal("12.50"),
        currency="CNY",
    )


def stated(*lines: CommittedLine, unpriced: int = 0) -> CommitmentStated:
    cost = sum((line.quantity * Decimal("12.50") for line in lines if line.unit_price), Decimal())
    costs = (Money(amount=cost, currency="CNY"),) if cost else ()
    return CommitmentStated(request=1, commitment=Commitment(lines=lines, costs=costs, unpriced=unpriced))


def test_c18_an_order_that_may_be_cancelled_is_held_and_what_was_bought_for_it_is_stated() -> None:
    fuses = CommittedLine(purchase_order="P-2", part="fuse", quantity=3)
    given(parts, NEEDS, RELAYS, FUSES).when(HOLD, by=SYSTEM).then(
        HELD,
        CommitmentStated(
            request=1,
            commitment=Commitment(
                lines=(relays(), fuses),
                costs=(Money(amount=Decimal("125.00"), currency="CNY"),),
                unpriced=3,
            ),
        ),
    )


def test_costs_are_summed_for_each_currency() -> None:
    dear = PartsOrdered(purchase_order="P-2", parts=pieces("fuse", 2, "0.99"), currency="EUR")
    outcome = given(parts, NEEDS, RELAYS, dear).when(HOLD, by=SYSTEM)
    _, said = outcome.then_kinds(PartsHeld, CommitmentStated)
    assert [(one.currency, one.amount) for one in said.commitment.costs] == [
        ("CNY", Decimal("125.00")),
        ("EUR", Decimal("1.98")),
    ]


def test_an_empty_commitment_is_stated_when_nothing_was_bought_or_nobody_instructed_the_order() -> None:
    given(parts, NEEDS).when(HOLD, by=SYSTEM).then(HELD, EMPTY)
    given(parts, required(), PartsReady()).when(HOLD, by=SYSTEM).then(HELD, EMPTY)
    given(parts).when(HOLD, by=SYSTEM).then(HELD, EMPTY)


def test_what_is_bought_in_the_same_instant_is_counted_and_the_commitment_is_stated_anew() -> None:
    given(parts, NEEDS, HELD, EMPTY).when(
        NoteOrdered(purchase_order="P-1", parts=pieces("relay", 10, "12.50"), currency="CNY"), by=SYSTEM
    ).then(RELAYS, stated(relays()))


def test_the_commitment_is_stated_anew_when_goods_arrive_or_need_not_come() -> None:
    held = given(parts, NEEDS, RELAYS, HELD, stated(relays()))
    held.when(StockParts(purchase_order="P-1", delivery=1, parts=pieces("relay", 4)), by=SYSTEM).then(
        PartsStocked(purchase_order="P-1", delivery=1, parts=pieces("relay", 4)), stated(relays(stocked=4))
    )
    held.when(ReopenParts(purchase_order="P-1", change=1, parts=pieces("relay", 4)), by=SYSTEM).then(
        PartsReopened(purchase_order="P-1", change=1, parts=pieces("relay", 4)), stated(relays(6))
    )


def test_a_released_order_is_bought_for_again_and_may_be_held_anew() -> None:
    released = given(parts, NEEDS, RELAYS, HELD, stated(relays()), PartsReleased(request=1))
    released.when(NoteOrdered(purchase_order="P-2", parts=pieces("fuse", 2)), by=SYSTEM).then_kinds(
        PartsOrdered
    )
    released.when(HOLD, by=SYSTEM).then_nothing()
    released.when(ReleaseParts(request=1), by=SYSTEM).then_nothing()
    again = HoldParts(request=2, reason="now for good")
    released.when(again, by=SYSTEM).then_kinds(PartsHeld, CommitmentStated)


def test_only_the_request_that_holds_it_releases_it() -> None:
    held = given(parts, NEEDS, HELD, EMPTY)
    held.when(HOLD, by=SYSTEM).then_nothing()
    held.when(ReleaseParts(request=2), by=SYSTEM).then_nothing()
    held.when(ReleaseParts(request=1), by=SYSTEM).then(PartsReleased(request=1))
    given(parts, NEEDS).when(ReleaseParts(request=1), by=SYSTEM).then_nothing()


def test_c18_a_cancelled_order_needs_nothing_and_what_was_bought_for_it_is_surplus() -> None:
    cancelled = given(parts, NEEDS, RELAYS, HELD, stated(relays()), PartsCancelled(request=1))
    state = cancelled.state
    assert isinstance(state, Required)
    assert not state.needed + state.to_order + state.to_stock
    assert state.surplus == {"relay": 10}


def test_c18_what_still_arrives_or_is_ordered_for_a_cancelled_order_is_free_for_others() -> None:
    cancelled = given(parts, NEEDS, RELAYS, HELD, stated(relays()), PartsCancelled(request=1))
    cancelled.when(StockParts(purchase_order="P-1", delivery=1, parts=pieces("relay", 10)), by=SYSTEM).then(
        SurplusStocked(purchase_order="P-1", delivery=1, parts=pieces("relay", 10))
    )
    cancelled.when(NoteOrdered(purchase_order="P-3", parts=pieces("fuse", 2)), by=SYSTEM).then(
        SurplusOrdered(purchase_order="P-3", parts=pieces("fuse", 2))
    )
    cancelled.when(ReopenParts(purchase_order="P-1", change=1, parts=pieces("relay", 10)), by=SYSTEM).then(
        SurplusReduced(purchase_order="P-1", change=1, parts=pieces("relay", 10))
    )


def test_an_order_is_cancelled_once_and_nothing_holds_it_any_more() -> None:
    given(parts, NEEDS, HELD, EMPTY).when(CancelParts(request=1), by=SYSTEM).then(PartsCancelled(request=1))
    cancelled = given(parts, NEEDS, HELD, EMPTY, PartsCancelled(request=1))
    for command in (
        CancelParts(request=1),
        HoldParts(request=2, reason="again"),
        ReleaseParts(request=1),
    ):
        cancelled.when(command, by=SYSTEM).then_nothing()


def test_an_order_that_is_cancelled_before_its_bill_is_known_is_never_ready() -> None:
    given(parts, PartsCancelled(request=1)).when(RequireParts(product_company="HV", bill=()), by=SYSTEM).then(
        PartsRequired(product_company="HV", needs=())
    )


def test_c18_what_will_not_come_after_all_is_to_be_ordered_again() -> None:
    open_again = given(parts, NEEDS, RELAYS)
    less = ReopenParts(purchase_order="P-1", change=1, parts=pieces("relay", 4))
    reopened = PartsReopened(purchase_order="P-1", change=1, parts=pieces("relay", 4))
    open_again.when(less, by=SYSTEM).then(reopened)
    again = given(parts, NEEDS, RELAYS, reopened)
    again.when(less, by=SYSTEM).then_nothing()
    again.when(NoteOrdered(purchase_order="P-3", parts=pieces("relay", 4)), by=SYSTEM).then_kinds(
        PartsOrdered
    )


def test_surplus_that_is_still_to_come_makes_up_for_what_will_not_come() -> None:
    too_much = SurplusOrdered(purchase_order="P-2", parts=pieces("relay", 3))
    given(parts, NEEDS, RELAYS, too_much).when(
        ReopenParts(purchase_order="P-1", change=1, parts=pieces("relay", 4)), by=SYSTEM
    ).then(
        PartsReopened(purchase_order="P-1", change=1, parts=pieces("relay", 1)),
        SurplusReduced(purchase_order="P-1", change=1, parts=pieces("relay", 3)),
    )


def test_nobody_but_the_service_itself_holds_releases_or_cancels() -> None:
    less = ReopenParts(purchase_order="P-1", change=1, parts=pieces("relay", 1))
    for command in (HOLD, ReleaseParts(request=1), CancelParts(request=1), less):
        given(parts, NEEDS).when(command, by=BUYER).refused("role-missing")
