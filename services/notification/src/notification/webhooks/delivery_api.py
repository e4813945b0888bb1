"""Deliveries over HTTP: what was sent to a subscription, every attempt, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from events import NotFound, Recorded
from events.contracts.messages import DeliveryFailed, DeliverySucceeded
from notification.webhooks.delivery_book import Attempt, DeliveryRow, delivery_book, show
from notification.webhooks.ids import line_of
from notification.webhooks.line import Line, Redeliver, line
from notification.webhooks.subscription import subscription
from servicekit import Running, Who, by_company
from servicekit.addresses import Id, context
from servicekit.lists import caught_up
from servicekit.pages import next_link
from servicekit.preconditions import idempotency
from servicekit.problems import PROBLEMS
from servicekit.queries import Listing, Position

router = APIRouter(tags=["Webhooks"])
_listing = Listing(
    delivery_book,
    by_company("company"),
    filters=("state", "type", "order_number"),
    ranges=("queued_at",),
    order=("-queued_at",),
)


class DeliveryPage(BaseModel):
    """A page of deliveries."""

    items: list[DeliveryRow]
    next: str | None


class ShownDelivery(BaseModel):
    """One webhook, always current."""

    id: str
    position: int
    state: DeliveryRow
    all_attempts: list[Attempt]


class Requeued(BaseModel):
    """The webhook goes again; `position` is that of the log, for a list that must contain this."""

    id: str
    position: int
    state: str


async def deliveries(
    id: Id,
    request: Request,
    who: Who,
    running: Running,
    query: Any,  # the listing's query model; FastAPI is told by the annotation set below
    log_position: Annotated[Position, Header(description="Wait until the list contains this.")] = 0,
) -> Response:
    facts = await running.log.read(subscription.stream(id))
    if not facts:
        raise NotFound("not-found", "no such subscription; /subscriptions lists them")
    subscription.admit(subscription.fold(fact.event for fact in facts), who)
    await caught_up(running, delivery_book, max(log_position, query.at_least or 0))
    wanted = _listing.select(query, who).where(delivery_book.table.c.subscription == id)
    async with running.engine.connect() as connection:
        found = (await connection.execute(wanted)).all()
    rows = [dict(zip(delivery_book.columns, row, strict=True)) for row in found]
    items = rows[: query.limit]
    cursor = _listing.cursor(query, items[-1]) if len(rows) > query.limit else None
    headers = {"Link": next_link(request, cursor)} if cursor else None
    return Response(to_json({"items": items, "next": cursor}), 200, headers, "application/json")


deliveries.__annotations__["query"] = Annotated[_listing.query_model, Query()]
router.get(
    "/subscriptions/{id}/deliveries",
    summary="What was sent to a subscription: when, what the receiver said, and when it is tried again",
    responses={200: {"model": DeliveryPage}, **PROBLEMS(401, 404, 422, 503)},
)(deliveries)


@router.get(
    "/deliveries/{id}",
    summary="One webhook, with every attempt to deliver it",
    responses={200: {"model": ShownDelivery}, **PROBLEMS(401, 404, 422, 503)},
)
async def read_delivery(id: Id, who: Who, running: Running) -> Response:
    facts = await running.log.read(line.stream(line_of(id)))
    line.admit(line.fold(fact.event for fact in facts), who)
    mine = [fact for fact in facts if fact.event.delivery == id]
    if not mine:
        raise NotFound("not-found", "no such delivery; /subscriptions/{id}/deliveries lists them")
    row: DeliveryRow | None = None
    for fact in mine:
        row = show(row, fact)
    found = {"id": id, "position": mine[-1].position, "state": row, "all_attempts": _attempts(mine)}
    return Response(to_json(found), media_type="application/json")


@router.post(
    "/deliveries/{id}/redelivery",
    summary="Send a webhook again, or now, under the same webhook-id",
    responses={200: {"model": Requeued}, **PROBLEMS(401, 403, 404, 409, 422, 503)},
)
async def redeliver(id: Id, request: Request, who: Who, running: Running) -> Response:
    command = Redeliver(delivery=id)
    outcome = await running.handler.handle(
        line,
        line_of(id),
        command,
        context(running, who),
        idempotency=idempotency(request, who, command),
    )
    state: Line = outcome.state
    done = {"id": id, "position": outcome.position, "state": state.deliveries[id].state}
    headers = {"Log-Position": str(outcome.position)}
    return Response(to_json(done), headers=headers, media_type="application/json")


def _attempts(facts: list[Recorded[Any]]) -> list[Attempt]:
    return [
        Attempt(at=fact.time, status=fact.event.status, error=getattr(fact.event, "error", None))
        for fact in facts
        if isinstance(fact.event, DeliverySucceeded | DeliveryFailed)
    ]
