"""People who work with orders over HTTP, and what they send."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx
from order_story import SYSTEM

from events import Command, Context
from events.testing import MONDAY
from order_intake.order import order
from order_intake.order.acceptance import RecordReview
from order_intake.order.contract import RecordContractReview
from servicekit.testing import LocalService

CONTENT: dict[str, Any] = {
    "lines": [{"item": "CT-110", "model": "LB6-110", "specification": "110 kV, 0.2S", "quantity": 6}],
    "technical_requirements": "IEC 61869",
    "quality_requirements": "as standard",
    "delivery_date": "2026-06-30",
}
RECEPTION: dict[str, Any] = {
    "customer": {"id": "C-7", "name": "Åbo Kraft", "email": "orders@abo.example", "language": "en"},
    "product_company": "HV",
    "channel": "erp",
    "reference": "PO-17",
    "content": CONTENT,
}
QUOTATION: dict[str, Any] = {
    "lines": [{"item": "CT-110", "quantity": 6, "amount": "1200.10"}],
    "total": "1200.10",
    "currency": "EUR",
    "valid_until": "2026-02-01",
}
DIGEST = sha256(b"the contract").hexdigest()
PARTS = [{"part": "CORE-1", "name": "Core", "kind": "component", "quantity": 6}]


class Office:
    """Sales, the contract desk and the general manager at work."""

    def __init__(self, intake: LocalService) -> None:
        self.intake = intake
        self.sales = intake.client("sun", "sales")
        self.desk = intake.client("deng", "contract_desk")
        self.general_manager = intake.client("gao", "general_manager", company="HV")

    async def receive(self, **other: Any) -> str:
        answer = await self.sales.post("/orders", json={**RECEPTION, **other})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def by_sales(self, number: str, step: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return done(await self.sales.post(f"/orders/{number}/{step}", json=body or {}))

    async def by_desk(self, number: str, step: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return done(await self.desk.post(f"/orders/{number}/{step}", json=body or {}))

    async def reviewed(self, number: str, outcome: str = "accepted", **more: Any) -> None:
        """What the reaction to a concluded review does."""
        verdict = {"content_version": 1, "outcome": outcome, "reason": "as judged", "decided_by": "gao"}
        await self.recorded(number, RecordReview.model_validate({**verdict, **more}))

    async def recorded(self, number: str, command: Command) -> None:
        """What a reaction to a fact of another service gives."""
        await self.intake.runtime.handler.handle(order, number, command, Context(by=SYSTEM, at=MONDAY))

    async def instructed(self) -> str:
        """An order on its shortest way to its production instruction."""
        number = await self.receive()
        await self.by_sales(number, "requirements-confirmation", {"content_version": 1})
        await self.reviewed(number)
        await self.by_sales(number, "quotations", QUOTATION)
        await self.by_sales(number, "quotation-answer", {"round": 1, "agreed": True})
        await self.contract_signed(number)
        await self.by_desk(number, "production-instruction", {"parts": PARTS})
        return number

    async def contract_signed(self, number: str) -> None:
        await self.by_desk(number, "contract", {"contract": "HT-1", "digest": DIGEST})
        clear = RecordContractReview(contract="HT-1", digest=DIGEST, outcome="cleared")
        await self.recorded(number, clear)
        for side in ("company", "customer"):
            signature = {"side": side, "digest": DIGEST, "signatory": "Aino Virta"}
            await self.by_desk(number, "contract/signatures", signature)


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result
