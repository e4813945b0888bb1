"""An order's page and timeline over all four services, on real databases and sockets."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from people_of_orders import BILL, CONTENT, CUSTOMER

from events import Actor, Context, Tip
from events.contracts.purchases import PurchaseLine, PurchaseOrdered
from launch.databases import Database
from launch.fixtures import Postgres
from launch.proxy import Proxy, proxied
from notification.app import service as notification
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from procurement.parts import parts
from procurement.parts.instruction import RequireParts
from review.app import service as review
from servicekit import Service, create_app
from servicekit.migrate import migrate
from servicekit.testing import LocalService, TokenIssuer, listening, settings_for, token_issuer

SYSTEM = Actor("procurement", frozenset({"system"}))
BUYER = Actor("bao", frozenset({"buyer"}))


@dataclass
class Four:
    """The services on their sockets; order-intake asks review through a proxy that can be cut."""

    issuer: TokenIssuer
    peers: dict[str, str] = field(default_factory=dict)
    review: Proxy | None = None
    services: dict[str, LocalService] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, path: str, company: str | None = None, of: str = "order-intake", **query: str
    ) -> httpx.Response:
        """A GET by an auditor, of the group or of a company."""
        token = self.issuer.token("otto", "auditor", company=company)
        async with httpx.AsyncClient(base_url=self.urls[of], timeout=20) as client:
            return await client.get(path, params=query, headers={"Authorization": f"Bearer {token}"})

    async def read(self, path: str, company: str | None = None, **query: str) -> Any:
        answer = await self.ask(path, company, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def receive(self, company: str) -> str:
        """An order of this company, confirmed, so that its review begins."""
        token = self.issuer.token("sun", "sales")
        headers = {"Authorization": f"Bearer {token}"}
        content = json.loads(CONTENT.model_copy(update={"technical_requirements": company}).model_dump_json())
        content["delivery_date"] = "2090-06-30"
        body = {
            "customer": CUSTOMER.model_dump(mode="json"), "product_company": company, "channel": "erp",
            "content": content,
        }  # fmt: skip
        async with httpx.AsyncClient(base_url=self.urls["order-intake"], headers=headers) as client:
            answer = await client.post("/orders", json=body)
            assert answer.status_code == 201, answer.text
            number = str(answer.json()["id"])
            confirmation = {"content_version": 1}
            answer = await client.post(f"/orders/{number}/requirements-confirmation", json=confirmation)
            assert answer.status_code == 200, answer.text
        return number

    async def require(self, number: str, company: str) -> None:
        """Procurement learns that the order is instructed."""
        context = Context(by=SYSTEM, at=datetime.now(UTC))
        command = RequireParts(product_company=company, bill=BILL)
        await self.services["procurement"].runtime.handler.handle(parts, number, command, context)

    async def bundle(self, *numbers: str) -> None:
        """One purchase order for orders of several companies."""
        lines = tuple(PurchaseLine(order=number, part="CORE-1", quantity=1) for number in numbers)
        placed = PurchaseOrdered(supplier="S-1", supplier_name="Cores", lines=lines, ordered_by="bao")
        context = Context(by=BUYER, at=datetime.now(UTC))
        log = self.services["procurement"].runtime.log
        await log.append("purchase-P-1", Tip(), [placed], context, key="P-1")


@pytest.fixture
def databases(postgres: Postgres) -> Iterator[dict[str, Database]]:
    names = {
        one.name: f"test_{secrets.token_hex(6)}" for one in (order_intake, review, procurement, notification)
    }
    yield {service: postgres.create_database(name) for service, name in names.items()}
    for name in names.values():
        postgres.drop_database(name)


@pytest.fixture
async def four(databases: dict[str, Database]) -> AsyncIterator[Four]:
    logs = {name: database.reader_url for name, database in databases.items()}
    async with AsyncExitStack() as stack:
        four = Four(stack.enter_context(token_issuer()))

        async def start(service: Service) -> None:
            more = {"log_urls": logs, "peers": four.peers, "peer_patience": 15}
            settings = settings_for(databases[service.name], four.issuer, **more)
            await asyncio.to_thread(migrate, service, settings)
            app = create_app(service, settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            opened = four.services[service.name] = LocalService(app, app.state.runtime, four.issuer)
            four.urls[service.name] = await stack.enter_async_context(listening(opened))

        for service in (review, procurement, notification):
            await start(service)
        four.review, proxy = await stack.enter_async_context(proxied(four.urls["review"]))
        four.peers |= four.urls | {"review": proxy}
        await start(order_intake)
        yield four


async def until(ask: Callable[[], Awaitable[Any]], good: Callable[[Any], bool]) -> Any:
    """Ask again until it is so; the others react in their own time."""
    while not good(found := await ask()):
        await asyncio.sleep(0.1)
    return found


async def test_the_page_and_the_timeline_show_all_services_and_only_to_those_concerned(four: Four) -> None:
    mine, theirs = await four.receive("HV"), await four.receive("LV")
    for number, company in ((mine, "HV"), (theirs, "LV")):
        await four.require(number, company)
    await four.bundle(mine, theirs)
    page = await until(
        lambda: four.read(f"/orders/{mine}/page"),
        lambda page: page["purchase_orders"] and page["review"] and page["messages"],
    )
    assert page["unavailable"] == []
    assert page["order"]["href"] == f"/orders/{mine}"
    assert page["order"]["state"]["state"] == "in_review"
    assert page["review"]["href"] == f"/cases/{mine}"
    assert page["contract_review"] is None
    assert page["requirement"]["href"] == f"/requirements/{mine}"
    assert [one["href"] for one in page["purchase_orders"]] == ["/purchase-orders/P-1"]
    assert page["messages"]["state"]["messages"]
    for part in ("order", "review", "requirement"):  # the links lead somewhere
        service = {"order": "order-intake", "review": "review", "requirement": "procurement"}[part]
        there = (await four.ask(page[part]["href"], of=service)).json()
        assert there["state"] == page[part]["state"]

    timeline = await four.read(f"/orders/{mine}/timeline")
    entries = timeline["entries"]
    assert {entry["service"] for entry in entries} == set(four.services)
    names = [entry["type"] for entry in entries]
    assert names[0] == "order.received.v1"
    assert names.index("order.requirements_confirmed.v1") < names.index("review.requested.v1")
    assert names.index("purchase.ordered.v1") < names.index("parts.ordered.v1")
    places = {entry["id"]: place for place, entry in enumerate(entries)}
    caused = [entry for entry in entries if entry["causation"] in places]
    assert len(caused) > 4
    assert all(places[entry["causation"]] < places[entry["id"]] for entry in caused)
    confirmed = entries[names.index("order.requirements_confirmed.v1")]
    requested = entries[names.index("review.requested.v1")]
    assert confirmed["who"] == "sun"
    assert requested["who"] == "review"
    assert requested["trace_id"] == confirmed["trace_id"]

    # The company that makes it sees its own; the bundle is the group's, and the other order nobody's of it.
    page = await four.read(f"/orders/{mine}/page", "HV")
    assert page["review"]
    assert page["requirement"]
    assert page["purchase_orders"] == []
    timeline = await four.read(f"/orders/{mine}/timeline", "HV")
    assert "purchase.ordered.v1" not in {entry["type"] for entry in timeline["entries"]}
    assert theirs not in json.dumps([page, timeline])
    for part in ("page", "timeline"):
        hidden, unknown = [await four.ask(f"/orders/{one}/{part}", "LV") for one in (mine, "0000-0000-0")]
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.json() | {"trace_id": ""} == unknown.json() | {"trace_id": ""}
    for service in four.services:
        for part in ("", "/events"):
            assert (await four.ask(f"/of-order/{mine}{part}", "LV", of=service)).json() == []
            assert (await four.ask(f"/of-order/{mine}{part}", "HV", of=service)).json()
        stream = (await four.ask("/events", "LV", of=service)).text
        assert theirs in stream
        assert mine not in stream
        assert "purchase-P-1" not in stream

    # As it was before the others had heard of it.
    before = entries[0]["time"]
    page = await four.read(f"/orders/{mine}/page", as_of=before)
    assert page["order"]["state"]["state"] == "complete"
    assert page["review"] is page["requirement"] is page["messages"] is None
    entries = (await four.read(f"/orders/{mine}/timeline", as_of=before))["entries"]
    assert {entry["time"] for entry in entries} == {before}
    for part in ("page", "timeline"):
        earlier = await four.ask(f"/orders/{mine}/{part}", as_of="2020-01-01T00:00:00Z")
        assert earlier.status_code == 404
        assert (await four.ask(f"/orders/{mine}/{part}", as_of="3")).status_code == 422

    # Whoever is away is named, and the rest is there.
    assert four.review
    await four.review.cut()
    page = await four.read(f"/orders/{mine}/page")
    timeline = await four.read(f"/orders/{mine}/timeline")
    assert page["unavailable"] == timeline["unavailable"] == [{"service": "review", "reason": "away"}]
    assert page["requirement"]
    assert "parts.required.v1" in {entry["type"] for entry in timeline["entries"]}
