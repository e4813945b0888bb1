"""Orders through order-intake, review and procurement as they are wired, on real databases."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from launch.databases import Database
from launch.fixtures import Postgres
from order_intake.app import service as order_intake
from procurement.app import service as procurement
from review.app import service as review
from servicekit import Service
from servicekit.testing import LocalService, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
CONTENT: dict[str, Any] = {
    "lines": [{"item": "CT-110", "model": "LB6-110", "specification": "110 kV, 0.2S", "quantity": 6}],
    "technical_requirements": "IEC 61869",
    "quality_requirements": "as standard",
    "delivery_date": "2099-06-30",
}
DIGEST = "a" * 64
OPINION = {"content_version": 1, "feasible": True, "opinion": "it can be done"}


@dataclass(frozen=True)
class House:
    """Everybody who works on orders, at the three services."""

    intake: LocalService
    review: LocalService

    async def order(self, **content: Any) -> str:
        """An order whose requirements are confirmed, of a customer of its own: two alike would be doubted (S3)."""
        reception = {
            "customer": {"id": f"C-{secrets.token_hex(4)}", "name": "Åbo Kraft"},
            "product_company": "HV",
            "channel": "mail",
        }
        body = {**reception, "content": {**CONTENT, **content}}
        answer = await self.intake.client("sun", "sales").post("/orders", json=body)
        assert answer.status_code == 201, answer.text
        number = str(answer.json()["id"])
        if content.get("complete_set"):
            await self.sales(number, "project", project={"name": "Turku substation", "site": "Turku"})
        await self.sales(number, "requirements-confirmation", content_version=1)
        return number

    async def sales(self, number: str, step: str, **body: Any) -> None:
        await said(self.intake.client("sun", "sales"), f"/orders/{number}/{step}", body)

    async def desk(self, number: str, step: str, **body: Any) -> None:
        await said(self.intake.client("deng", "contract_desk"), f"/orders/{number}/{step}", body)

    async def reviewer(self, role: str, number: str, step: str, **body: Any) -> None:
        company = None if role in {"contract_desk", "logistics"} else "HV"
        client = self.review.client(f"the {role}", role, company=company)
        await said(client, f"/cases/{number}/{step}", {"content_version": 1, **body})

    async def clauses_judged(self, number: str) -> None:
        """From all three sides (S6), without findings."""
        await until(self.review, f"/contracts/{number}", "in_review")
        for aspect, role in (("risk", "general_manager"), ("legal", "legal"), ("financial", "finance")):
            company = "HV" if role == "general_manager" else None
            client = self.review.client(f"the {role}", role, company=company)
            await said(client, f"/contracts/{number}/clause-judgements", {"aspect": aspect, "digest": DIGEST})

    async def becomes(self, number: str, state: str) -> dict[str, Any]:
        return await until(self.intake, f"/orders/{number}", state)

    async def case_becomes(self, number: str, state: str) -> dict[str, Any]:
        return await until(self.review, f"/cases/{number}", state)


async def said(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, f"{path}: {answer.text}"


async def until(service: LocalService, path: str, state: str) -> dict[str, Any]:
    """Ask until it stands there, for as long as the test may take."""
    auditor = service.client("auditor", "auditor")
    while True:
        answer = await auditor.get(path)
        if answer.status_code == 200 and answer.json()["state"]["state"] == state:
            found: dict[str, Any] = answer.json()["state"]
            return found
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def databases(postgres: Postgres) -> Iterator[dict[str, Database]]:
    names = {service.name: f"test_{secrets.token_hex(6)}" for service in (order_intake, review, procurement)}
    yield {service: postgres.create_database(name) for service, name in names.items()}
    for name in names.values():
        postgres.drop_database(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(databases: dict[str, Database]) -> AsyncIterator[House]:
    logs = {name: database.reader_url for name, database in databases.items()}

    async def opened(stack: AsyncExitStack, service: Service) -> LocalService:
        return await stack.enter_async_context(running(service, databases[service.name], log_urls=logs))

    async with AsyncExitStack() as stack:
        await opened(stack, procurement)
        yield House(intake=await opened(stack, order_intake), review=await opened(stack, review))


async def test_a_conventional_order_gets_all_the_way_to_its_parts(house: House) -> None:
    number = await house.order()
    await house.case_becomes(number, "judging")
    await house.reviewer("contract_desk", number, "delivery-judgement", side="contract_desk", feasible=True)
    await house.reviewer("production_manager", number, "delivery-judgement", side="production", feasible=True)
    await house.becomes(number, "accepted")
    lines = [{"item": "CT-110", "quantity": 6, "amount": "1200.10"}]
    quotation = {"lines": lines, "total": "1200.10", "currency": "EUR", "valid_until": "2099-02-01"}
    await house.sales(number, "quotations", **quotation)
    await house.sales(number, "quotation-answer", round=1, agreed=True)
    await house.desk(number, "contract", contract="HT-1", digest=DIGEST)
    await house.clauses_judged(number)
    await house.becomes(number, "contract_cleared")
    for side in ("company", "customer"):
        await house.desk(number, "contract/signatures", side=side, digest=DIGEST, signatory="Gao Wen")
    made_outside = {"part": "BOX", "name": "Wooden case", "kind": "wooden_packing", "quantity": 6}
    await house.desk(number, "production-instruction", parts=[made_outside])
    await house.becomes(number, "parts_ready")


async def test_an_order_whose_customer_cannot_wait_is_refused_with_approval(house: House) -> None:
    number = await house.order()
    await house.case_becomes(number, "judging")
    await house.reviewer("contract_desk", number, "delivery-judgement", side="contract_desk", feasible=True)
    no = {"side": "production", "feasible": False, "earliest_date": "2099-08-01"}
    await house.reviewer("production_manager", number, "delivery-judgement", **no)
    await house.becomes(number, "infeasible")
    await house.sales(number, "extension-request")
    await house.sales(
        number, "extension-answer", content_version=1, agreed=False, reason="the outage is fixed"
    )
    await house.case_becomes(number, "refusal_proposed")
    await house.reviewer("general_manager", number, "refusal-decision", approved=True, reason="no capacity")
    refused = await house.becomes(number, "refused")
    assert refused["end"]["approved_by"] == "the general_manager"


async def test_a_complete_set_is_accepted_with_conditions_and_amended_in_its_panel(house: House) -> None:
    number = await house.order(complete_set=True)
    await house.case_becomes(number, "panel_due")
    await house.reviewer("contract_desk", number, "panel", logistics=True)
    await house.reviewer("technical", number, "opinions", **OPINION, department="technical")
    content = {**CONTENT, "complete_set": True, "delivery_date": "2099-07-31"}
    await house.sales(number, "amendments", content=content, reason="site is late")
    await house.case_becomes(number, "voided")
    await house.sales(number, "requirements-confirmation", content_version=2)
    await house.case_becomes(number, "panel_due")
    await house.reviewer("contract_desk", number, "panel", content_version=2)
    for department in ("technical", "quality", "production"):
        opinion = {**OPINION, "department": department, "content_version": 2}
        await house.reviewer(department, number, "opinions", **opinion)
    conditional = {"decision": "accept_with_conditions", "conditions": ["copper"], "reason": "worth it"}
    await house.reviewer("general_manager", number, "decision", content_version=2, **conditional)
    await house.becomes(number, "conditions_proposed")
    await house.sales(number, "conditions-answer", content_version=2, agreed=True)
    accepted = await house.becomes(number, "accepted")
    assert accepted["agreed"]["conditions"] == ["copper"]


async def test_a_withdrawn_order_leaves_nobody_with_work(house: House) -> None:
    number = await house.order()
    await house.case_becomes(number, "judging")
    await house.sales(number, "withdrawal", reason="no money")
    closed = await house.case_becomes(number, "closed")
    assert closed["waiting_for"] == []
