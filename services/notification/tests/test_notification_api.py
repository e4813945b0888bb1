"""The inbox and the messages over HTTP, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telling import ANN, CALLED, CONTENT, EXAMPLES, classified, judged, question, received, requested
from world import Open, World

from events import Event
from events.contracts.orders import OrderCompleted, OrderFoundIncomplete
from events.contracts.purchases import GoodsReceived, PurchaseOrdered
from events.contracts.reviews import ContractReviewRequested, ReviewVoided
from notification.app import service
from servicekit.testing import LocalService

NUMBER = "7K3M-2Q9X-0"


@pytest.fixture
async def notification(open_notification: Open) -> AsyncIterator[LocalService]:
    async with open_notification(mails=False) as opened:
        yield opened


async def listed(who: httpx.AsyncClient, path: str, count: int, **query: Any) -> list[dict[str, Any]]:
    """The list, once it has so many items; the test's time limit ends a vain wait."""
    while True:
        answer = await who.get(path, params=query)
        items = answer.json().get("items", [])
        if len(items) == count:
            return list(items)
        await asyncio.sleep(0.02)


async def test_each_role_finds_in_its_inbox_what_it_is_to_do(
    world: World, notification: LocalService
) -> None:
    await world.happens(received(ANN), OrderCompleted(content=CONTENT), number=NUMBER)
    await world.happens(requested(), classified("conventional"), number=NUMBER)
    sales, desk = notification.client("sun", "sales"), notification.client("deng", "contract_desk")
    (confirm,) = await listed(sales, "/inbox", 1)
    (judge,) = await listed(desk, "/inbox", 1)
    assert (confirm["template"], confirm["order_number"]) == ("requirements_to_confirm", NUMBER)
    assert judge["template"] == "delivery_to_judge"
    assert "Northwind" in judge["body"]
    both = notification.client("du", "sales", "contract_desk")
    assert len(await listed(both, "/inbox", 2)) == 2
    assert await listed(notification.client("au", "auditor"), "/inbox", 0) == []


async def test_a_person_is_told_by_name(world: World, notification: LocalService) -> None:
    void = ReviewVoided(content_version=2, reason="Two panels more", given_by=("tao",))
    await world.happens(requested(), void, number=NUMBER)
    (note,) = await listed(notification.client("tao", "technical", company="HV"), "/inbox", 1)
    assert note["template"] == "word_void"
    assert await listed(notification.client("other", "technical", company="HV"), "/inbox", 0) == []


async def test_a_customer_without_mail_stands_in_the_inbox_of_sales(
    world: World, notification: LocalService
) -> None:
    await world.happens(received(CALLED), number=NUMBER)
    (call,) = await listed(notification.client("sun", "sales"), "/inbox", 1)
    assert (call["channel"], call["customer"]) == ("phone", "C-3")
    assert call["body"].startswith("Dear Lakeside Works,")


async def test_a_read_message_is_marked_and_found_no_more_among_the_unread(
    world: World, notification: LocalService
) -> None:
    await world.happens(received(ANN), OrderCompleted(content=CONTENT), number=NUMBER)
    sales = notification.client("sun", "sales")
    (note,) = await listed(sales, "/inbox", 1, read=False)
    marked = await sales.post(f"/messages/{note['id']}/read-mark")
    assert marked.json()["readers"] == ["sun"]
    again = await sales.post(f"/messages/{note['id']}/read-mark")
    assert again.json()["readers"] == ["sun"]
    seen = {"Log-Position": marked.headers["Log-Position"]}
    assert (await sales.get("/inbox", params={"read": False}, headers=seen)).json()["items"] == []
    (read,) = (await sales.get("/inbox", headers=seen)).json()["items"]
    assert (read["read"], read["read_by"]) == (True, "sun")

    buyer = notification.client("bao", "buyer")
    refused = await buyer.post(f"/messages/{note['id']}/read-mark")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-addressed")
    history = (await sales.get(f"/messages/{note['id']}/events")).json()["items"]
    assert [one["type"] for one in history] == ["message.addressed.v1", "message.read.v1"]
    assert history[1]["actor"]["subject"] == "sun"


