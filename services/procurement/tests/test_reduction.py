"""C18, S19: a purchase order becomes less when goods need not come, or go back for good."""

from __future__ import annotations

from buying import BUYER, INSPECTOR, WAREHOUSE, line, ordered

from events.contracts.purchases import (
    GoodsReceived,
    GoodsReturned,
    InspectionFailed,
    InspectionPassed,
    PurchaseFulfilled,
    PurchaseReduced,
)
from events.testing import given
from procurement.delivery import InspectDelivery
from procurement.purchase import ReceiveGoods, ReducePurchaseOrder, ReturnGoods, purchase

RELAYS, FUSES = line("A", "relay", 10, "12.50"), line("B", "fuse", 2)
PLACED = ordered(RELAYS, FUSES)
FOUR, SIX = line("A", "relay", 4), line("A", "relay", 6)
FOUR_ARRIVED = GoodsReceived(delivery=1, lines=(FOUR,))
FOUR_FAILED = InspectionFailed(delivery=1, lines=(FOUR,), finding="bent", inspected_by="ines")
AGREED, HOPELESS = "their order is cancelled", "the maker cannot do it"


def reduced(*lines: object, change: int = 1) -> PurchaseReduced:
    return PurchaseReduced.model_validate(
        {"change": change, "lines": lines, "reason": AGREED, "reduced_by": BUYER.subject}
    )


def test_c18_the_supplier_need_not_deliver_what_is_outstanding() -> None:
    given(purchase, PLACED).when(ReducePurchaseOrder(lines=(SIX,), reason=AGREED), by=BUYER).then(
        reduced(SIX)
    )
    given(purchase, PLACED, reduced(SIX)).when(
        ReducePurchaseOrder(lines=(FOUR,), reason=AGREED), by=BUYER
    ).then(reduced(FOUR, change=2))


def test_what_arrived_is_not_outstanding() -> None:
    all_relays = ReducePurchaseOrder(lines=(line("A", "relay", 7),), reason=AGREED)
    refusal = given(purchase, PLACED, FOUR_ARRIVED).when(all_relays, by=BUYER).refused("too-many")
    assert refusal.fields == {"lines.0.quantity": "6 relay for A are outstanding"}


def test_less_is_taken_in_after_a_reduction() -> None:
    given(purchase, PLACED, reduced(SIX)).when(
        ReceiveGoods(lines=(line("A", "relay", 5),)), by=WAREHOUSE
    ).refused("too-many")


def test_a_purchase_order_is_fulfilled_when_the_rest_of_it_need_not_come() -> None:
    passed = InspectionPassed(delivery=1, lines=(FOUR,), inspected_by="ines")
    rest = (SIX, FUSES)
    given(purchase, PLACED, FOUR_ARRIVED, passed).when(
        ReducePurchaseOrder(lines=rest, reason=AGREED), by=BUYER
    ).then(reduced(*rest), PurchaseFulfilled())
    given(purchase, PLACED, reduced(SIX, FUSES), FOUR_ARRIVED).when(
        InspectDelivery(delivery=1, result="passed"), by=INSPECTOR
    ).then(passed, PurchaseFulfilled())


def test_s19_goods_that_failed_go_back_for_good() -> None:
    failed = given(purchase, PLACED, FOUR_ARRIVED, FOUR_FAILED)
    all_of_it = ReturnGoods(delivery=1, reason=HOPELESS)
    returned = GoodsReturned(change=1, delivery=1, lines=(FOUR,), reason=HOPELESS, returned_by=BUYER.subject)
    failed.when(all_of_it, by=BUYER).then(returned)
    after = given(purchase, PLACED, FOUR_ARRIVED, FOUR_FAILED, returned)
    after.when(all_of_it, by=BUYER).refused("nothing-to-return")
    after.when(ReceiveGoods(lines=(line("A", "relay", 7),)), by=WAREHOUSE).refused("too-many")
    after.when(ReceiveGoods(lines=(SIX,)), by=WAREHOUSE).then_kinds(GoodsReceived)


def test_s19_what_was_replaced_does_not_go_back() -> None:
    replaced = GoodsReceived(delivery=2, lines=(RELAYS,))
    given(purchase, PLACED, FOUR_ARRIVED, FOUR_FAILED, replaced).when(
        ReturnGoods(delivery=1, lines=(FOUR,), reason=HOPELESS), by=BUYER
    ).refused("too-many")


def test_s19_only_what_failed_goes_back() -> None:
    arrived = given(purchase, PLACED, FOUR_ARRIVED)
    arrived.when(ReturnGoods(delivery=1, reason=HOPELESS), by=BUYER).refused("nothing-to-return")
    arrived.when(ReturnGoods(delivery=2, reason=HOPELESS), by=BUYER).refused("delivery-unknown")


def test_a_purchase_order_whose_goods_all_went_back_is_over() -> None:
    four = ordered(FOUR)
    given(purchase, four, FOUR_ARRIVED, FOUR_FAILED).when(
        ReturnGoods(delivery=1, reason=HOPELESS), by=BUYER
    ).then_kinds(GoodsReturned, PurchaseFulfilled)


def test_only_buyers_agree_on_less_with_the_supplier() -> None:
    for command in (
        ReducePurchaseOrder(lines=(SIX,), reason=AGREED),
        ReturnGoods(delivery=1, reason=HOPELESS),
    ):
        given(purchase, PLACED, FOUR_ARRIVED).when(command, by=WAREHOUSE).refused("role-missing")
