"""An instructed order is cancelled, or goods do not come after all: over HTTP, on a real database (C18)."""

from __future__ import annotations

import asyncio

from buying import item
from centre import FIRST, SECOND, Centre, done, named

from events.contracts.common import Commitment
from events.contracts.orders import CancellationAsked, CancellationRejected, OrderCancelled
from events.contracts.purchases import CommitmentStated

ASKED = CancellationAsked(request=1, reason="the plant is not built", asked_by="sun")
REJECTED = CancellationRejected(request=1, reason="it is nearly done", rejected_by="gao")
CANCELLED = OrderCancelled(request=1, reason="so be it", commitment=Commitment(), approved_by="gao")
RELAYS = {"part": "relay", "unit_price": "12.50", "lead_time_days": 5}


async def stated(centre: Centre, number: str) -> list[Commitment]:
    facts = await centre.service.runtime.log.read(f"parts-{number}")
    return [fact.event.commitment for fact in facts if isinstance(fact.event, CommitmentStated)]


async def test_c18_an_order_is_held_released_and_bought_for_again(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    await centre.instruct(SECOND, item("relay", 2))
    await centre.hear(FIRST, ASKED)
    await centre.requirement(FIRST, "held")
    assert await stated(centre, FIRST) == [Commitment()]

    refused = await centre.place((SECOND, "relay", 2), (FIRST, "relay", 4))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/order-held")
    assert refused.json()["errors"] == [{"pointer": "/lines/1/order", "detail": f"{FIRST} may be cancelled"}]

    await centre.hear(FIRST, REJECTED)
    await centre.requirement(FIRST, "to_order")
    done(await centre.place((SECOND, "relay", 2), (FIRST, "relay", 4)))
    await centre.requirement(FIRST, "ordered")


async def test_c18_a_cancelled_order_s_goods_are_free_and_those_outstanding_need_not_come(
    centre: Centre,
) -> None:
    await centre.register("S-17", RELAYS)
    await centre.instruct(FIRST, item("relay", 4))
    await centre.instruct(SECOND, item("relay", 2))
    id = done(await centre.place((FIRST, "relay", 4), (SECOND, "relay", 2)))["id"]
    await centre.requirement(FIRST, "ordered")
    await centre.hear(FIRST, ASKED)
    held = await centre.requirement(FIRST, "held")
    assert held["commitment"]["costs"] == [{"amount": "50.00", "currency": "CNY"}]

    await centre.receive(id, (FIRST, "relay", 1))
    await centre.inspect(id, 1, result="passed")
    while len(said := await stated(centre, FIRST)) < 2:
        await asyncio.sleep(0.02)
    assert [one.lines[0].stocked for one in said] == [0, 1]

    await centre.hear(FIRST, CANCELLED)
    cancelled = await centre.requirement(FIRST, "cancelled")
    assert [(one["needed"], one["ordered"]) for one in cancelled["parts"]] == [(0, 0)]
    assert cancelled["surplus"] == {"relay": 4}
    refused = await centre.place((FIRST, "relay", 1))
    assert refused.json()["errors"][0]["detail"] == f"{FIRST} is cancelled and needs nothing any more"

    less = {"lines": named((FIRST, "relay", 3)), "reason": "agreed with the supplier"}
    reduced = done(await centre.buyer.post(f"/purchase-orders/{id}/reductions", json=less))
    assert reduced["events"] == ["purchase.reduced.v1"]
    assert [one["given_up"] for one in reduced["state"]["lines"]] == [3, 0]
    await centre.receive(id, (SECOND, "relay", 2))
    last = await centre.inspect(id, 2, result="passed")
    assert last["events"] == ["purchase.inspection_passed.v1", "purchase.fulfilled.v1"]
    await centre.requirement(SECOND, "ready")
    while (await centre.history(f"/requirements/{FIRST}"))[-1] != "parts.surplus_reduced.v1":
        await asyncio.sleep(0.02)
    assert await centre.parked() == 0
    await centre.check_replay()


async def test_a_purchase_order_placed_in_the_same_instant_as_the_hold_is_told(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    placed, _ = await asyncio.gather(centre.place((FIRST, "relay", 4)), centre.hear(FIRST, ASKED))
    await centre.requirement(FIRST, "held")
    if placed.status_code == 201:  # the door was passed before the hold was known
        while not (await stated(centre, FIRST))[-1].lines:
            await asyncio.sleep(0.02)
    else:
        assert placed.json()["type"] == "/problems/order-held"
    assert await centre.parked() == 0


async def test_s19_goods_that_go_back_for_good_are_bought_elsewhere(centre: Centre) -> None:
    await centre.instruct(FIRST, item("relay", 4))
    id = done(await centre.place((FIRST, "relay", 4)))["id"]
    await centre.receive(id, (FIRST, "relay", 4))
    await centre.inspect(id, 1, result="failed", finding="bent")
    await centre.requirement(FIRST, "ordered")
    back = {"delivery": 1, "reason": "the maker cannot do it"}
    forbidden = await centre.inspector.post(f"/purchase-orders/{id}/returns", json=back)
    assert forbidden.status_code == 403
    returned = done(await centre.buyer.post(f"/purchase-orders/{id}/returns", json=back))
    assert returned["events"] == ["purchase.goods_returned.v1", "purchase.fulfilled.v1"]
    await centre.requirement(FIRST, "to_order")
    await centre.register("S-2")
    second = done(await centre.place((FIRST, "relay", 4), supplier="S-2"))["id"]
    await centre.receive(second, (FIRST, "relay", 4))
    await centre.inspect(second, 1, result="passed")
    await centre.requirement(FIRST, "ready")
    assert await centre.history(f"/requirements/{FIRST}") == [
        "parts.required.v1",
        "parts.ordered.v1",
        "parts.reopened.v1",
        "parts.ordered.v1",
        "parts.stocked.v1",
        "parts.ready.v1",
    ]
    await centre.check_replay()
