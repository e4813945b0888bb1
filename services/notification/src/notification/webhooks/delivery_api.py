"""Deliveries over HTTP: what was sent to a subscription, every attempt, and sending it again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from events import NotFound, Recorded
from events.contracts.messages import DeliveryFailed, DeliverySucceeded
from notification.webhooks.delivery_book import Attempt, DeliveryRow, delivery_book, show
from notification.webhooks.ids import line_of
from notification.webhooks.line import Line, Redeliver, line
from notification.webhooks.subscription import subscription
from servicekit import Running, Who, by_company, list_route
from servicekit.addresses import Id, context
from servicekit.conditions import Visible
from servicekit.preconditions import idempotency
from servicekit.problems import PROBLEMS

router = APIRouter(tags=["Webhooks"])


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


async def _of_subscription(id: Id, who: Who, running: Running) -> Visible:
    facts = await running.log.read(subscription.stream(id))
    opened = subscription.fold(fact.event for fact in facts)
    if not facts or not who.sees(subscription.company(opened)):
        raise NotFound("not-found", "no such subscription; /subscriptions lists them")
    return lambda table, _: table.c.subscription == id


router.include_router(
    list_route(
        delivery_book,
        path="/subscriptions/{id}/deliveries",
        tag="Webhooks",
        summary="What was sent to a subscription: when, what the receiver said, and when it is tried again",
        visible=by_company("company"),
        filters=("state", "type", "order_number"),
        ranges=("queued_at",),
        order=("-queued_at",),
        search=("id", "order_number"),
        within=_of_subscription,
    )
)


@router.get(
    "/deliveries/{id}",
    summary="One webhook, with every attempt to deliver it",
    responses={200: {"model": ShownDelivery}, **PROBLEMS(401, 404, 422, 503)},
)
async def read_delivery(id: Id, who: Who, running: Running) -> Response:
    facts = await running.log.read(line.stream(line_of(id)))
    mine = [fact for fact in facts if fact.event.delivery == id]
    if not mine or not who.sees(line.company(line.fold(fact.event for fact in facts))):
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
