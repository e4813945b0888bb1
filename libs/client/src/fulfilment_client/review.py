"""Whether an order can be made, and its contract be signed: who judges, decides and approves.

Generated from docs/openapi/review.json by `python -m checks client --write`; do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from fulfilment_client.common import (
    Counts,
    Done,
    Entry,
    Found,
    Happened,
    IssuedKey,
    ListedKey,
    RevokeApiKey,
    StandsAt,
    WantApiKey,
)
from fulfilment_client.connection import Connection, part
from fulfilment_client.following import Fact, facts
from fulfilment_client.pages import Pages


class Review:
    """Whether an order can be made, and its contract be signed: who judges, decides and approves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_cases(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[str] | None = None,
        waiting_for: Sequence[str] | None = None,
        kind: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        outcome: Sequence[str] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        requested_at_from: datetime | None = None,
        requested_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        order: Literal[
            "-delivery_date",
            "-number",
            "-requested_at",
            "-since",
            "delivery_date",
            "number",
            "requested_at",
            "since",
        ]
        | None = None,
    ) -> Pages[CaseRow]:
        """All cases, where they stand, and who is waited for since when."""
        return Pages(
            self._connection,
            "/cases",
            CaseRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "kind": kind,
                "company": company,
                "customer_id": customer_id,
                "outcome": outcome,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "requested_at_from": requested_at_from,
                "requested_at_before": requested_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "order": order,
            },
        )

    async def count_cases(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[str] | None = None,
        waiting_for: Sequence[str] | None = None,
        kind: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        outcome: Sequence[str] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        requested_at_from: datetime | None = None,
        requested_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        by: Sequence[Literal["state", "waiting_for", "kind", "company", "customer_id", "outcome"]]
        | None = None,
    ) -> Counts:
        """How many of these: all cases, where they stand, and who is waited for since when."""
        return await self._connection.read(
            "/cases/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "kind": kind,
                "company": company,
                "customer_id": customer_id,
                "outcome": outcome,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "requested_at_from": requested_at_from,
                "requested_at_before": requested_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "by": by,
            },
        )

    async def judge_delivery(
        self, id: str, body: JudgeDelivery, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Can the delivery date of a conventional order be met? (C6)."""
        return await self._connection.command(
            f"/cases/{part(id)}/delivery-judgement", Done, body, key=key, if_version=if_version
        )

    async def convene_panel(
        self, id: str, body: ConvenePanel, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Call the departments together on a non-conventional order (C9)."""
        return await self._connection.command(
            f"/cases/{part(id)}/panel", Done, body, key=key, if_version=if_version
        )

    async def give_opinion(
        self, id: str, body: GiveOpinion, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """A department's opinion: side by side, production's last (C10 to C13)."""
        return await self._connection.command(
            f"/cases/{part(id)}/opinions", Done, body, key=key, if_version=if_version
        )

    async def ask_reviewer(
        self, id: str, body: AskReviewer, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Return the case to one reviewer with a question; their next word answers it."""
        return await self._connection.command(
            f"/cases/{part(id)}/questions", Done, body, key=key, if_version=if_version
        )

    async def decide_case(
        self, id: str, body: DecideCase, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Accept, accept with conditions, or refuse a non-conventional order (C14)."""
        return await self._connection.command(
            f"/cases/{part(id)}/decision", Done, body, key=key, if_version=if_version
        )

    async def decide_refusal(
        self, id: str, body: DecideRefusal, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Approve refusing an order whose customer cannot wait, or take it all the same (C8)."""
        return await self._connection.command(
            f"/cases/{part(id)}/refusal-decision", Done, body, key=key, if_version=if_version
        )

    async def judge_delivery_batch(self, body: JudgeDeliveryBatch, *, key: str | None = None) -> BatchOutcome:
        """Judge many delivery dates at once, each with its own outcome (C6)."""
        return await self._connection.command("/cases/delivery-judgements", BatchOutcome, body, key=key)

    async def give_opinion_batch(self, body: GiveOpinionBatch, *, key: str | None = None) -> BatchOutcome:
        """Give opinions on many cases at once, each with its own outcome (C10 to C13)."""
        return await self._connection.command("/cases/opinions", BatchOutcome, body, key=key)

    async def decide_case_batch(self, body: DecideCaseBatch, *, key: str | None = None) -> BatchOutcome:
        """Decide on many cases at once, each with its own outcome (C14)."""
        return await self._connection.command("/cases/decisions", BatchOutcome, body, key=key)

    async def read_review(self, id: str, *, as_of: str | None = None) -> Found:
        """One review, current or as of any past moment."""
        return await self._connection.read(f"/cases/{part(id)}", Found, {"as_of": as_of})

    def history_of_review(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one review."""
        return Pages(self._connection, f"/cases/{part(id)}/events", Happened, {"limit": limit})

    def list_contracts(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[str] | None = None,
        waiting_for: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        contract: Sequence[str] | None = None,
        drafted_by: Sequence[str] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        requested_at_from: datetime | None = None,
        requested_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        order: Literal[
            "-delivery_date",
            "-number",
            "-requested_at",
            "-since",
            "delivery_date",
            "number",
            "requested_at",
            "since",
        ]
        | None = None,
    ) -> Pages[ContractRow]:
        """All drafted contracts, how their review goes, and who is waited for since when."""
        return Pages(
            self._connection,
            "/contracts",
            ContractRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "company": company,
                "customer_id": customer_id,
                "contract": contract,
                "drafted_by": drafted_by,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "requested_at_from": requested_at_from,
                "requested_at_before": requested_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "order": order,
            },
        )

    async def count_contracts(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[str] | None = None,
        waiting_for: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        contract: Sequence[str] | None = None,
        drafted_by: Sequence[str] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        requested_at_from: datetime | None = None,
        requested_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        by: Sequence[Literal["state", "waiting_for", "company", "customer_id", "contract", "drafted_by"]]
        | None = None,
    ) -> Counts:
        """How many of these: all drafted contracts, how their review goes, and who is waited for since when."""
        return await self._connection.read(
            "/contracts/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "company": company,
                "customer_id": customer_id,
                "contract": contract,
                "drafted_by": drafted_by,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "requested_at_from": requested_at_from,
                "requested_at_before": requested_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "by": by,
            },
        )

    async def judge_clauses(
        self, id: str, body: JudgeClauses, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Judge a drafted contract's risk, legal or financial clauses (S6)."""
        return await self._connection.command(
            f"/contracts/{part(id)}/clause-judgements", Done, body, key=key, if_version=if_version
        )

    async def read_contract(self, id: str, *, as_of: str | None = None) -> Found:
        """One contract, current or as of any past moment."""
        return await self._connection.read(f"/contracts/{part(id)}", Found, {"as_of": as_of})

    def history_of_contract(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one contract."""
        return Pages(self._connection, f"/contracts/{part(id)}/events", Happened, {"limit": limit})

    def work_list(
        self, *, limit: int | None = None, at_least: int | None = None, as_of: str | None = None
    ) -> Pages[Work]:
        """What waits for you, by delivery date and then by how long it has waited."""
        return Pages(
            self._connection, "/work-list", Work, {"limit": limit, "at_least": at_least, "as_of": as_of}
        )

    async def issue_api_key(self, body: WantApiKey, *, key: str | None = None) -> IssuedKey:
        """Issue an API key for another system; it is shown once."""
        return await self._connection.command("/api-keys", IssuedKey, body, key=key)

    def list_api_keys(self, *, limit: int | None = None, as_of: str | None = None) -> Pages[ListedKey]:
        """The API keys of this service, without their secrets."""
        return Pages(self._connection, "/api-keys", ListedKey, {"limit": limit, "as_of": as_of})

    async def revoke_api_key(
        self,
        id: str,
        body: RevokeApiKey | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Revoke an API key, from the next request on."""
        return await self._connection.command(
            f"/api-keys/{part(id)}/revocation", Done, body, key=key, if_version=if_version
        )

    def events(
        self,
        *,
        type: Sequence[str] | None = None,
        order: Sequence[str] | None = None,
        after: str | None = None,
        follow: bool | None = None,
        limit: int | None = None,
    ) -> AsyncGenerator[Fact, None]:
        """The log of this service, as it is and as it grows."""
        return facts(
            self._connection,
            "/events",
            {"type": type, "order": order, "after": after, "follow": follow, "limit": limit},
        )

    async def things_of_order(self, id: str, *, as_of: datetime | None = None) -> list[StandsAt]:
        """Where the things stand that this service has of an order."""
        return await self._connection.read(f"/of-order/{part(id)}", list[StandsAt], {"as_of": as_of})

    async def events_of_order(self, id: str, *, as_of: datetime | None = None) -> list[Entry]:
        """What happened in this service to the things of an order."""
        return await self._connection.read(f"/of-order/{part(id)}/events", list[Entry], {"as_of": as_of})


class CaseRow(BaseModel):
    """One case; its number is the order's. `waiting_for` are roles."""

    number: str
    customer_id: str
    customer_name: str
    company: str
    kind: str | None
    reasons: list[str]
    rule_set: str | None
    state: str
    waiting_for: list[str]
    waiting_since: dict[str, AwareDatetime]
    questions: dict[str, str]
    departments: list[str]
    spoken: list[str]
    judges: dict[str, str]
    outcome: str | None
    content_version: int
    delivery_date: date | None
    requested_by: str
    prepared_by: list[str]
    requested_at: AwareDatetime
    since: AwareDatetime
    updated_at: AwareDatetime


class ContractRow(BaseModel):
    """The review of an order's last draft; its number is the order's. `waiting_for` are roles."""

    number: str
    contract: str
    digest: str
    document: str | None
    customer_id: str | None
    customer_name: str | None
    company: str | None
    total: str | None
    currency: str | None
    delivery_date: date | None
    state: str
    waiting_for: list[str]
    waiting_since: dict[str, AwareDatetime]
    judges: dict[str, str]
    findings: int
    drafts: int
    drafted_by: str
    requested_at: AwareDatetime
    since: AwareDatetime
    updated_at: AwareDatetime


class ItemOutcome(BaseModel):
    """What became of one item."""

    id: str
    status: int
    """The status that a request of its own would have had."""
    replayed: bool
    """Whether this is the first outcome of a repeated key."""
    done: Done | None
    """What it led to; null when it failed."""
    problem: dict[str, Any] | None
    """Why it failed, as ProblemBody; null when it did not."""


class Waiting(BaseModel):
    """Somebody who is waited for."""

    role: str
    since: AwareDatetime


class Work(BaseModel):
    """One word that waits for the asker."""

    work: str
    """What is to be done: the command's name."""
    thing: str
    number: str
    """The order's."""
    role: str
    """For whom it is to be done; the general manager's deputy does it as well."""
    post_to: str
    """Where the word is given."""
    href: str
    """All that is known of it."""
    question: str | None
    """What the asker was asked when the case was returned to them."""
    customer_name: str | None
    company: str | None
    delivery_date: date | None
    since: AwareDatetime
    """When the asker's role came to be waited for."""
    others: list[Waiting]
    """Who else is waited for now."""


class JudgeDelivery(BaseModel):
    """Say whether the delivery date of a conventional order can be met (C6)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that was judged, as the case shows it."""
    side: Literal["contract_desk", "production"]
    """For whom: the contract desk, or the product company's production."""
    feasible: bool
    """Whether the date can be met."""
    earliest_date: date | None = None
    """The earliest that can be met; needed with a no, so that sales can ask for it (C7)."""
    note: str | None = None
    """What the customer or colleagues should know."""


class ConvenePanel(BaseModel):
    """Call the departments together: technical, quality and production, logistics when needed (C9)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content they are to judge."""
    logistics: bool = False
    """Whether the logistics centre is needed too; it can still be called later."""


class GiveOpinion(BaseModel):
    """Give a department's opinion (C10 to C13). Until the decision a later one replaces it."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that was judged, as the case shows it."""
    department: Literal["technical", "quality", "logistics", "production"]
    """For which department."""
    feasible: bool
    """Whether the order can be made, as far as this department is concerned."""
    opinion: str
    """Why, and what it takes."""
    earliest_date: date | None = None
    """The earliest day this department can be ready for."""


class AskReviewer(BaseModel):
    """Return a case to one reviewer with a question; their next word answers it.

    Only that word is waited for again, and production's where it builds on it (C13)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content the question is about, as the case shows it."""
    to: Literal["contract_desk", "technical", "quality", "logistics", "production"]
    """Who is asked: a department of the panel, or a side of a conventional order's case."""
    question: str
    """What is to be looked at again."""


class DecideCase(BaseModel):
    """Decide on a non-conventional order (C14)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that is decided on, as the case shows it."""
    decision: Literal["accept", "accept_with_conditions", "refuse"]
    """Accept, accept with conditions, or refuse."""
    conditions: list[str] = []
    """What the customer must agree to, such as a technical alternative."""
    delivery_date: date | None = None
    """A later delivery date as a condition."""
    reason: str
    """Why."""


class DecideRefusal(BaseModel):
    """Approve refusing the order, or reject that and take it at our own risk (C8)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that is decided on, as the case shows it."""
    approved: bool
    """True: the order is refused. False: it is taken all the same."""
    reason: str
    """Why."""


class JudgeDeliveryItem(BaseModel):
    """One of many: Say whether the delivery date of a conventional order can be met (C6)."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Which one."""
    command: JudgeDelivery
    """What a request of its own would have as its body."""
    idempotency: str | None = None
    """Its own key; else the request's Idempotency-Key counts."""


class JudgeDeliveryBatch(BaseModel):
    """Many at once. Say whether the delivery date of a conventional order can be met (C6)."""

    model_config = ConfigDict(extra="forbid")

    items: list[JudgeDeliveryItem]
    """Each has its own outcome."""


class GiveOpinionItem(BaseModel):
    """One of many: Give a department's opinion (C10 to C13). Until the decision a later one replaces it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Which one."""
    command: GiveOpinion
    """What a request of its own would have as its body."""
    idempotency: str | None = None
    """Its own key; else the request's Idempotency-Key counts."""


class GiveOpinionBatch(BaseModel):
    """Many at once. Give a department's opinion (C10 to C13). Until the decision a later one replaces it."""

    model_config = ConfigDict(extra="forbid")

    items: list[GiveOpinionItem]
    """Each has its own outcome."""


class DecideCaseItem(BaseModel):
    """One of many: Decide on a non-conventional order (C14)."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Which one."""
    command: DecideCase
    """What a request of its own would have as its body."""
    idempotency: str | None = None
    """Its own key; else the request's Idempotency-Key counts."""


class DecideCaseBatch(BaseModel):
    """Many at once. Decide on a non-conventional order (C14)."""

    model_config = ConfigDict(extra="forbid")

    items: list[DecideCaseItem]
    """Each has its own outcome."""


class Remark(BaseModel):
    """What is wrong with one clause, and how it is mended (S6)."""

    model_config = ConfigDict(extra="forbid")

    clause: str
    """Which clause: "7.2 liquidated damages"."""
    finding: str
    """What is unclear, wrong or missing."""
    remedy: str
    """How the next draft should read."""


class JudgeClauses(BaseModel):
    """Judge a drafted contract's clauses from one side (S6). Until all three spoke a later word replaces
    it."""

    model_config = ConfigDict(extra="forbid")

    aspect: Literal["risk", "legal", "financial"]
    """From which side: risk, legal or financial."""
    digest: str
    """SHA-256 of the text that was read, as the contract's review shows it."""
    findings: list[Remark] = []
    """What is to be mended; none when the clauses are clear, accurate and complete."""


class BatchOutcome(BaseModel):
    """The outcomes of a batch, in the order of its items."""

    items: list[ItemOutcome]
    done: int
    """How many items were carried out."""
    failed: int
    """How many were not; send those again once their problems are solved."""
