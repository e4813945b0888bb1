"""C12, S18: the ways to have a part are ranked, and a supplier that others beat is selected with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from buying import BUYER, line

from events import Refused
from events.contracts.purchases import (
    OfferListed,
    PurchaseLine,
    PurchaseOrdered,
    SupplierRegistered,
    SupplierSuspended,
)
from events.testing import given
from procurement.lead_times import Offered, ways
from procurement.purchase import PlacePurchaseOrder, purchase
from procurement.selection import check_selection, selectable, with_terms
from procurement.supplier import Registered, supplier

TODAY = date(2026, 1, 5)
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=30)


def offered(supplier: str, price: str, days: int, **more: Any) -> Offered:
    known: dict[str, Any] = {
        "supplier": supplier,
        "supplier_name": f"{supplier} Ltd",
        "part": "relay",
        "channel": "distributor",
        "lead_time_days": days,
        "unit_price": Decimal(price),
        "currency": "CNY",
        "minimum": 1,
        "valid_until": None,
    }
    return Offered(**known | more)


def ranked(*offers: Offered, quantity: int = 10, needed_by: date | None = None) -> Sequence[str]:
    return [way.supplier for way in ways(offers, quantity, today=TODAY, needed_by=needed_by)]


class TestLeadTimes:
    def test_c12_what_comes_in_time_is_first_and_of_that_the_cheapest(self) -> None:
        cheap, quick, dear = offered("cheap", "1", 40), offered("quick", "9", 2), offered("dear", "10", 8)
        assert ranked(cheap, dear, quick, needed_by=SOON) == ["quick", "dear", "cheap"]

    def test_c12_of_what_comes_late_the_earliest_is_first(self) -> None:
        assert ranked(offered("cheap", "1", 40), offered("dear", "9", 20), needed_by=SOON) == [
            "dear",
            "cheap",
        ]

    def test_c12_without_a_day_the_cheapest_is_first(self) -> None:
        assert ranked(offered("quick", "9", 2), offered("cheap", "1", 40)) == ["cheap", "quick"]

    def test_c12_a_way_says_when_it_comes_and_what_it_costs(self) -> None:
        (way,) = ways([offered("S", "2.50", 10, minimum=12)], 5, today=TODAY, needed_by=SOON)
        assert (way.earliest, way.in_time) == (SOON, True)
        assert (way.pieces, way.cost) == (12, Decimal("30.00")), "the supplier sells no fewer"
        (way,) = ways([offered("S", "2.50", 11)], 5, today=TODAY, needed_by=SOON)
        assert way.in_time is False
        (way,) = ways([offered("S", "2.50", 11)], 5, today=TODAY)
        assert way.in_time is None

    def test_c12_an_offer_that_is_over_is_no_way(self) -> None:
        assert ranked(offered("S", "1", 1, valid_until=TODAY - timedelta(days=1))) == []
        assert ranked(offered("S", "1", 1, valid_until=TODAY)) == ["S"]


def listed(
    price: str, days: int = 10, part: str = "relay", currency: str = "CNY", **more: Any
) -> OfferListed:
    return OfferListed(
        part=part,
        channel="manufacturer",
        lead_time_days=days,
        unit_price=Decimal(price),
        currency=currency,
        **more,
    )


def seller(*offers: OfferListed) -> Registered:
    state = supplier.fold([SupplierRegistered(supplier_name="Pavlova Relays", registered_by="bao"), *offers])
    assert isinstance(state, Registered)
    return state


def place(*lines: PurchaseLine, **more: Any) -> PlacePurchaseOrder:
    return PlacePurchaseOrder(supplier="S-17", lines=lines or (line("A", "relay", 10),), **more)


class TestTerms:
    def test_s18_prices_currency_and_name_are_those_of_the_supplier(self) -> None:
        command = with_terms(place(), seller(listed("12.50")), TODAY)
        assert command == place(
            line("A", "relay", 10, "12.50"), currency="CNY", supplier_name="Pavlova Relays"
        )

    def test_s18_what_was_negotiated_stands(self) -> None:
        named = place(
            line("A", "relay", 10, "11"), line("A", "fuse", 1), currency="CNY", supplier_name="Pavlova"
        )
        offers = listed("12.50"), listed("3", part="fuse")
        assert with_terms(named, seller(*offers), TODAY) == named.model_copy(
            update={"lines": (line("A", "relay", 10, "11"), line("A", "fuse", 1, "3"))}
        )

    def test_offers_in_another_currency_give_no_price(self) -> None:
        named = place(currency="EUR", supplier_name="Pavlova")
        assert with_terms(named, seller(listed("12.50")), TODAY) == named

    def test_offers_in_two_currencies_are_two_purchase_orders(self) -> None:
        both = place(line("A", "relay", 1), line("A", "fuse", 1))
        with pytest.raises(Refused, match="CNY and EUR") as refused:
            with_terms(both, seller(listed("1"), listed("2", part="fuse", currency="EUR")), TODAY)
        assert refused.value.code == "currencies-differ"

    def test_the_minimum_counts_the_pieces_of_all_orders(self) -> None:
        both = place(line("A", "relay", 6), line("B", "relay", 4))
        assert with_terms(both, seller(listed("2", minimum=10)), TODAY).currency == "CNY"
        assert with_terms(both, seller(listed("2", minimum=11)), TODAY).currency is None

    def test_a_price_needs_its_currency(self) -> None:
        given(purchase).when(place(line("A", "relay", 1, "2")), by=BUYER).refused("currency-missing")

    def test_a_purchase_order_s_value_is_bounded(self) -> None:
        dear = place(line("A", "relay", 1_000_000, "1000000"), currency="CNY")
        given(purchase).when(dear, by=BUYER).refused("value-too-high")

    def test_s18_the_reason_for_the_selection_is_kept(self) -> None:
        (fact,) = given(purchase).when(place(selection="tested here"), by=BUYER).then_kinds(PurchaseOrdered)
        assert fact.selection == "tested here"


def check(
    chosen: Registered, *market: Offered, day: date | None = None, command: PlacePurchaseOrder | None = None
) -> None:
    with_prices = with_terms(command or place(), chosen, TODAY)
    check_selection(with_prices, chosen, market, {("A", "relay"): day}, TODAY)


class TestSelection:
    def test_s18_who_is_not_registered_or_suspended_is_not_selected(self) -> None:
        with pytest.raises(Refused) as refused:
            selectable("S-1", supplier.initial)
        assert refused.value.code == "supplier-unknown"
        assert "/suppliers/S-1/registration" in refused.value.reason
        suspended = supplier.evolve(seller(), SupplierSuspended(reason="bent relays"))
        with pytest.raises(Refused, match="bent relays") as refused:
            selectable("S-1", suspended)
        assert refused.value.code == "supplier-suspended"

    def test_s18_the_best_offer_needs_no_reason(self) -> None:
        check(seller(listed("10")), offered("S-9", "10", 5), offered("S-8", "11", 5))
        check(seller(listed("10", 10)), offered("S-9", "9", 11), day=SOON)
        check(seller(), day=SOON)

    def test_s18_a_cheaper_offer_asks_for_a_reason(self) -> None:
        with pytest.raises(Refused, match="selection") as refused:
            check(seller(listed("10")), offered("S-9", "9.99", 20))
        assert refused.value.code == "selection-missing"
        assert refused.value.fields == {
            "lines.0.part": "better offers of relay: S-9 (9.99 CNY, 2026-01-25)",
            "selection": "missing",
        }
        check(seller(listed("10")), offered("S-9", "9", 20), command=place(selection="tested here"))

    @pytest.mark.parametrize(
        ("price", "days", "day"),
        [("1", 20, SOON), ("1", 40, LATER), ("1", 21, SOON)],
    )
    def test_s18_an_offer_in_time_asks_for_a_reason(self, price: str, days: int, day: date) -> None:
        with pytest.raises(Refused):
            check(seller(listed(price, days)), offered("S-9", "99", 10), day=day)

    def test_s18_when_all_are_late_the_earlier_one_asks_for_a_reason(self) -> None:
        with pytest.raises(Refused):
            check(seller(listed("1", 40)), offered("S-9", "99", 39), day=SOON)
        check(seller(listed("99", 39)), offered("S-9", "1", 40), day=SOON)

    def test_s18_the_purchase_order_s_own_day_counts_where_the_need_has_none(self) -> None:
        with pytest.raises(Refused):
            check(seller(listed("1", 20)), offered("S-9", "9", 5), command=place(due=SOON))

    def test_s18_a_supplier_without_an_offer_is_beaten_by_any_in_time(self) -> None:
        with pytest.raises(Refused):
            check(seller(), offered("S-9", "9", 5), day=SOON)
        with pytest.raises(Refused):
            check(seller(), offered("S-9", "9", 5))
        check(seller(), offered("S-9", "9", 5), command=place(line("A", "relay", 10, "8"), currency="CNY"))

    @pytest.mark.parametrize(
        "more", [{"currency": "EUR"}, {"part": "fuse"}, {"minimum": 11}, {"valid_until": date(2026, 1, 4)}]
    )
    def test_what_cannot_be_compared_or_bought_beats_nobody(self, more: dict[str, Any]) -> None:
        check(seller(listed("10")), offered("S-9", "1", 1, **more))