async def test_a_frontend_counts_what_is_unread_by_role_and_by_order(
    world: World, notification: LocalService
) -> None:
    await world.happens(received(ANN), OrderCompleted(content=CONTENT), number=NUMBER)
    await world.happens(received(ANN), OrderCompleted(content=CONTENT), number="8N4P-3R5T-1")
    void = ReviewVoided(content_version=2, reason="Two panels more", given_by=("du",))
    await world.happens(requested(), classified("conventional"), void, number=NUMBER)
    du = notification.client("du", "sales", "contract_desk")
    await listed(du, "/inbox", 4)

    async def unread(**query: Any) -> tuple[int, dict[tuple[str | None, str | None], int]]:
        asked = {"by": ["role", "person"], "read": False, **query}
        counts = (await du.get("/inbox/counts", params=asked)).json()
        groups = {(one["by"]["role"], one["by"]["person"]): one["count"] for one in counts["groups"]}
        return counts["total"], groups

    assert await unread() == (4, {("sales", None): 2, ("contract_desk", None): 1, (None, "du"): 1})
    assert await unread(order_number="8N4P-3R5T-1") == (1, {("sales", None): 1})
    (note,) = await listed(du, "/inbox", 1, role="contract_desk")
    marked = await du.post(f"/messages/{note['id']}/read-mark")
    seen = int(marked.headers["Log-Position"])
    assert await unread(at_least=seen) == (3, {("sales", None): 2, (None, "du"): 1})
    (by_name,) = await listed(du, "/inbox", 1, person="du", read=False)
    assert by_name["template"] == "word_void"
    other = await notification.client("li", "sales", company="MV").get("/inbox/counts")
    assert other.json() == {"groups": [], "total": 0}


async def test_a_question_and_its_answer_stand_in_the_inboxes_of_those_they_are_for(
    world: World, notification: LocalService
) -> None:
    await world.happens(requested(), classified("conventional"), question("production"), number=NUMBER)
    manager = notification.client("pan", "production_manager", company="HV")
    (asked,) = await listed(manager, "/inbox", 1, template="question_asked")
    assert "Does the busbar carry 4000 A?" in asked["body"]
    await world.happens(judged("production", feasible=False, note="Not before May"), number=NUMBER)
    deng = notification.client("deng", "contract_desk")
    (answer,) = await listed(deng, "/inbox", 1, person="deng")
    assert "Not before May" in answer["body"]
    assert (await deng.post(f"/messages/{answer['id']}/read-mark")).json()["readers"] == ["deng"]


async def test_legal_and_finance_read_and_mark_what_they_are_to_review(
    world: World, notification: LocalService
) -> None:
    fact = next(fact for fact in EXAMPLES if isinstance(fact, ContractReviewRequested))
    await world.happens(requested(), fact, number=NUMBER)
    for name in ("legal", "finance"):
        reviewer = notification.client("x", name)
        (note,) = await listed(reviewer, "/inbox", 1, order_number=NUMBER)
        assert note["template"] == "contract_to_review"
        assert (await reviewer.post(f"/messages/{note['id']}/read-mark")).status_code == 200
    auditor = notification.client("au", "auditor")
    refused = await auditor.post(f"/messages/{note['id']}/read-mark")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/role-missing")


async def test_the_messages_of_an_order_are_found_by_its_number(
    world: World, notification: LocalService
) -> None:
    await world.happens(received(ANN), OrderFoundIncomplete(missing=("lines",)), number=NUMBER)
    await world.happens(received(ANN), number="8N4P-3R5T-1")
    auditor = notification.client("au", "auditor")
    found = await listed(auditor, "/messages", 3, order_number=NUMBER)
    assert sorted(one["template"] for one in found) == [
        "items_missing",
        "items_to_find_out",
        "order_received",
    ]
    (pending,) = await listed(auditor, "/messages", 1, order_number=NUMBER, template="order_received")
    one = (await auditor.get(f"/messages/{pending['id']}")).json()
    assert one["state"]["state"] == pending["state"] == "pending"
    assert one["state"]["recipient"] == {"kind": "customer", "name": "C-2", "address": ANN.email}

    whole = (await auditor.get(f"/correspondence/{NUMBER}")).json()
    assert [message["template"] for message in whole["state"]["messages"]] == [
        "order_received",
        "items_missing",
        "items_to_find_out",
    ]
    before = (await auditor.get(f"/correspondence/{NUMBER}", params={"as_of": "2"})).json()
    assert len(before["state"]["messages"]) == 1


