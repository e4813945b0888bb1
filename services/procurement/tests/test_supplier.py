"""S18, C12: suppliers are evaluated, offer parts, and are suspended when they disappoint."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from buying import BUYER, SALES, SUPPLIER_ERP, WAREHOUSE

from events import Actor
from events.contracts.purchases import (
    OfferListed,
    OfferWithdrawn,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
)
from events.testing import MONDAY, given
from procurement.supplier import (
    ListOffer,
    Registered,
    RegisterSupplier,
    ReinstateSupplier,
    SuspendSupplier,
    WithdrawOffer,
    supplier,
)

KNOWN = SupplierRegistered(supplier_name="Pavlova Relays", note="audited", registered_by=BUYER.subject)
SUSPENDED = SupplierSuspended(reason="bent relays")


def terms(**more: Any) -> dict[str, Any]:
    return {
        "part": "relay",
        "channel": "manufacturer",
        "lead_time_days": 21,
        "unit_price": Decimal("12.50"),
        "currency": "CNY",
    } | more


OFFER = OfferListed(**terms())


def test_s18_a_supplier_is_registered_and_its_data_are_corrected_later() -> None:
    given(supplier).when(RegisterSupplier(supplier_name="Pavlova Relays", note="audited"), by=BUYER).then(
        KNOWN
    )
    known = given(supplier, KNOWN)
    known.when(RegisterSupplier(supplier_name="Pavlova Relays", note="audited"), by=BUYER).then_nothing()
    known.when(RegisterSupplier(supplier_name="Pavlova & Co"), by=BUYER).then_kinds(SupplierRegistered)


def test_s18_who_is_not_registered_offers_nothing() -> None:
    given(supplier).when(ListOffer(**terms()), by=BUYER).refused("not-found")


def test_c12_an_offer_says_channel_lead_time_and_price_and_replaces_the_one_before() -> None:
    given(supplier, KNOWN).when(ListOffer(**terms()), by=SUPPLIER_ERP).then(OFFER)
    listed = given(supplier, KNOWN, OFFER)
    listed.when(ListOffer(**terms()), by=BUYER).then_nothing()
    listed.when(ListOffer(**terms(lead_time_days=7)), by=BUYER).then(OfferListed(**terms(lead_time_days=7)))


def test_an_offer_that_is_over_is_not_listed() -> None:
    known = given(supplier, KNOWN)
    known.when(ListOffer(**terms(valid_until=date(2026, 1, 4))), by=BUYER).refused("offer-expired")
    known.when(ListOffer(**terms(valid_until=MONDAY.date())), by=BUYER).then_kinds(OfferListed)


def test_an_offer_is_taken_within_its_days_and_from_its_minimum_on() -> None:
    offer = OfferListed(**terms(minimum=10, valid_until=date(2026, 1, 31)))
    state = given(supplier, KNOWN, offer).state
    assert isinstance(state, Registered)
    assert state.offer("relay", 10, date(2026, 1, 31)) == offer
    assert state.offer("relay", 9, date(2026, 1, 31)) is None
    assert state.offer("relay", 10, date(2026, 2, 1)) is None
    assert state.offer("fuse", 10, date(2026, 1, 31)) is None


def test_an_offer_is_withdrawn_once() -> None:
    given(supplier, KNOWN, OFFER).when(WithdrawOffer(part="relay"), by=SUPPLIER_ERP).then(
        OfferWithdrawn(part="relay")
    )
    given(supplier, KNOWN, OFFER, OfferWithdrawn(part="relay")).when(
        WithdrawOffer(part="relay"), by=BUYER
    ).then_nothing()


def test_s18_a_supplier_is_suspended_until_it_is_reinstated() -> None:
    given(supplier, KNOWN).when(SuspendSupplier(reason=SUSPENDED.reason), by=BUYER).then(SUSPENDED)
    suspended = given(supplier, KNOWN, SUSPENDED)
    suspended.when(SuspendSupplier(reason="still"), by=BUYER).then_nothing()
    suspended.when(RegisterSupplier(supplier_name="Other"), by=BUYER).then_kinds(SupplierRegistered)
    back = SupplierReinstated(reason="audited again")
    suspended.when(ReinstateSupplier(reason=back.reason), by=BUYER).then(back)
    given(supplier, KNOWN, SUSPENDED, back).when(ReinstateSupplier(reason="again"), by=BUYER).then_nothing()
    state = given(supplier, KNOWN, SUSPENDED, SupplierRegistered(supplier_name="O", registered_by="b")).state
    assert isinstance(state, Registered)
    assert state.suspended, "a correction of its data reinstates nobody"


def test_s18_all_companies_share_their_suppliers_so_none_changes_them_alone() -> None:
    of_company = Actor("bao", frozenset({"buyer"}), "LV")
    for command in (RegisterSupplier(supplier_name="Relays"), SuspendSupplier(reason="late")):
        given(supplier, KNOWN).when(command, by=of_company).refused("not-of-group")


def test_s18_only_buyers_evaluate_suppliers() -> None:
    for command in (
        RegisterSupplier(supplier_name="S"),
        SuspendSupplier(reason="r"),
        ReinstateSupplier(reason="r"),
    ):
        for who in (SALES, WAREHOUSE, SUPPLIER_ERP):
            given(supplier, KNOWN).when(command, by=who).refused("role-missing")
    given(supplier, KNOWN).when(ListOffer(**terms()), by=WAREHOUSE).refused("role-missing")
