"""C18, S19: a purchase order is confirmed, received in parts and inspected before it is stock."""

from datetime import date

from buying import BUYER, INSPECTOR, SALES, SUPPLIER_ERP, WAREHOUSE, line, ordered

from events import Actor
from events.contracts.purchases import (
    GoodsReceived,
    InspectionFailed,
    InspectionPassed,
    PurchaseConfirmed,
    PurchaseFulfilled,
    PurchaseOrdered,
)
from events.testing import MONDAY, given
from procurement.delivery import InspectDelivery
from procurement.purchase import ConfirmPurchaseOrder, PlacePurchaseOrder, ReceiveGoods, purchase

TEN_RELAYS, TWO_FUSES = line("A", "relay", 10), line("B", "fuse", 2)
BUNDLE = ordered(TEN_RELAYS, TWO_FUSES)
ALL_ARRIVED = GoodsReceived(delivery=1, lines=(TEN_RELAYS, TWO_FUSES))
FINDING = "contacts are corroded"


def place(*, company: str | None = None, due: date | None = None) -> PlacePurchaseOrder:
    return PlacePurchaseOrder(
        supplier="S-17", supplier_name="Pavlova Relays", product_company=company, lines=(TEN_RELAYS,), due=due
    )


def test_a_purchase_order_may_bundle_what_several_orders_need() -> None:
    command = PlacePurchaseOrder(
        supplier="S-17", supplier_name="Pavlova Relays", product_company="HV", lines=(TEN_RELAYS, TWO_FUSES)
    )
    given(purchase).when(command, by=BUYER).then(BUNDLE)


def test_only_a_buyer_places_purchase_orders() -> None:
    given(purchase).when(place(), by=SALES).refused("role-missing")


def test_a_part_stands_once_for_each_order() -> None:
    command = PlacePurchaseOrder(
        supplier="S-17", supplier_name="Pavlova Relays", lines=(TEN_RELAYS, TEN_RELAYS)
    )
    refusal = given(purchase).when(command, by=BUYER).refused("line-repeated")
    assert list(refusal.fields) == ["lines.1"]


def test_a_purchase_order_is_placed_once() -> None:
    given(purchase, BUNDLE).when(place(), by=BUYER).refused("purchase-placed")


def test_it_is_not_due_on_a_day_that_is_over() -> None:
    given(purchase).when(place(due=date(2026, 1, 4)), by=BUYER).refused("due-passed")
    given(purchase).when(place(due=MONDAY.date()), by=BUYER).then_kinds(PurchaseOrdered)


def test_a_buyer_of_a_product_company_buys_for_that_company() -> None:
    theirs = Actor("li", frozenset({"buyer"}), "MV")
    given(purchase).when(place(), by=theirs).refused("other-company")
    given(purchase).when(place(company="HV"), by=theirs).refused("other-company")
    given(purchase).when(place(company="MV"), by=theirs).then_kinds(PurchaseOrdered)


def test_people_of_another_company_know_nothing_of_it() -> None:
    confirm = ConfirmPurchaseOrder(promised=date(2026, 2, 1))
    given(purchase, BUNDLE).when(confirm, by=Actor("li", frozenset({"buyer"}), "MV")).refused("not-found")
    bundle_of_several = ordered(TEN_RELAYS, TWO_FUSES, company=None)
    given(purchase, bundle_of_several).when(confirm, by=Actor("he", frozenset({"buyer"}), "HV")).refused(
        "not-found"
    )
    given(purchase, bundle_of_several).when(confirm, by=BUYER).then_kinds(PurchaseConfirmed)


def test_the_supplier_confirms_and_may_promise_another_day() -> None:
    first, second = PurchaseConfirmed(promised=date(2026, 2, 1)), PurchaseConfirmed(promised=date(2026, 3, 1))
    given(purchase, BUNDLE).when(ConfirmPurchaseOrder(promised=first.promised), by=SUPPLIER_ERP).then(first)
    again = given(purchase, BUNDLE, first)
    again.when(ConfirmPurchaseOrder(promised=first.promised), by=SUPPLIER_ERP).then_nothing()
    again.when(ConfirmPurchaseOrder(promised=second.promised), by=BUYER).then(second)


def test_a_fulfilled_purchase_order_has_nothing_left_to_promise() -> None:
    passed = InspectionPassed(delivery=1, lines=ALL_ARRIVED.lines, inspected_by="ines")
    given(purchase, BUNDLE, ALL_ARRIVED, passed, PurchaseFulfilled()).when(
        ConfirmPurchaseOrder(promised=date(2026, 2, 1)), by=BUYER
    ).refused("purchase-fulfilled")


def test_what_was_never_placed_takes_no_other_command() -> None:
    given(purchase).when(ReceiveGoods(lines=(TEN_RELAYS,)), by=WAREHOUSE).refused("not-found")


