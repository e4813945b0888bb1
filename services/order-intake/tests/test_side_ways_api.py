"""Doubts, contract review and cancellation over HTTP, on a real database."""

from __future__ import annotations

from typing import Any

from order_office import CONTENT, DIGEST, QUOTATION, Office, done
from order_story import FINDING
from side_story import CORES_BOUGHT, NOTHING_BOUGHT

from order_intake.order.cancellation import RecordCommitment
from order_intake.order.contract import RecordContractReview
from order_intake.order.production import RecordParts


async def stands(office: Office, number: str) -> dict[str, Any]:
    state: dict[str, Any] = done(await office.desk.get(f"/orders/{number}"))["state"]
    return state


async def row(office: Office, number: str) -> dict[str, Any]:
    await office.intake.settled()
    rows = done(await office.desk.get("/orders"))["items"]
    return next(row for row in rows if row["number"] == number)


async def test_s3_the_same_order_from_another_channel_waits_until_somebody_looked(office: Office) -> None:
    first = await office.receive(channel="erp")
    await office.intake.settled()
    second = await office.receive(channel="phone", reference=None)
    await office.intake.settled()

    assert (await stands(office, first))["doubts"] == []
    doubted = await stands(office, second)
    assert [doubt["resembles"] for doubt in doubted["doubts"]] == [first]
    assert doubted["waiting_for"] == ["contract_desk"]
    confirmation = {"content_version": 1}
    stopped = await office.sales.post(f"/orders/{second}/requirements-confirmation", json=confirmation)
    assert (stopped.status_code, stopped.json()["type"]) == (409, "/problems/order-doubted")
    assert first in stopped.json()["detail"]

    found = done(await office.desk.get("/orders", params={"doubted": "true"}))["items"]
    assert [(one["number"], one["waiting_for"]) for one in found] == [(second, ["contract_desk"])]

    clear = {"content_version": 1, "reason": "two substations, one content"}
    own = await office.sales.post(f"/orders/{second}/doubts-clearance", json=clear)
    assert (own.status_code, own.json()["type"]) == (403, "/problems/own-request")
    await office.by_desk(second, "doubts-clearance", clear)
    await office.by_sales(second, "requirements-confirmation", confirmation)
    assert not (await row(office, second))["doubted"]


async def test_s3_an_order_amended_to_what_another_one_is_waits_too(office: Office) -> None:
    await office.receive()
    other = await office.receive(content={**CONTENT, "delivery_date": "2026-09-30"})
    await office.by_sales(other, "requirements-confirmation", {"content_version": 1})
    await office.by_sales(other, "amendments", {"content": CONTENT, "reason": "earlier after all"})
    await office.intake.settled()
    assert [doubt["kind"] for doubt in (await stands(office, other))["doubts"]] == ["duplicate"]


async def test_s3_orders_of_another_customer_or_product_company_are_no_duplicates(office: Office) -> None:
    await office.receive()
    numbers = [
        await office.receive(customer={"id": "C-8", "name": "Bo Energi"}),
        await office.receive(product_company="LV"),
    ]
    await office.intake.settled()
    assert [(await stands(office, number))["doubts"] for number in numbers] == [[], []]


async def test_s3_doubts_by_hand_and_a_dismissal(office: Office) -> None:
    number = await office.receive()
    doubt = {"kind": "not_genuine", "reason": "nobody at the customer knows of it"}
    await office.by_sales(number, "doubts", {"content_version": 1, "doubts": [doubt]})
    dismissed = await office.by_desk(number, "dismissal", {"reason": "nobody wants it"})
    assert dismissed["state"]["state"] == "dismissed"
    assert dismissed["state"]["end"]["dismissed_by"] == "deng"
    listed = await row(office, number)
    assert (listed["state"], listed["waiting_for"], listed["doubted"]) == ("dismissed", [], False)


async def test_s6_a_returned_contract_is_drafted_again_and_signed_once_it_is_cleared(office: Office) -> None:
    number = await office.receive()
    await office.by_sales(number, "requirements-confirmation", {"content_version": 1})
    await office.reviewed(number)
    await office.by_sales(number, "quotations", QUOTATION)
    await office.by_sales(number, "quotation-answer", {"round": 1, "agreed": True})
    document = "https://documents.example/HT-1"
    drafted = await office.by_desk(
        number, "contract", {"contract": "HT-1", "digest": "b" * 64, "document": document}
    )
    assert drafted["state"]["state"] == "contract_in_review"
    assert drafted["state"]["draft"]["total"] == "1200.10"
    signature = {"side": "company", "digest": "b" * 64, "signatory": "Gao Wen"}
    early = await office.desk.post(f"/orders/{number}/contract/signatures", json=signature)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/step-not-due")

    word = RecordContractReview(contract="HT-1", digest="b" * 64, outcome="returned", findings=(FINDING,))
    await office.recorded(number, word)
    returned = await stands(office, number)
    assert returned["state"] == "contract_returned"
    assert returned["returned"]["findings"][0]["remedy"] == FINDING.remedy
    assert (await row(office, number))["waiting_for"] == ["contract_desk"]

    await office.contract_signed(number)
    concluded = await stands(office, number)
    assert (concluded["state"], concluded["draft"]["digest"]) == ("contract_concluded", DIGEST)


async def test_an_instructed_order_is_cancelled_by_who_knows_what_was_bought(office: Office) -> None:
    number = await office.instructed()
    asked = await office.by_sales(number, "cancellation-request", {"reason": "plant not built"})
    assert asked["state"]["state"] == "cancellation_asked"
    await office.recorded(number, RecordCommitment(request=1, commitment=NOTHING_BOUGHT))
    await office.recorded(number, RecordCommitment(request=1, commitment=CORES_BOUGHT))
    assert (await row(office, number))["waiting_for"] == ["general_manager"]

    decision = {"request": 1, "approved": True, "reason": "the cores serve others"}
    address = f"/orders/{number}/cancellation-decision"
    stale = await office.general_manager.post(address, json={**decision, "commitment_version": 1})
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/commitment-changed")
    shown = (await stands(office, number))["reported"]
    assert shown["commitment"]["costs"] == [{"amount": "100.00", "currency": "EUR"}]
    seen = {**decision, "commitment_version": shown["commitment_version"]}
    assert (await office.sales.post(address, json=seen)).status_code == 403
    cancelled = done(await office.general_manager.post(address, json=seen))
    assert cancelled["state"]["state"] == "cancelled"
    assert cancelled["state"]["end"]["commitment"]["lines"][0]["purchase_order"] == "P-1"
    assert (await row(office, number))["state"] == "cancelled"


async def test_an_order_that_is_made_all_the_same_goes_on_with_its_parts(office: Office) -> None:
    number = await office.instructed()
    await office.by_desk(number, "cancellation-request", {"reason": "plant not built"})
    await office.recorded(number, RecordCommitment(request=1, commitment=NOTHING_BOUGHT))
    await office.recorded(number, RecordParts(purchase_orders=("P-1",)))
    waiting = await stands(office, number)
    assert waiting["state"] == "cancellation_to_decide"
    assert waiting["parts"]["purchase_orders"] == ["P-1"]
    assert waiting["promised_delivery_date"] == "2026-06-30"
    assert (await row(office, number))["state"] == "cancellation_to_decide"

    no = {"request": 1, "commitment_version": 1, "approved": False, "reason": "half made"}
    kept = done(await office.general_manager.post(f"/orders/{number}/cancellation-decision", json=no))
    assert kept["state"]["state"] == "parts_ready"
    assert kept["state"]["rejected"]["reason"] == "half made"
    assert (await row(office, number))["state"] == "parts_ready"