async def test_people_of_another_company_find_nothing(world: World, notification: LocalService) -> None:
    await world.happens(received(ANN), OrderCompleted(content=CONTENT), number=NUMBER)
    (note,) = await listed(notification.client("sun", "sales"), "/inbox", 1)
    ours, theirs = (notification.client("x", "sales", company=company) for company in ("HV", "MV"))
    assert len(await listed(ours, "/inbox", 1)) == 1
    assert len(await listed(ours, "/messages", 2)) == 2
    assert await listed(theirs, "/inbox", 0) == await listed(theirs, "/messages", 0) == []
    for path in (f"/messages/{note['id']}", f"/messages/{note['id']}/events", f"/correspondence/{NUMBER}"):
        assert (await ours.get(path)).status_code == 200
        assert (await theirs.get(path)).status_code == 404
    assert (await theirs.post(f"/messages/{note['id']}/read-mark")).status_code == 404
    none = f"{NUMBER}.000000000000"
    for path in ("/messages/{}", "/messages/{}/events"):
        answers = [(await theirs.get(path.format(id))).json()["detail"] for id in (note["id"], none)]
        assert answers[0] == answers[1], "it must not show that there is such a message"


async def test_goods_for_several_companies_concern_the_group_alone(
    world: World, notification: LocalService
) -> None:
    ordered = next(fact for fact in EXAMPLES if isinstance(fact, PurchaseOrdered))
    arrived = next(fact for fact in EXAMPLES if isinstance(fact, GoodsReceived))
    await world.happens(ordered, arrived)
    (note,) = await listed(notification.client("ines", "inspector"), "/inbox", 1, purchase_order="P-1")
    assert note["order_number"] is None
    assert await listed(notification.client("ivo", "inspector", company="HV"), "/inbox", 0) == []


async def test_unknown_messages_are_not_found(notification: LocalService) -> None:
    sales = notification.client("sun", "sales")
    for id in ("nobody", f"{NUMBER}.000000000000", "a%20b", "%00"):
        for path in (f"/messages/{id}", f"/messages/{id}/events"):
            assert (await sales.get(path)).status_code == 404
        assert (await sales.post(f"/messages/{id}/read-mark")).status_code == 404


async def test_every_route_wants_a_token(notification: LocalService) -> None:
    for path in ("/inbox", "/messages", "/messages/a.b", "/messages/a.b/events", f"/correspondence/{NUMBER}"):
        assert (await notification.nobody.get(path)).status_code == 401
    assert (await notification.nobody.post("/messages/a.b/read-mark")).status_code == 401


async def test_every_fact_of_a_whole_life_is_told_and_nothing_is_parked(
    world: World, notification: LocalService
) -> None:
    facts: list[Event] = [fact for fact in EXAMPLES if not fact.name.startswith("purchase.")]
    for number in ("A", "B"):
        await world.happens(*facts, number=number)
    await world.happens(*(fact for fact in EXAMPLES if fact.name.startswith("purchase.")))
    auditor = notification.client("au", "auditor")
    while True:
        both = [
            (await auditor.get("/messages", params={"order_number": n, "template": "parts_ready"})).json()
            for n in ("A", "B")
        ]
        if all(len(page["items"]) == 5 for page in both):
            break
        await asyncio.sleep(0.05)
    runtime = notification.runtime
    assert await runtime.pool.fetchval("SELECT count(*) FROM feed.parked") == 0
    head = await runtime.log.head()
    told = await runtime.log.page(0, 5000)
    for projection in service.projections:
        assert await runtime.shown(projection, head, 5)
        rows: dict[str, Any] = {}
        for fact in told:
            if isinstance(fact.event, projection.handles):
                rows[projection.key(fact)] = projection.show(rows.get(projection.key(fact)), fact)
        stored = await runtime.pool.fetch(f"SELECT * FROM read.{projection.name}")
        assert {row[0]: projection.load(row) for row in stored} == {
            key: row for key, row in rows.items() if row is not None
        }
