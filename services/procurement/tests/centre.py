"""The logistics centre over HTTP: its people, and order-intake, which they hear."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from buying import SYSTEM

from events import Context, Event, Log
from events.contracts.common import BillItem, Content
from events.contracts.orders import ProductionInstructed
from events.testing import MONDAY
from procurement.app import service
from servicekit.testing import LocalService

FIRST, SECOND = "7K3M-2Q9X-0", "8N4P-3R5T-1"


class Centre:
    """The people of the logistics centre, and what is seen of their work."""

    def __init__(self, procurement: LocalService, intake: Log) -> None:
        self.service = procurement
        self.buyer = procurement.client("bao", "buyer")
        self.warehouse = procurement.client("wang", "logistics")
        self.inspector = procurement.client("ines", "inspector")
        self._intake = intake

    async def hear(self, number: str, fact: Event) -> None:
        """Order-intake records something about an order."""
        context = Context(
            by=SYSTEM, at=MONDAY, correlation="test", traceparent=f"00-{'a' * 32}-{'b' * 16}-01"
        )
        history = await self._intake.history(f"order-{number}", None)
        await self._intake.append(f"order-{number}", history.tip, [fact], context, key=number)

    async def instruct(self, number: str, *bill: BillItem, company: str = "HV") -> None:
        """An order gets its production instruction (C17), and its needs are known."""
        instructed = ProductionInstructed(
            product_company=company, content=Content(), delivery_date=MONDAY.date(), parts=bill
        )
        await self.hear(number, instructed)
        await self.requirement(
            number, "to_order" if any(one.kind == "component" for one in bill) else "ready"
        )

    async def requirement(self, number: str, state: str) -> Any:
        """The order's needs, as soon as they are in this state."""
        while True:
            answer = await self.buyer.get(f"/requirements/{number}")
            if answer.status_code == 200 and answer.json()["state"]["state"] == state:
                return answer.json()["state"]
            await asyncio.sleep(0.02)

    async def register(self, supplier: str = "S-17", *offers: dict[str, Any]) -> None:
        """A supplier with what it offers, seen by all lists."""
        path = f"/suppliers/{supplier}"
        done(await self.buyer.post(f"{path}/registration", json={"supplier_name": f"{supplier} Relays"}))
        for one in offers:
            terms = {"channel": "distributor", "lead_time_days": 10, "currency": "CNY"} | one
            listed = done(await self.buyer.post(f"{path}/offers", json=terms))
            position = {"Log-Position": str(listed["position"])}
            done(await self.buyer.get("/lead-times", params={"part": one["part"]}, headers=position))

    async def place(self, *lines: tuple[str, str, int], **more: Any) -> httpx.Response:
        headers = more.pop("headers", {})
        body = {"supplier": "S-17", "lines": named(*lines)} | more
        return await self.buyer.post("/purchase-orders", json=body, headers=headers)

    async def receive(self, id: str, *lines: tuple[str, str, int]) -> Any:
        body = {"lines": named(*lines)}
        return done(await self.warehouse.post(f"/purchase-orders/{id}/receipts", json=body))

    async def inspect(self, id: str, delivery: int, **result: Any) -> Any:
        body = {"delivery": delivery, **result}
        return done(await self.inspector.post(f"/purchase-orders/{id}/inspections", json=body))

    async def history(self, path: str) -> list[str]:
        """The names of all that happened to a thing."""
        return [one["type"] for one in done(await self.buyer.get(f"{path}/events"))["items"]]

    async def check_replay(self) -> None:
        """Every read model holds what a fresh replay of the log gives."""
        runtime = self.service.runtime
        facts = await runtime.log.page(0)
        for projection in service.projections:
            assert await runtime.shown(projection, facts[-1].position, 5)
            rows: dict[str, Any] = {}
            for fact in facts:
                if isinstance(fact.event, projection.handles):
                    rows[projection.key(fact)] = projection.show(rows.get(projection.key(fact)), fact)
            stored = await runtime.pool.fetch(f"SELECT * FROM read.{projection.name}")
            assert {row[0]: projection.load(row) for row in stored} == {
                key: row for key, row in rows.items() if row is not None
            }

    async def parked(self) -> int:
        """How many events could not be handled."""
        found = await self.service.runtime.pool.fetchval("SELECT count(*) FROM feed.parked")
        assert isinstance(found, int)
        return found


def named(*lines: tuple[str, str, int]) -> list[dict[str, Any]]:
    return [{"order": order, "part": part, "quantity": n} for order, part, n in lines]


def done(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()
