"""Procurement over HTTP, on a real database: from the production instruction to parts in stock (C18)."""

from __future__ import annotations

import asyncio

from buying import item
from centre import FIRST, SECOND, Centre, done

from events.contracts.purchases import SurplusOrdered
from procurement.parts import parts
from procurement.parts.states import Required
from servicekit.testing import LocalService


async def test_two_orders_are_bought_for_together_and_failed_goods_are_replaced(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4), item("frame", 1, "welding"))
    await centre.instruct(SECOND, item("relay", 2))
    needs = await centre.requirement(FIRST, "to_order")
    assert [(one["part"], one["needed"]) for one in needs["parts"]] == [("relay", 4)]
    assert "outside-processing" in needs["excluded"][0]["reason"]

    both = ((FIRST, "relay", 4), (SECOND, "relay", 2))
    placed = done(await centre.place(*both, due="2026-02-01"))
    id = placed["id"]
    assert placed["state"]["lines"][0]["outstanding"] == 4
    await centre.requirement(FIRST, "ordered")
    done(await centre.buyer.post(f"/purchase-orders/{id}/confirmation", json={"promised": "2026-02-08"}))

    await centre.receive(id, *both)
    failed = [{"order": FIRST, "part": "relay", "quantity": 1}]
    seen = await centre.inspect(id, 1, result="failed", failed=failed, finding="contact corroded")
    assert seen["events"] == ["purchase.inspection_passed.v1", "purchase.inspection_failed.v1"]
    assert (await centre.requirement(SECOND, "ready"))["parts"][0]["stocked"] == 2
    assert (await centre.requirement(FIRST, "ordered"))["parts"][0]["ordered"] == 4

    await centre.receive(id, (FIRST, "relay", 1))
    seen = await centre.inspect(id, 2, result="passed")
    assert seen["events"] == ["purchase.inspection_passed.v1", "purchase.fulfilled.v1"]
    assert seen["state"]["state"] == "fulfilled"
    assert (await centre.requirement(FIRST, "ready"))["parts"][0]["stocked"] == 4

    history = (await centre.buyer.get(f"/purchase-orders/{id}/events")).json()["items"]
    assert [one["actor"]["subject"] for one in history] == [
        "bao",
        "bao",
        "wang",
        "ines",
        "ines",
        "wang",
        "ines",
        "ines",
    ]
    book = (
        await centre.buyer.get(
            "/purchase-orders",
            params={"orders": SECOND, "q": "s-17"},
            headers={"Log-Position": str(seen["position"])},
        )
    ).json()
    assert [(one["id"], one["state"], one["failed"]) for one in book["items"]] == [(id, "fulfilled", 1)]


async def test_an_order_with_nothing_to_buy_is_ready_at_once(centre: Centre) -> None:
    await centre.instruct(FIRST, item("box", 1, "wooden_packing"))
    assert (await centre.requirement(FIRST, "ready"))["parts"] == []


async def test_the_trace_of_the_instruction_goes_on(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    (required,) = (await centre.buyer.get(f"/requirements/{FIRST}/events")).json()["items"]
    assert required["trace_id"] == "a" * 32
    assert required["correlation"] == "test"


async def test_every_line_that_nobody_needs_is_named(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4), item("frame", 1, "welding"))
    wrong = await centre.place(
        ("9999", "relay", 1), (FIRST, "fuse", 1), (FIRST, "frame", 1), (FIRST, "relay", 5)
    )
    assert wrong.status_code == 409
    problem = wrong.json()
    assert problem["type"] == "/problems/not-needed"
    assert {one["pointer"]: one["detail"] for one in problem["errors"]} == {
        "/lines/0/order": "no instructed order has the number 9999",
        "/lines/1/part": f"{FIRST} needs no fuse",
        "/lines/2/part": "welding is done under an outside-processing contract (外协), not bought",
        "/lines/3/quantity": f"4 relay are still to be ordered for {FIRST}",
    }
    other = await centre.place((FIRST, "relay", 1), product_company="MV")
    assert [one["pointer"] for one in other.json()["errors"]] == ["/lines/0/order"]


