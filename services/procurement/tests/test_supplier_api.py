"""Suppliers, lead times and selection over HTTP, on a real database (C12, S18)."""

from __future__ import annotations

from datetime import date
from typing import Any

from buying import item
from centre import FIRST, SECOND, Centre, done

from servicekit.testing import LocalService


def offer(price: str, days: int, part: str = "relay", **more: Any) -> dict[str, Any]:
    return {"part": part, "unit_price": price, "lead_time_days": days, **more}


async def test_c12_logistics_asks_by_which_channel_by_when_and_at_what_price(
    centre: Centre, procurement: LocalService
) -> None:
    await centre.register("S-1", offer("9.50", 40, channel="import"))
    await centre.register("S-2", offer("12.00", 5, channel="manufacturer", minimum=20))
    await centre.register("S-3", offer("1.00", 1))
    done(await centre.buyer.post("/suppliers/S-3/suspension", json={"reason": "bent relays"}))
    suspended = done(await centre.buyer.get("/suppliers/S-3"))
    asked: dict[str, str | int] = {"part": "relay", "quantity": 6, "needed_by": "2026-01-20"}
    position = {"Log-Position": str(suspended["position"])}
    for role, company in (("logistics", None), ("production", "HV"), ("contract_desk", None)):
        who = procurement.client(role, role, company=company)
        found = done(await who.get("/lead-times", params=asked, headers=position))
        assert (found["part"], found["quantity"], found["today"]) == ("relay", 6, "2026-01-05")
        assert [
            (one["supplier"], one["channel"], one["earliest"], one["in_time"], one["pieces"], one["cost"])
            for one in found["ways"]
        ] == [
            ("S-2", "manufacturer", "2026-01-10", True, 20, "240.00"),
            ("S-1", "import", "2026-02-14", False, 6, "57.00"),
        ]
    nobody_offers = done(await centre.buyer.get("/lead-times", params={"part": "fuse"}))
    assert nobody_offers["ways"] == []


async def test_lead_times_are_for_the_house_and_name_what_is_wrong_with_the_question(centre: Centre) -> None:
    assert (await centre.service.nobody.get("/lead-times", params={"part": "relay"})).status_code == 401
    for asked, wrong in (
        ("quantity=0", {"part", "quantity"}),
        ("part=relay&colour=red", {"colour"}),
    ):
        answer = await centre.buyer.get(f"/lead-times?{asked}")
        assert answer.status_code == 422
        assert {one["parameter"] for one in answer.json()["errors"]} == wrong
    ahead = await centre.buyer.get(
        "/lead-times", params={"part": "relay"}, headers={"Log-Position": "999999"}
    )
    assert ahead.status_code == 422


async def test_s18_suppliers_and_their_offers_are_listed(centre: Centre) -> None:
    await centre.register("S-1", offer("9.50", 40), offer("2.00", 3, "fuse"))
    corrected = {"supplier_name": "Åbo Relays", "note": "audited in May"}
    done(await centre.buyer.post("/suppliers/S-1/registration", json=corrected))
    gone = done(await centre.buyer.post("/suppliers/S-1/offers/withdrawal", json={"part": "fuse"}))
    position = {"Log-Position": str(gone["position"])}
    listed = done(await centre.buyer.get("/suppliers", params={"parts": "relay"}, headers=position))["items"]
    assert [(one["supplier"], one["supplier_name"], one["parts"]) for one in listed] == [
        ("S-1", "Åbo Relays", ["relay"])
    ]
    offers = done(await centre.buyer.get("/offers", headers=position))["items"]
    assert [(one["id"], one["unit_price"], one["minimum"]) for one in offers] == [("S-1/relay", "9.50", 1)]
    one = done(await centre.buyer.get("/suppliers/S-1"))["state"]
    assert (one["state"], one["note"], [it["part"] for it in one["offers"]]) == (
        "registered",
        "audited in May",
        ["relay"],
    )
    back_then = done(await centre.buyer.get("/suppliers/S-1", params={"as_of": "3"}))["state"]
    assert [it["part"] for it in back_then["offers"]] == ["relay", "fuse"]


async def test_s18_a_supplier_must_be_registered_and_not_suspended(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    unknown = await centre.place((FIRST, "relay", 4), supplier="S-99")
    assert (unknown.status_code, unknown.json()["type"]) == (409, "/problems/supplier-unknown")
    assert "/suppliers/S-99/registration" in unknown.json()["detail"]
    assert unknown.json()["errors"] == [{"pointer": "/supplier", "detail": "not registered"}]
    done(await centre.buyer.post("/suppliers/S-17/suspension", json={"reason": "bent relays"}))
    suspended = await centre.place((FIRST, "relay", 4))
    assert (suspended.status_code, suspended.json()["type"]) == (409, "/problems/supplier-suspended")
    done(await centre.buyer.post("/suppliers/S-17/reinstatement", json={"reason": "audited again"}))
    done(await centre.place((FIRST, "relay", 4)))


async def test_s18_prices_are_those_of_the_offer_and_another_selection_has_its_reason(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4), item("fuse", 1))
    await centre.register("S-17", offer("12.50", 5), offer("3.00", 5, "fuse"))
    placed = done(await centre.place((FIRST, "relay", 1)))["state"]
    assert (placed["supplier_name"], placed["currency"]) == ("S-17 Relays", "CNY")
    assert [one["unit_price"] for one in placed["lines"]] == ["12.50"]

    await centre.register("S-9", offer("12.00", 5))
    both = ((FIRST, "relay", 3), (FIRST, "fuse", 1))
    refused = await centre.place(*both)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/selection-missing")
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/lines/0/part", "/selection"}
    explained = done(await centre.place(*both, selection="S-9 failed the type test"))
    assert explained["state"]["selection"] == "S-9 failed the type test"
    position = {"Log-Position": str(explained["position"])}
    book = done(await centre.buyer.get("/purchase-orders", headers=position))["items"]
    assert [(one["value"], one["currency"]) for one in book if one["selection"]] == [("40.50", "CNY")]


async def test_s18_an_offer_that_meets_the_day_of_the_need_beats_a_cheaper_one(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4).model_copy(update={"needed_by": date(2026, 1, 20)}))
    await centre.instruct(SECOND, item("relay", 4))
    await centre.register("S-17", offer("12.50", 40))
    await centre.register("S-9", offer("20.00", 5))
    late = await centre.place((FIRST, "relay", 4))
    assert late.json()["type"] == "/problems/selection-missing"
    assert late.json()["errors"][0]["detail"] == "better offers of relay: S-9 (20.00 CNY, 2026-01-10)"
    done(await centre.place((SECOND, "relay", 4)))
    done(await centre.place((FIRST, "relay", 4), supplier="S-9"))


async def test_s18_only_buyers_evaluate_and_who_supplies_lists_its_offers_by_erp(
    centre: Centre, procurement: LocalService
) -> None:
    register = {"supplier_name": "Relays"}
    for who in (centre.warehouse, centre.inspector):
        assert (await who.post("/suppliers/S-1/registration", json=register)).status_code == 403
    erp = procurement.client("erp-1", "erp")
    terms = offer("1", 1, channel="import", currency="EUR")
    assert (await erp.post("/suppliers/S-1/offers", json=terms)).status_code == 404
    done(await centre.buyer.post("/suppliers/S-1/registration", json=register))
    listed = done(await erp.post("/suppliers/S-1/offers", json=terms))
    assert listed["events"] == ["supplier.offer_listed.v1"]
    assert done(await erp.post("/suppliers/S-1/offers", json=terms))["events"] == []
