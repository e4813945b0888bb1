"""Orders, from their first information to their production instruction.

Generated from docs/openapi/order-intake.json by `python -m checks client --write`; do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from datetime import date, datetime
from decimal import Decimal
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
from fulfilment_client.uploading import Media, upload


class OrderIntake:
    """Orders, from their first information to their production instruction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def import_orders(
        self, content: bytes | AsyncIterable[bytes], media: Media = "application/x-ndjson"
    ) -> AsyncGenerator[Outcome | Progress, None]:
        """Register orders by the thousand, each with its own outcome (C2, S1, S2)."""
        return upload(self._connection, "/orders/imports", Outcome | Progress, content, media)

    def list_orders(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[
            Literal[
                "unknown",
                "incomplete",
                "complete",
                "in_review",
                "infeasible",
                "extension_asked",
                "refusal_proposed",
                "conditions_proposed",
                "accepted",
                "quoted",
                "price_agreed",
                "contract_in_review",
                "contract_returned",
                "contract_cleared",
                "contract_concluded",
                "instructed",
                "parts_ready",
                "cancellation_asked",
                "cancellation_to_decide",
                "refused",
                "declined",
                "withdrawn",
                "dismissed",
                "cancelled",
            ]
        ]
        | None = None,
        waiting_for: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        channel: Sequence[str] | None = None,
        reference: Sequence[str] | None = None,
        complete_set: Sequence[bool] | None = None,
        doubted: Sequence[bool] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        received_at_from: datetime | None = None,
        received_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        updated_at_from: datetime | None = None,
        updated_at_before: datetime | None = None,
        order: Literal[
            "-customer_name",
            "-delivery_date",
            "-number",
            "-received_at",
            "-since",
            "-updated_at",
            "customer_name",
            "delivery_date",
            "number",
            "received_at",
            "since",
            "updated_at",
        ]
        | None = None,
    ) -> Pages[OrderRow]:
        """All orders, where they stand, and who is waited for."""
        return Pages(
            self._connection,
            "/orders",
            OrderRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "company": company,
                "customer_id": customer_id,
                "channel": channel,
                "reference": reference,
                "complete_set": complete_set,
                "doubted": doubted,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "received_at_from": received_at_from,
                "received_at_before": received_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "updated_at_from": updated_at_from,
                "updated_at_before": updated_at_before,
                "order": order,
            },
        )

    async def receive_order(self, body: ReceiveOrder, *, key: str | None = None) -> Done:
        """Register a request; the answer names its number and all that is missing (C2, S1)."""
        return await self._connection.command("/orders", Done, body, key=key)

    async def count_orders(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[
            Literal[
                "unknown",
                "incomplete",
                "complete",
                "in_review",
                "infeasible",
                "extension_asked",
                "refusal_proposed",
                "conditions_proposed",
                "accepted",
                "quoted",
                "price_agreed",
                "contract_in_review",
                "contract_returned",
                "contract_cleared",
                "contract_concluded",
                "instructed",
                "parts_ready",
                "cancellation_asked",
                "cancellation_to_decide",
                "refused",
                "declined",
                "withdrawn",
                "dismissed",
                "cancelled",
            ]
        ]
        | None = None,
        waiting_for: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        customer_id: Sequence[str] | None = None,
        channel: Sequence[str] | None = None,
        reference: Sequence[str] | None = None,
        complete_set: Sequence[bool] | None = None,
        doubted: Sequence[bool] | None = None,
        delivery_date_from: date | None = None,
        delivery_date_before: date | None = None,
        received_at_from: datetime | None = None,
        received_at_before: datetime | None = None,
        since_from: datetime | None = None,
        since_before: datetime | None = None,
        updated_at_from: datetime | None = None,
        updated_at_before: datetime | None = None,
        by: Sequence[
            Literal[
                "state",
                "waiting_for",
                "company",
                "customer_id",
                "channel",
                "reference",
                "complete_set",
                "doubted",
            ]
        ]
        | None = None,
    ) -> Counts:
        """How many of these: all orders, where they stand, and who is waited for."""
        return await self._connection.read(
            "/orders/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "waiting_for": waiting_for,
                "company": company,
                "customer_id": customer_id,
                "channel": channel,
                "reference": reference,
                "complete_set": complete_set,
                "doubted": doubted,
                "delivery_date_from": delivery_date_from,
                "delivery_date_before": delivery_date_before,
                "received_at_from": received_at_from,
                "received_at_before": received_at_before,
                "since_from": since_from,
                "since_before": since_before,
                "updated_at_from": updated_at_from,
                "updated_at_before": updated_at_before,
                "by": by,
            },
        )

    async def complete_order(
        self, id: str, body: CompleteOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Supplement what is missing (S1)."""
        return await self._connection.command(
            f"/orders/{part(id)}/completion", Done, body, key=key, if_version=if_version
        )

    async def register_project(
        self, id: str, body: RegisterProject, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Register the project of a complete set (C4)."""
        return await self._connection.command(
            f"/orders/{part(id)}/project", Done, body, key=key, if_version=if_version
        )

    async def confirm_requirements(
        self, id: str, body: ConfirmRequirements, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Sales and the customer agree on what is wanted; the review starts (C3)."""
        return await self._connection.command(
            f"/orders/{part(id)}/requirements-confirmation", Done, body, key=key, if_version=if_version
        )

    async def raise_doubts(
        self, id: str, body: RaiseDoubts, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Doubt that it is genuine: it waits until somebody looked (S3)."""
        return await self._connection.command(
            f"/orders/{part(id)}/doubts", Done, body, key=key, if_version=if_version
        )

    async def clear_doubts(
        self, id: str, body: ClearDoubts, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """It is genuine, and goes on where it stood (S3)."""
        return await self._connection.command(
            f"/orders/{part(id)}/doubts-clearance", Done, body, key=key, if_version=if_version
        )

    async def dismiss_order(
        self, id: str, body: DismissOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """It is a duplicate or nobody wants it, and is closed (S3)."""
        return await self._connection.command(
            f"/orders/{part(id)}/dismissal", Done, body, key=key, if_version=if_version
        )

    async def amend_order(
        self, id: str, body: AmendOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Change the content: a new version, to be confirmed and reviewed anew."""
        return await self._connection.command(
            f"/orders/{part(id)}/amendments", Done, body, key=key, if_version=if_version
        )

    async def ask_extension(
        self,
        id: str,
        body: AskExtension | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Ask the customer for a later date (C7)."""
        return await self._connection.command(
            f"/orders/{part(id)}/extension-request", Done, body, key=key, if_version=if_version
        )

    async def answer_extension(
        self, id: str, body: AnswerExtension, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The customer agrees to the later date, or cannot wait (C7, C8)."""
        return await self._connection.command(
            f"/orders/{part(id)}/extension-answer", Done, body, key=key, if_version=if_version
        )

    async def answer_conditions(
        self, id: str, body: AnswerConditions, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The customer agrees to the conditions, or declines them (C14)."""
        return await self._connection.command(
            f"/orders/{part(id)}/conditions-answer", Done, body, key=key, if_version=if_version
        )

    async def quote_order(
        self, id: str, body: QuoteOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Make a quotation, the next round (C15)."""
        return await self._connection.command(
            f"/orders/{part(id)}/quotations", Done, body, key=key, if_version=if_version
        )

    async def answer_quotation(
        self, id: str, body: AnswerQuotation, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The customer accepts the quotation, or wants other terms (C15)."""
        return await self._connection.command(
            f"/orders/{part(id)}/quotation-answer", Done, body, key=key, if_version=if_version
        )

    async def draft_contract(
        self, id: str, body: DraftContract, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Put the contract forward, to be reviewed and then signed (C16, S6)."""
        return await self._connection.command(
            f"/orders/{part(id)}/contract", Done, body, key=key, if_version=if_version
        )

    async def sign_contract(
        self, id: str, body: SignContract, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """One side signed and sealed the contract (C16, S7)."""
        return await self._connection.command(
            f"/orders/{part(id)}/contract/signatures", Done, body, key=key, if_version=if_version
        )

    async def instruct_production(
        self,
        id: str,
        body: InstructProduction | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> Done:
        """Tell the product company to make the order (C17)."""
        return await self._connection.command(
            f"/orders/{part(id)}/production-instruction", Done, body, key=key, if_version=if_version
        )

    async def withdraw_order(
        self, id: str, body: WithdrawOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The customer takes the order back."""
        return await self._connection.command(
            f"/orders/{part(id)}/withdrawal", Done, body, key=key, if_version=if_version
        )

    async def ask_cancellation(
        self, id: str, body: AskCancellation, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The customer wants an instructed order cancelled; buying stops."""
        return await self._connection.command(
            f"/orders/{part(id)}/cancellation-request", Done, body, key=key, if_version=if_version
        )

    async def decide_cancellation(
        self, id: str, body: DecideCancellation, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Decide on the cancellation, knowing what was bought."""
        return await self._connection.command(
            f"/orders/{part(id)}/cancellation-decision", Done, body, key=key, if_version=if_version
        )

    async def read_order(self, id: str, *, as_of: str | None = None) -> Found:
        """One order, current or as of any past moment."""
        return await self._connection.read(f"/orders/{part(id)}", Found, {"as_of": as_of})

    def history_of_order(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one order."""
        return Pages(self._connection, f"/orders/{part(id)}/events", Happened, {"limit": limit})

    async def order_page(self, id: str, *, as_of: datetime | None = None) -> Page:
        """An order with its review, contract review, parts and messages, in one request."""
        return await self._connection.read(f"/orders/{part(id)}/page", Page, {"as_of": as_of})

    async def order_timeline(self, id: str, *, as_of: datetime | None = None) -> Timeline:
        """All that happened to an order in all services: who, what, when, why."""
        return await self._connection.read(f"/orders/{part(id)}/timeline", Timeline, {"as_of": as_of})

    async def read_order_number(self, said: str) -> NumberRead:
        """Read an order's number as somebody said or typed it."""
        return await self._connection.read(f"/order-numbers/{part(said)}", NumberRead)

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


class Missing(BaseModel):
    """A service whose part is missing from an answer."""

    service: str
    reason: str
    """`no_address`: PEERS does not name it; `refused`: it does not take the caller's token; the others
    pass, ask again."""


class NumberRead(BaseModel):
    """An order's number as it is stored, and its address."""

    number: str
    order: str


class OrderRow(BaseModel):
    """One order. `waiting_for` are roles, `customer`, or the service that goes on; nobody at its end."""

    number: str
    customer_id: str
    customer_name: str
    company: str
    channel: str
    reference: str | None
    state: str
    waiting_for: list[str]
    content_version: int
    complete_set: bool
    delivery_date: date | None
    total: str | None
    currency: str | None
    received_at: AwareDatetime
    since: AwareDatetime
    updated_at: AwareDatetime
    doubted: bool
    signed: list[str]
    parts_ready: bool
    articles: list[str]


class Timeline(BaseModel):
    """All that happened to an order and because of it, causes before effects."""

    order: str
    entries: list[Entry]
    unavailable: list[Missing]
    """Services whose part is missing now, and why. Empty: it is all there."""


class Customer(BaseModel):
    """Who orders. `email` and `language` say where and how the customer is told."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """The customer's number in the customer file."""
    name: str
    """The company's name."""
    contact: str | None = None
    """The person to talk to."""
    email: str | None = None
    """Where the customer is written to."""
    language: Literal["zh", "en"] = "zh"
    """The language the customer is written to in."""


class Line(BaseModel):
    """One article of an order (C3). What is None is still to be found out (S1)."""

    model_config = ConfigDict(extra="forbid")

    item: str
    """The article's number."""
    model: str | None = None
    """The model as the customer knows it."""
    specification: str | None = None
    """Ratings, dimensions, execution."""
    quantity: int | None = None
    """Pieces."""
    non_standard: bool = False
    """A non-standard (非标) execution that needs redesign (C5)."""
    discontinued: bool = False
    """No longer made, or not for years (C5)."""


class Project(BaseModel):
    """The engineering project of a complete set (C4)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    """What the project is called."""
    site: str
    """Where the set will stand."""
    owner: str | None = None
    """Who builds it, where that is not the customer."""


class RegisterProject(BaseModel):
    """Register the engineering project of a complete set (C4)."""

    model_config = ConfigDict(extra="forbid")

    project: Project
    """The project's data; until the requirements are confirmed a later one replaces it."""


class ConfirmRequirements(BaseModel):
    """State that sales and the customer agree on what is wanted (C3). The review starts."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that was confirmed."""


class Doubt(BaseModel):
    """One ground for taking an order for a duplicate, or for no genuine order."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["duplicate", "not_genuine"]
    """Whether it repeats another order, or nobody wants it at all."""
    resembles: str | None = None
    """The earlier order that this one repeats, for a duplicate."""
    reason: str
    """What makes one think so."""


class RaiseDoubts(BaseModel):
    """Doubt that the order is genuine, or another than one we have: it waits until somebody looked (S3).

    The service itself doubts an order that is like an earlier one."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that was looked at."""
    doubts: list[Doubt]
    """What is doubted, and why."""


class ClearDoubts(BaseModel):
    """State that the order is genuine, and no duplicate: it goes on where it stood (S3)."""

    model_config = ConfigDict(extra="forbid")

    content_version: int
    """The version of the content that was looked at."""
    reason: str
    """How one knows."""


class DismissOrder(BaseModel):
    """Close a doubted order: it is a duplicate, or nobody wants it (S3)."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    """How one knows."""


class AskExtension(BaseModel):
    """Ask the customer for a later delivery date (C7)."""

    model_config = ConfigDict(extra="forbid")

    delivery_date: date | None = None
    """The date asked for, not before the earliest that was found feasible (S4); that one when left out."""
    reason: str | None = None
    """What the customer is told; the reviewers' own words when left out."""


class AnswerExtension(BaseModel):
    """Pass on the customer's answer on the later date (C7, C8)."""

    model_config = ConfigDict(extra="forbid")

    agreed: bool
    """Whether the customer agrees."""
    reason: str | None = None
    """Why not; needed with a no."""
    content_version: int
    """The version of the content the customer was asked about."""


class AnswerConditions(BaseModel):
    """Pass on the customer's answer on the conditions (C14)."""

    model_config = ConfigDict(extra="forbid")

    agreed: bool
    """Whether the customer agrees."""
    reason: str | None = None
    """Why not; needed with a no."""
    content_version: int
    """The version of the content the conditions were proposed for."""


class PricedLine(BaseModel):
    """One line of a quotation; `amount` is for the whole line."""

    model_config = ConfigDict(extra="forbid")

    item: str
    """The article's number, as in the order's content."""
    quantity: int
    """Pieces, as in the order's content."""
    amount: Decimal
    """For the whole line, in the quotation's currency."""


class QuoteOrder(BaseModel):
    """Make the customer a quotation (C15)."""

    model_config = ConfigDict(extra="forbid")

    lines: list[PricedLine]
    """Every line of the order's content, each with its price."""
    total: Decimal
    """The sum of the lines' amounts, to the cent."""
    currency: str
    """The currency of all amounts."""
    valid_until: date
    """The last day (UTC) on which the customer can accept."""


class AnswerQuotation(BaseModel):
    """Pass on the customer's answer on a quotation (C15). After a no another round may follow."""

    model_config = ConfigDict(extra="forbid")

    agreed: bool
    """Whether the customer agrees."""
    reason: str | None = None
    """Why not; needed with a no."""
    round: int
    """The round that is answered."""


class DraftContract(BaseModel):
    """Put the written contract forward, to be reviewed and then signed (C16, S6)."""

    model_config = ConfigDict(extra="forbid")

    contract: str
    """The contract's number."""
    digest: str
    """SHA-256 of the contract's text: what is reviewed and signed is this text and no other."""
    document: str | None = None
    """Where its text can be read."""


class SignContract(BaseModel):
    """Record that one side signed and sealed the contract (C16, S7)."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["company", "customer"]
    """Who signed: our side or the customer's."""
    digest: str
    """SHA-256 of the text that was signed; it must be the draft's."""
    signatory: str
    """The person who signed."""


class BillItem(BaseModel):
    """One row of an order's bill of parts (C17, C18)."""

    model_config = ConfigDict(extra="forbid")

    part: str
    """The part's number."""
    name: str
    """What it is called."""
    kind: Literal[
        "component", "material", "subsidiary_product", "machining", "welding", "casting", "wooden_packing"
    ]
    """Purchased, or made outside and so not a purchased part (C18)."""
    quantity: int
    """Pieces for the whole order."""
    needed_by: date | None = None
    """When production needs it."""


class InstructProduction(BaseModel):
    """Tell the product company to make the order (C17)."""

    model_config = ConfigDict(extra="forbid")

    parts: list[BillItem] = []
    """The bill of parts; what is not a purchased part is sorted out by procurement (C18)."""


class WithdrawOrder(BaseModel):
    """Take the order back for the customer, at any point before its production instruction."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    """Why the customer withdraws."""


class AskCancellation(BaseModel):
    """Ask for an instructed order to be cancelled, as the customer wishes. Buying for it stops meanwhile."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    """Why the customer wants it no more."""


class DecideCancellation(BaseModel):
    """Decide on cancelling an instructed order, knowing what has been bought for it by now."""

    model_config = ConfigDict(extra="forbid")

    request: int
    """The request that is decided, as the order shows it."""
    commitment_version: int
    """Which statement of what was bought has been seen, as the order shows it; it must be the last."""
    approved: bool
    """Cancel the order, or have it made all the same."""
    reason: str
    """Why."""


class Outcome(BaseModel):
    """What became of one order of the body."""

    line: int
    """Where it begins in the body; the first line is 1."""
    rows: int = 1
    """Rows of a table that it took, when more than one."""
    status: str
    order: str | None = None
    """Its number; of a refused one the order that stands in its way."""
    missing: list[str] | None = None
    """Of a received one: all that is to be found out (S1)."""
    problem: dict[str, Any] | None = None
    """Why it was refused, and what to do: a ProblemBody."""


class Progress(BaseModel):
    """How far the import is (`working`), or its last line (`finished`, `broken_off`)."""

    status: str
    lines: int
    """Lines of the body that were read."""
    received: int
    already_received: int
    refused: int
    position: int
    """Of the service's log; send it as Log-Position to a list that must contain all of this."""
    problem: dict[str, Any] | None = None
    """Why it was broken off: a ProblemBody."""


class Page(BaseModel):
    """One order: where it and all that belongs to it stand, each with its address in its service."""

    order: StandsAt
    review: StandsAt | None
    """The case: can it be made? (C5 to C14)"""
    contract_review: StandsAt | None
    """May its contract be signed? (S6)"""
    requirement: StandsAt | None
    """What is to be bought for it (C18)."""
    purchase_orders: list[StandsAt]
    """Those that name it; a bundle's are the group's to see."""
    messages: StandsAt | None
    """Who was told what, and whether it reached them."""
    unavailable: list[Missing]
    """Services whose part is missing now, and why. Empty: it is all there."""


class Content(BaseModel):
    """What the customer wants (C3). What is None is still to be found out (S1)."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Line] = []
    """The articles, at least one for a complete content."""
    technical_requirements: str | None = None
    """Standards, ambient conditions, drawings to keep to; "as catalogue" is an answer too."""
    quality_requirements: str | None = None
    """Inspection, tests, certificates the customer asks for."""
    delivery_date: date | None = None
    """The day the customer wants the goods."""
    complete_set: bool = False
    """A complete set (成套): an engineering project, which is to be registered (C4)."""
    above_quality_standard: bool = False
    """The quality asked for is above the company's own standard (C5)."""
    penalty_clause: bool = False
    """Late delivery costs a penalty, or a reputation is at stake (C5)."""


class ReceiveOrder(BaseModel):
    """Register and number a request (C2). The answer names what is still missing (S1)."""

    model_config = ConfigDict(extra="forbid")

    customer: Customer
    """Who orders."""
    product_company: str
    """The group's company that would make it."""
    channel: Literal["phone", "mail", "portal", "erp", "visit"]
    """How the request came (S2)."""
    reference: str | None = None
    """The customer's own number for it."""
    content: Content
    """What is wanted, as far as it is known."""


class CompleteOrder(BaseModel):
    """Supplement what was missing, giving the whole content as it is known now (S1)."""

    model_config = ConfigDict(extra="forbid")

    content: Content
    """The whole content, not only what is new."""


class AmendOrder(BaseModel):
    """Change the content at the customer's wish: a new version, to be confirmed and reviewed anew."""

    model_config = ConfigDict(extra="forbid")

    content: Content
    """The whole new content."""
    reason: str
    """Why, and who asked for it."""
