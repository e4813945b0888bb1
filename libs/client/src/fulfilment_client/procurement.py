"""Purchased parts of instructed orders: need, supplier, purchase order, receipt, inspection.

Generated from docs/openapi/procurement.json by `python -m checks client --write`; do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

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


class Procurement:
    """Purchased parts of instructed orders: need, supplier, purchase order, receipt, inspection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_requirements(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["to_order", "ordered", "ready", "held", "cancelled"]] | None = None,
        company: Sequence[str] | None = None,
        needed_by_from: date | None = None,
        needed_by_before: date | None = None,
        required_at_from: datetime | None = None,
        required_at_before: datetime | None = None,
        order: Literal[
            "-needed_by", "-order_number", "-required_at", "needed_by", "order_number", "required_at"
        ]
        | None = None,
    ) -> Pages[Requirement]:
        """What instructed orders need to have bought (C18)."""
        return Pages(
            self._connection,
            "/requirements",
            Requirement,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "company": company,
                "needed_by_from": needed_by_from,
                "needed_by_before": needed_by_before,
                "required_at_from": required_at_from,
                "required_at_before": required_at_before,
                "order": order,
            },
        )

    async def count_requirements(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["to_order", "ordered", "ready", "held", "cancelled"]] | None = None,
        company: Sequence[str] | None = None,
        needed_by_from: date | None = None,
        needed_by_before: date | None = None,
        required_at_from: datetime | None = None,
        required_at_before: datetime | None = None,
        by: Sequence[Literal["state", "company"]] | None = None,
    ) -> Counts:
        """How many of these: what instructed orders need to have bought (C18)."""
        return await self._connection.read(
            "/requirements/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "company": company,
                "needed_by_from": needed_by_from,
                "needed_by_before": needed_by_before,
                "required_at_from": required_at_from,
                "required_at_before": required_at_before,
                "by": by,
            },
        )

    async def read_parts(self, id: str, *, as_of: str | None = None) -> Found:
        """One parts, current or as of any past moment."""
        return await self._connection.read(f"/requirements/{part(id)}", Found, {"as_of": as_of})

    def history_of_parts(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one parts."""
        return Pages(self._connection, f"/requirements/{part(id)}/events", Happened, {"limit": limit})

    def list_purchase_orders(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["ordered", "confirmed", "to_inspect", "fulfilled"]] | None = None,
        supplier: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        orders: Sequence[str] | None = None,
        due_from: date | None = None,
        due_before: date | None = None,
        promised_from: date | None = None,
        promised_before: date | None = None,
        ordered_at_from: datetime | None = None,
        ordered_at_before: datetime | None = None,
        order: Literal["-due", "-ordered_at", "-promised", "due", "ordered_at", "promised"] | None = None,
    ) -> Pages[PurchaseRow]:
        """All purchase orders and how far they are."""
        return Pages(
            self._connection,
            "/purchase-orders",
            PurchaseRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "supplier": supplier,
                "company": company,
                "orders": orders,
                "due_from": due_from,
                "due_before": due_before,
                "promised_from": promised_from,
                "promised_before": promised_before,
                "ordered_at_from": ordered_at_from,
                "ordered_at_before": ordered_at_before,
                "order": order,
            },
        )

    async def place_purchase_order(self, body: PlacePurchaseOrder, *, key: str | None = None) -> Done:
        """Buy from a supplier what orders need; lines of several orders may be bundled (C18, S18)."""
        return await self._connection.command("/purchase-orders", Done, body, key=key)

    async def count_purchase_orders(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["ordered", "confirmed", "to_inspect", "fulfilled"]] | None = None,
        supplier: Sequence[str] | None = None,
        company: Sequence[str] | None = None,
        orders: Sequence[str] | None = None,
        due_from: date | None = None,
        due_before: date | None = None,
        promised_from: date | None = None,
        promised_before: date | None = None,
        ordered_at_from: datetime | None = None,
        ordered_at_before: datetime | None = None,
        by: Sequence[Literal["state", "supplier", "company", "orders"]] | None = None,
    ) -> Counts:
        """How many of these: all purchase orders and how far they are."""
        return await self._connection.read(
            "/purchase-orders/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "supplier": supplier,
                "company": company,
                "orders": orders,
                "due_from": due_from,
                "due_before": due_before,
                "promised_from": promised_from,
                "promised_before": promised_before,
                "ordered_at_from": ordered_at_from,
                "ordered_at_before": ordered_at_before,
                "by": by,
            },
        )

    async def confirm_purchase_order(
        self, id: str, body: ConfirmPurchaseOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The supplier promises a day."""
        return await self._connection.command(
            f"/purchase-orders/{part(id)}/confirmation", Done, body, key=key, if_version=if_version
        )

    async def receive_goods(
        self, id: str, body: ReceiveGoods, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Goods arrived, all or some; they wait for their inspection."""
        return await self._connection.command(
            f"/purchase-orders/{part(id)}/receipts", Done, body, key=key, if_version=if_version
        )

    async def inspect_delivery(
        self, id: str, body: InspectDelivery, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """A delivery passed or failed; never by who placed the purchase order (S19)."""
        return await self._connection.command(
            f"/purchase-orders/{part(id)}/inspections", Done, body, key=key, if_version=if_version
        )

    async def reduce_purchase_order(
        self, id: str, body: ReducePurchaseOrder, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """The supplier need not deliver outstanding goods any more (C18)."""
        return await self._connection.command(
            f"/purchase-orders/{part(id)}/reductions", Done, body, key=key, if_version=if_version
        )

    async def return_goods(
        self, id: str, body: ReturnGoods, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Goods that failed go back for good, instead of being replaced (S19)."""
        return await self._connection.command(
            f"/purchase-orders/{part(id)}/returns", Done, body, key=key, if_version=if_version
        )

    async def read_purchase(self, id: str, *, as_of: str | None = None) -> Found:
        """One purchase, current or as of any past moment."""
        return await self._connection.read(f"/purchase-orders/{part(id)}", Found, {"as_of": as_of})

    def history_of_purchase(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one purchase."""
        return Pages(self._connection, f"/purchase-orders/{part(id)}/events", Happened, {"limit": limit})

    def list_offers(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        part: Sequence[str] | None = None,
        supplier: Sequence[str] | None = None,
        channel: Sequence[Literal["manufacturer", "distributor", "subsidiary", "import"]] | None = None,
        currency: Sequence[str] | None = None,
        order: Literal["-lead_time_days", "-part", "-unit_price", "lead_time_days", "part", "unit_price"]
        | None = None,
    ) -> Pages[OfferRow]:
        """All offers, part by part; those of suspended suppliers too."""
        return Pages(
            self._connection,
            "/offers",
            OfferRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "part": part,
                "supplier": supplier,
                "channel": channel,
                "currency": currency,
                "order": order,
            },
        )

    async def count_offers(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        part: Sequence[str] | None = None,
        supplier: Sequence[str] | None = None,
        channel: Sequence[Literal["manufacturer", "distributor", "subsidiary", "import"]] | None = None,
        currency: Sequence[str] | None = None,
        by: Sequence[Literal["part", "supplier", "channel", "currency"]] | None = None,
    ) -> Counts:
        """How many of these: all offers, part by part; those of suspended suppliers too."""
        return await self._connection.read(
            "/offers/counts",
            Counts,
            {
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "part": part,
                "supplier": supplier,
                "channel": channel,
                "currency": currency,
                "by": by,
            },
        )

    def list_suppliers(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["registered", "suspended"]] | None = None,
        parts: Sequence[str] | None = None,
        order: Literal[
            "-registered_at", "-supplier", "-supplier_name", "registered_at", "supplier", "supplier_name"
        ]
        | None = None,
    ) -> Pages[SupplierRow]:
        """All suppliers, and what they offer."""
        return Pages(
            self._connection,
            "/suppliers",
            SupplierRow,
            {
                "limit": limit,
                "at_least": at_least,
                "as_of": as_of,
                "q": q,
                "state": state,
                "parts": parts,
                "order": order,
            },
        )

    async def count_suppliers(
        self,
        *,
        at_least: int | None = None,
        as_of: str | None = None,
        q: str | None = None,
        state: Sequence[Literal["registered", "suspended"]] | None = None,
        parts: Sequence[str] | None = None,
        by: Sequence[Literal["state", "parts"]] | None = None,
    ) -> Counts:
        """How many of these: all suppliers, and what they offer."""
        return await self._connection.read(
            "/suppliers/counts",
            Counts,
            {"at_least": at_least, "as_of": as_of, "q": q, "state": state, "parts": parts, "by": by},
        )

    async def register_supplier(
        self, id: str, body: RegisterSupplier, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """A supplier was evaluated and may be bought from; {id} is your own number for it (S18)."""
        return await self._connection.command(
            f"/suppliers/{part(id)}/registration", Done, body, key=key, if_version=if_version
        )

    async def list_offer(
        self, id: str, body: ListOffer, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """It offers a part; this replaces its earlier offer of the same part (C12, S18)."""
        return await self._connection.command(
            f"/suppliers/{part(id)}/offers", Done, body, key=key, if_version=if_version
        )

    async def withdraw_offer(
        self, id: str, body: WithdrawOffer, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """It offers a part no more."""
        return await self._connection.command(
            f"/suppliers/{part(id)}/offers/withdrawal", Done, body, key=key, if_version=if_version
        )

    async def suspend_supplier(
        self, id: str, body: SuspendSupplier, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """Buy nothing more from it until it is reinstated (S18)."""
        return await self._connection.command(
            f"/suppliers/{part(id)}/suspension", Done, body, key=key, if_version=if_version
        )

    async def reinstate_supplier(
        self, id: str, body: ReinstateSupplier, *, key: str | None = None, if_version: int | None = None
    ) -> Done:
        """It may be bought from again."""
        return await self._connection.command(
            f"/suppliers/{part(id)}/reinstatement", Done, body, key=key, if_version=if_version
        )

    async def read_supplier(self, id: str, *, as_of: str | None = None) -> Found:
        """One supplier, current or as of any past moment."""
        return await self._connection.read(f"/suppliers/{part(id)}", Found, {"as_of": as_of})

    def history_of_supplier(self, id: str, *, limit: int | None = None) -> Pages[Happened]:
        """All that ever happened to one supplier."""
        return Pages(self._connection, f"/suppliers/{part(id)}/events", Happened, {"limit": limit})

    async def lead_times(
        self, *, part: str | None = None, quantity: int | None = None, needed_by: date | None = None
    ) -> LeadTimes:
        """By which channel, by when and at what price a part can be had (C12)."""
        return await self._connection.read(
            "/lead-times", LeadTimes, {"part": part, "quantity": quantity, "needed_by": needed_by}
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


class Excluded(BaseModel):
    """A bill item that is not bought, with the reason (C18)."""

    part: str
    reason: str


class Need(BaseModel):
    """One part that an order needs, in pieces, and how far the need is met."""

    part: str
    name: str
    kind: str
    needed_by: date | None
    needed: int
    ordered: int = 0
    stocked: int = 0


class OfferRow(BaseModel):
    """One supplier's offer of one part."""

    id: str
    supplier: str
    part: str
    channel: str
    lead_time_days: int
    unit_price: str
    currency: str
    minimum: int
    valid_until: date | None
    listed_at: AwareDatetime


class PurchaseRow(BaseModel):
    """One purchase order; quantities in pieces of all its lines."""

    id: str
    company: str
    supplier: str
    supplier_name: str
    state: str
    orders: list[str]
    due: date | None
    promised: date | None
    ordered: int
    waiting: int
    passed: int
    failed: int
    given_up: int
    currency: str | None
    value: str
    selection: str | None
    ordered_by: str
    ordered_at: AwareDatetime
    fulfilled_at: AwareDatetime | None


class Requirement(BaseModel):
    """One order. It is `to_order` until purchase orders cover all needs, `ready` when all is in stock.

    It is `held` while its cancellation is decided on, and needs nothing once it is `cancelled`."""

    order_number: str
    company: str
    state: str
    parts: list[Need]
    excluded: list[Excluded]
    needed: int
    ordered: int
    stocked: int
    surplus: int
    needed_by: date | None
    purchase_orders: list[str]
    required_at: AwareDatetime
    ready_at: AwareDatetime | None
    cancelled_at: AwareDatetime | None


class SupplierRow(BaseModel):
    """One supplier."""

    supplier: str
    supplier_name: str
    state: str
    parts: list[str]
    note: str | None
    registered_by: str
    registered_at: AwareDatetime
    reason: str | None


class Way(BaseModel):
    """One way to have so many pieces of a part, ordered on a given day."""

    supplier: str
    supplier_name: str
    channel: str
    lead_time_days: int
    earliest: date
    in_time: bool | None
    unit_price: str
    currency: str
    pieces: int
    cost: str
    valid_until: date | None


class PurchaseLine(BaseModel):
    """One part bought for one order."""

    model_config = ConfigDict(extra="forbid")

    order: str
    part: str
    quantity: int
    unit_price: Decimal | None = None
    """For a piece, in the purchase order's currency."""


class PlacePurchaseOrder(BaseModel):
    """Buy from a supplier what orders need. `product_company` is left out when it bundles several's."""

    model_config = ConfigDict(extra="forbid")

    supplier: str
    """A registered supplier that is not suspended (S18)."""
    supplier_name: str | None = None
    """What it is called; as it is registered when left out."""
    product_company: str | None = None
    """Whose orders it serves."""
    lines: list[PurchaseLine]
    """What is bought for which order. A line without a price takes that of the supplier's offer."""
    due: date | None = None
    """When the goods are to be there."""
    currency: str | None = None
    """Of all prices; that of the supplier's offers when left out."""
    selection: str | None = None
    """Why this supplier; required when another's offer is better in price or date (S18)."""


class ConfirmPurchaseOrder(BaseModel):
    """The supplier promises delivery on this day; given again, it promises another."""

    model_config = ConfigDict(extra="forbid")

    promised: date


class ReceiveGoods(BaseModel):
    """Goods arrived, all or some of what is outstanding."""

    model_config = ConfigDict(extra="forbid")

    lines: list[PurchaseLine]
    """What was unpacked, for which order; prices are of no account here."""


class InspectDelivery(BaseModel):
    """A delivery was looked at. `failed` names what does not conform; all of it when left out."""

    model_config = ConfigDict(extra="forbid")

    delivery: int
    result: Literal["passed", "failed"]
    failed: list[PurchaseLine] = []
    finding: str | None = None


class ReducePurchaseOrder(BaseModel):
    """The supplier agreed not to deliver these outstanding goods, as when their order is cancelled."""

    model_config = ConfigDict(extra="forbid")

    lines: list[PurchaseLine]
    """What need not come, for which order; prices are of no account here."""
    reason: str
    """Why, and what was agreed with the supplier."""


class ReturnGoods(BaseModel):
    """Goods that failed their inspection go back for good: the supplier does not replace them."""

    model_config = ConfigDict(extra="forbid")

    delivery: int
    """The delivery they came with."""
    lines: list[PurchaseLine] = []
    """What goes back; when left out, all that failed in it and was not replaced."""
    reason: str
    """Why they are not replaced."""


class RegisterSupplier(BaseModel):
    """This supplier was evaluated and may be bought from; given again, its data are corrected (S18)."""

    model_config = ConfigDict(extra="forbid")

    supplier_name: str
    """What it is called."""
    note: str | None = None
    """What the evaluation found."""


class ListOffer(BaseModel):
    """The supplier offers a part; a later offer of the same part replaces it (C12, S18)."""

    model_config = ConfigDict(extra="forbid")

    part: str
    """The part's number."""
    channel: Literal["manufacturer", "distributor", "subsidiary", "import"]
    """By which way it comes."""
    lead_time_days: int
    """Calendar days from the purchase order to the delivery."""
    unit_price: Decimal
    """For a piece."""
    currency: str
    """Of the price."""
    minimum: int = 1
    """Pieces at least in one purchase order."""
    valid_until: date | None = None
    """The last day on which one may buy at these terms; without it, until it is withdrawn."""


class WithdrawOffer(BaseModel):
    """The supplier offers this part no more."""

    model_config = ConfigDict(extra="forbid")

    part: str
    """The part's number."""


class SuspendSupplier(BaseModel):
    """Buy nothing more from this supplier until it is reinstated (S18)."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    """What went wrong."""


class ReinstateSupplier(BaseModel):
    """It may be bought from again."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    """What was put right."""


class LeadTimes(BaseModel):
    """The ways to have a part, best first: in time and cheap, then late and early. None when nobody offers
    it."""

    part: str
    quantity: int
    needed_by: date | None
    today: date
    """The day from which lead times count."""
    ways: list[Way]
