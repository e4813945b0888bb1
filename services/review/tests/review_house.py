"""Review with the people who work with it over HTTP; what order-intake says is given by the test."""

from __future__ import annotations

from typing import Any

import httpx
from case_story import CUSTOMER, SYSTEM

from events import Command, Context
from events.contracts.common import Content
from events.testing import MONDAY
from review.case import case
from review.case.request import RequestReview
from review.contract import contract
from review.contract.request import RequestContractReview
from servicekit.testing import LocalService

NUMBER = "7K3M-2Q9X-0"
OPINION = {"content_version": 1, "feasible": True, "opinion": "it can be done"}


class House:
    """The people who review."""

    def __init__(self, review: LocalService) -> None:
        self.review = review
        self.desk = review.client("deng", "contract_desk")
        self.logistics = review.client("luo", "logistics")
        self.legal = review.client("liang", "legal")
        self.finance = review.client("fang", "finance")
        self.technical = review.client("tang", "technical", company="HV")
        self.quality = review.client("qian", "quality", company="HV")
        self.production = review.client("peng", "production_manager", company="HV")
        self.general_manager = review.client("gao", "general_manager", company="HV")
        self.deputy = review.client("fu", "deputy_general_manager", company="HV")

    async def hears(self, command: Command, number: str = NUMBER) -> int:
        """What the reaction to a fact of order-intake does. Gives the log's position after it."""
        context = Context(by=SYSTEM, at=MONDAY)
        handler = self.review.runtime.handler
        if isinstance(command, RequestContractReview):
            return (await handler.handle(contract, number, command, context)).position
        return (await handler.handle(case, number, command, context)).position

    async def asked(
        self, content: Content, number: str = NUMBER, *, company: str = "HV", by: str = "sun"
    ) -> int:
        """Requirements were confirmed."""
        request = RequestReview(
            customer=CUSTOMER, product_company=company, content=content, content_version=1, requested_by=by
        )
        return await self.hears(request, number)

    async def panel_speaks(self, number: str = NUMBER) -> None:
        """The desk convenes, and all departments give their opinions."""
        await say(self.desk, f"/cases/{number}/panel")
        for who, department in (
            (self.technical, "technical"),
            (self.quality, "quality"),
            (self.production, "production"),
        ):
            await say(who, f"/cases/{number}/opinions", **OPINION, department=department)


async def say(who: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """A word that is taken."""
    answer = await who.post(path, json={"content_version": 1, **body} if path.startswith("/cases") else body)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done
