"""C18: purchased parts of an instructed order are bought, received and inspected."""

import pytest
from buying import BUYER, SYSTEM, item, pieces, required

from events.contracts.purchases import (
    Excluded,
    PartsOrdered,
    PartsReady,
    PartsRequired,
    PartsStocked,
    SurplusOrdered,
    SurplusStocked,
)
from events.testing import given
from procurement.parts import parts
from procurement.parts.buying import NoteOrdered, StockParts
from procurement.parts.instruction import RequireParts

RELAYS = item("relay", 10)


def test_c18_the_bill_of_an_instructed_order_becomes_its_needs() -> None:
    copper, meter = item("copper", 40, "material"), item("meter", 2, "subsidiary_product")
    given(parts).when(RequireParts(product_company="HV", bill=(RELAYS, copper, meter)), by=SYSTEM).then(
        PartsRequired(product_company="HV", needs=(RELAYS, copper, meter))
    )


@pytest.mark.parametrize("kind", ["machining", "welding", "casting", "wooden_packing"])
def test_c18_outside_processing_is_not_bought_and_the_reason_is_kept(kind: str) -> None:
    outcome = given(parts).when(
        RequireParts(product_company="HV", bill=(RELAYS, item("x", 1, kind))), by=SYSTEM
    )
    (fact,) = outcome.then_kinds(PartsRequired)
    assert fact.needs == (RELAYS,)
    assert [one.part for one in fact.excluded] == ["x"]
    assert "outside-processing contract" in fact.excluded[0].reason


def test_c18_an_order_that_needs_nothing_bought_is_ready_at_once() -> None:
    given(parts).when(RequireParts(product_company="HV", bill=()), by=SYSTEM).then(
        PartsRequired(product_company="HV", needs=()), PartsReady()
    )
    outcome = given(parts).when(
        RequireParts(product_company="HV", bill=(item("box", 1, "wooden_packing"),)), by=SYSTEM
    )
    outcome.then_kinds(PartsRequired, PartsReady)


def test_the_same_instruction_again_changes_nothing() -> None:
    box = item("box", 1, "wooden_packing")
    reason = "wooden boxes are made under an outside-processing contract (外协), not bought"
    first = PartsRequired(
        product_company="HV", needs=(RELAYS,), excluded=(Excluded(part="box", reason=reason),)
    )
    given(parts, first).when(RequireParts(product_company="HV", bill=(RELAYS, box)), by=SYSTEM).then_nothing()


def test_another_bill_for_the_same_order_is_refused() -> None:
    given(parts, required(RELAYS)).when(RequireParts(product_company="HV", bill=()), by=SYSTEM).refused(
        "bill-differs"
    )


def test_what_was_ordered_for_the_order_is_known() -> None:
    given(parts, required(RELAYS)).when(
        NoteOrdered(purchase_order="P-1", parts=pieces("relay", 4)), by=SYSTEM
    ).then(PartsOrdered(purchase_order="P-1", parts=pieces("relay", 4)))


def test_what_two_buyers_ordered_too_much_is_surplus() -> None:
    given(parts, required(RELAYS), PartsOrdered(purchase_order="P-1", parts=pieces("relay", 4))).when(
        NoteOrdered(purchase_order="P-2", parts=pieces("relay", 10)), by=SYSTEM
    ).then(
        PartsOrdered(purchase_order="P-2", parts=pieces("relay", 6)),
        SurplusOrdered(purchase_order="P-2", parts=pieces("relay", 4)),
    )


def test_what_the_order_does_not_need_is_surplus() -> None:
    given(parts, required(RELAYS)).when(
        NoteOrdered(purchase_order="P-1", parts=pieces("fuse", 3)), by=SYSTEM
    ).then(SurplusOrdered(purchase_order="P-1", parts=pieces("fuse", 3)))


def test_what_names_an_order_that_nobody_instructed_is_surplus() -> None:
    given(parts).when(NoteOrdered(purchase_order="P-1", parts=pieces("fuse", 3)), by=SYSTEM).then(
        SurplusOrdered(purchase_order="P-1", parts=pieces("fuse", 3))
    )
    given(parts).when(StockParts(purchase_order="P-1", delivery=1, parts=pieces("fuse", 3)), by=SYSTEM).then(
        SurplusStocked(purchase_order="P-1", delivery=1, parts=pieces("fuse", 3))
    )


@pytest.mark.parametrize("noted", [PartsOrdered, SurplusOrdered])
def test_a_purchase_order_is_noted_once(noted: type[PartsOrdered] | type[SurplusOrdered]) -> None:
    before = noted(purchase_order="P-1", parts=pieces("relay", 4))
    given(parts, required(RELAYS), before).when(
        NoteOrdered(purchase_order="P-1", parts=pieces("relay", 4)), by=SYSTEM
    ).then_nothing()


def test_inspected_goods_enter_stock_for_the_order() -> None:
    given(parts, required(RELAYS), PartsOrdered(purchase_order="P-1", parts=pieces("relay", 10))).when(
        StockParts(purchase_order="P-1", delivery=1, parts=pieces("relay", 4)), by=SYSTEM
    ).then(PartsStocked(purchase_order="P-1", delivery=1, parts=pieces("relay", 4)))


def test_the_parts_are_ready_when_the_last_of_them_is_in_stock() -> None:
    given(
        parts,
        required(RELAYS, item("fuse", 1)),
        PartsOrdered(purchase_order="P-1", parts=pieces("relay", 10)),
        PartsOrdered(purchase_order="P-2", parts=pieces("fuse", 1)),
        PartsStocked(purchase_order="P-2", delivery=1, parts=pieces("fuse", 1)),
        PartsStocked(purchase_order="P-1", delivery=1, parts=pieces("relay", 9)),
    ).when(StockParts(purchase_order="P-1", delivery=2, parts=pieces("relay", 1)), by=SYSTEM).then(
        PartsStocked(purchase_order="P-1", delivery=2, parts=pieces("relay", 1)),
        PartsReady(purchase_orders=("P-2", "P-1")),
    )


def test_goods_beyond_the_need_enter_stock_as_surplus() -> None:
    given(
        parts,
        required(RELAYS),
        PartsOrdered(purchase_order="P-1", parts=pieces("relay", 10)),
        PartsStocked(purchase_order="P-1", delivery=1, parts=pieces("relay", 10)),
        PartsReady(purchase_orders=("P-1",)),
    ).when(StockParts(purchase_order="P-2", delivery=1, parts=pieces("relay", 4)), by=SYSTEM).then(
        SurplusStocked(purchase_order="P-2", delivery=1, parts=pieces("relay", 4))
    )


@pytest.mark.parametrize("noted", [PartsStocked, SurplusStocked])
def test_a_delivery_is_stocked_once(noted: type[PartsStocked] | type[SurplusStocked]) -> None:
    before = noted(purchase_order="P-1", delivery=1, parts=pieces("relay", 4))
    given(parts, required(RELAYS), before).when(
        StockParts(purchase_order="P-1", delivery=1, parts=pieces("relay", 4)), by=SYSTEM
    ).then_nothing()


def test_nobody_but_the_service_itself_says_what_is_needed_or_stocked() -> None:
    for command in (
        RequireParts(product_company="HV", bill=()),
        NoteOrdered(purchase_order="P-1", parts=pieces("relay", 1)),
        StockParts(purchase_order="P-1", delivery=1, parts=pieces("relay", 1)),
    ):
        given(parts).when(command, by=BUYER).refused("role-missing")