async def test_a_repeated_request_gets_its_first_answer_although_nothing_is_needed_any_more(
    centre: Centre,
) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    key = {"Idempotency-Key": '"once"'}
    first = await centre.place((FIRST, "relay", 4), headers=key)
    await centre.requirement(FIRST, "ordered")
    again = await centre.place((FIRST, "relay", 4), headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await centre.place((FIRST, "relay", 4))).status_code == 409


async def test_what_two_buyers_order_at_once_is_surplus_and_nothing_is_parked(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    placed = await asyncio.gather(*(centre.place((FIRST, "relay", 4)) for _ in range(5)))
    accepted = [answer.json()["id"] for answer in placed if answer.status_code == 201]
    log = centre.service.runtime.log
    while True:
        facts = [fact.event for fact in await log.read(f"parts-{FIRST}")]
        state = parts.fold(facts)
        assert isinstance(state, Required)
        if len(state.ledger.purchases) == len(accepted):
            break
        await asyncio.sleep(0.02)
    assert state.ordered == state.needed
    surplus = [fact for fact in facts if isinstance(fact, SurplusOrdered)]
    assert len(surplus) == len(accepted) - 1
    assert await centre.parked() == 0


async def test_people_of_another_company_see_nothing(centre: Centre, procurement: LocalService) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    named = done(await centre.place((FIRST, "relay", 1), product_company="HV"))
    groups = done(await centre.place((FIRST, "relay", 1)))
    position = {"Log-Position": str(groups["position"])}
    ours, theirs = (
        procurement.client("he", "buyer", company="HV"),
        procurement.client("li", "buyer", company="MV"),
    )

    for path in (
        f"/requirements/{FIRST}",
        f"/purchase-orders/{named['id']}",
        f"/purchase-orders/{named['id']}/events",
    ):
        assert (await ours.get(path)).status_code == 200
        assert (await theirs.get(path)).status_code == 404
    for who, count in ((ours, 1), (theirs, 0), (centre.buyer, 2)):
        listed = (await who.get("/purchase-orders", headers=position)).json()["items"]
        assert len(listed) == count
        assert len((await who.get("/requirements", headers=position)).json()["items"]) == min(count, 1)
    assert (await ours.get(f"/purchase-orders/{groups['id']}")).status_code == 404

    body = {"supplier": "S", "supplier_name": "S", "product_company": "MV"}
    lines = [{"order": FIRST, "part": "relay", "quantity": 1}]
    guess = await theirs.post("/purchase-orders", json=body | {"lines": lines})
    unknown = [{"order": "9999", "part": "relay", "quantity": 1}]
    miss = await theirs.post("/purchase-orders", json=body | {"lines": unknown})
    assert guess.json()["errors"][0]["detail"].replace(FIRST, "9999") == miss.json()["errors"][0]["detail"]


async def test_only_buyers_place_and_the_door_says_so_before_it_looks(centre: Centre) -> None:
    lines = [{"order": "9999", "part": "relay", "quantity": 1}]
    body = {"supplier": "S", "supplier_name": "S", "lines": lines}
    assert (await centre.inspector.post("/purchase-orders", json=body)).status_code == 403
    assert (await centre.service.nobody.post("/purchase-orders", json=body)).status_code == 401


async def test_everything_that_is_wrong_is_named_at_once(centre: Centre) -> None:
    answer = await centre.place(("A", "x", 0), due="1880-01-01", colour="red")
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} >= {
        "/lines/0/quantity",
        "/due",
        "/colour",
    }


async def test_read_models_equal_a_fresh_replay(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4), item("fuse", 2))
    id = done(await centre.place((FIRST, "relay", 4), (FIRST, "fuse", 2)))["id"]
    await centre.receive(id, (FIRST, "relay", 4), (FIRST, "fuse", 2))
    await centre.inspect(id, 1, result="passed")
    await centre.requirement(FIRST, "ready")
    await centre.check_replay()