def test_goods_arrive_in_parts() -> None:
    four, six = line("A", "relay", 4), line("A", "relay", 6)
    given(purchase, BUNDLE).when(ReceiveGoods(lines=(four,)), by=WAREHOUSE).then(
        GoodsReceived(delivery=1, lines=(four,))
    )
    given(purchase, BUNDLE, GoodsReceived(delivery=1, lines=(four,))).when(
        ReceiveGoods(lines=(six, TWO_FUSES)), by=WAREHOUSE
    ).then(GoodsReceived(delivery=2, lines=(six, TWO_FUSES)))


def test_never_more_arrives_than_was_ordered_and_every_wrong_line_is_named() -> None:
    too_much = ReceiveGoods(lines=(line("A", "relay", 11), TWO_FUSES, line("A", "fuse", 1)))
    refusal = given(purchase, BUNDLE).when(too_much, by=WAREHOUSE).refused("too-many")
    assert list(refusal.fields) == ["lines.0.quantity", "lines.2.quantity"]
    given(purchase, BUNDLE, ALL_ARRIVED).when(ReceiveGoods(lines=(TWO_FUSES,)), by=WAREHOUSE).refused(
        "too-many"
    )


def test_s19_goods_that_pass_fulfil_the_purchase_order() -> None:
    given(purchase, BUNDLE, ALL_ARRIVED).when(
        InspectDelivery(delivery=1, result="passed"), by=INSPECTOR
    ).then(
        InspectionPassed(delivery=1, lines=ALL_ARRIVED.lines, inspected_by="ines"),
        PurchaseFulfilled(),
    )


def test_s19_a_part_delivery_that_passes_fulfils_nothing_yet() -> None:
    given(purchase, BUNDLE, GoodsReceived(delivery=1, lines=(TWO_FUSES,))).when(
        InspectDelivery(delivery=1, result="passed"), by=INSPECTOR
    ).then(InspectionPassed(delivery=1, lines=(TWO_FUSES,), inspected_by="ines"))


def test_s19_goods_that_fail_are_outstanding_again() -> None:
    failed = InspectionFailed(delivery=1, lines=ALL_ARRIVED.lines, finding=FINDING, inspected_by="ines")
    given(purchase, BUNDLE, ALL_ARRIVED).when(
        InspectDelivery(delivery=1, result="failed", finding=FINDING), by=INSPECTOR
    ).then(failed)
    given(purchase, BUNDLE, ALL_ARRIVED, failed).when(
        ReceiveGoods(lines=(TEN_RELAYS, TWO_FUSES)), by=WAREHOUSE
    ).then(GoodsReceived(delivery=2, lines=(TEN_RELAYS, TWO_FUSES)))


def test_s19_what_is_good_of_a_failed_delivery_passes() -> None:
    three = line("A", "relay", 3)
    given(purchase, BUNDLE, ALL_ARRIVED).when(
        InspectDelivery(delivery=1, result="failed", failed=(three,), finding=FINDING), by=INSPECTOR
    ).then(
        InspectionPassed(delivery=1, lines=(line("A", "relay", 7), TWO_FUSES), inspected_by="ines"),
        InspectionFailed(delivery=1, lines=(three,), finding=FINDING, inspected_by="ines"),
    )


def test_s19_a_failure_needs_its_finding() -> None:
    given(purchase, BUNDLE, ALL_ARRIVED).when(
        InspectDelivery(delivery=1, result="failed"), by=INSPECTOR
    ).refused("finding-missing")


def test_s19_only_what_arrived_can_fail() -> None:
    eleven = InspectDelivery(delivery=1, result="failed", failed=(line("A", "relay", 11),), finding=FINDING)
    refusal = given(purchase, BUNDLE, ALL_ARRIVED).when(eleven, by=INSPECTOR).refused("too-many")
    assert list(refusal.fields) == ["failed.0.quantity"]


def test_s19_goods_that_passed_did_not_fail() -> None:
    given(purchase, BUNDLE, ALL_ARRIVED).when(
        InspectDelivery(delivery=1, result="passed", failed=(TWO_FUSES,)), by=INSPECTOR
    ).refused("result-unclear")


def test_an_inspection_reported_twice_counts_once_and_cannot_be_turned_round() -> None:
    seen = given(
        purchase,
        BUNDLE,
        ALL_ARRIVED,
        InspectionPassed(delivery=1, lines=ALL_ARRIVED.lines, inspected_by="ines"),
        PurchaseFulfilled(),
    )
    seen.when(InspectDelivery(delivery=1, result="passed"), by=INSPECTOR).then_nothing()
    seen.when(InspectDelivery(delivery=1, result="failed", finding=FINDING), by=INSPECTOR).refused(
        "delivery-inspected"
    )


def test_there_is_nothing_to_inspect_before_it_arrived() -> None:
    given(purchase, BUNDLE).when(InspectDelivery(delivery=1, result="passed"), by=INSPECTOR).refused(
        "delivery-unknown"
    )


def test_who_placed_the_purchase_order_does_not_inspect_its_goods() -> None:
    both = Actor(BUYER.subject, frozenset({"buyer", "inspector"}))
    given(purchase, BUNDLE, ALL_ARRIVED).when(InspectDelivery(delivery=1, result="passed"), by=both).refused(
        "own-purchase"
    )
