"""Webhook subscriptions over HTTP: opened, pinged, disabled, enabled, given a new secret.

The signing secret stands in two answers alone: that of opening and that of rotating.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr
from pydantic_core import from_json, to_json, to_jsonable_python

from events import Actor
from notification.states import GROUP_ONLY
from notification.webhooks.destination import fault_of
from notification.webhooks.ids import ping_id
from notification.webhooks.signing import WebhookSettings, secret
from notification.webhooks.subscription import (
    DisableSubscription,
    EnableSubscription,
    OpenSubscription,
    Ping,
    RotateSecret,
    State,
    Subscription,
    subscription,
)
from notification.webhooks.subscription_book import subscription_book
from servicekit import Problem, Resource, Running, Runtime, Who, by_company
from servicekit.addresses import Id
from servicekit.bodies import read_command
from servicekit.commands import Done, command_endpoint, create_endpoint
from servicekit.documents import body_of, command_headers
from servicekit.faults import Fault
from servicekit.problems import PROBLEMS, invalid, unavailable

MOST = 100
"""Enabled subscriptions of one product company."""


def show_subscription(state: State) -> Mapping[str, Any]:
    """What its keepers see of it."""
    assert isinstance(state, Subscription), "what is shown was opened"
    shown: dict[str, Any] = to_jsonable_python(state)
    enabled = shown.pop("enabled")
    return {"state": "enabled" if enabled else "disabled", **shown, "company": state.company or None}


class Trusted(Done):
    """What the command led to, and the signing secret: it is shown here and never again."""

    secret: str = Field(examples=["whsec_..."])


class Pinged(Done):
    """What the command led to, and the ping that follows."""

    delivery: str = Field(description="GET /deliveries/{delivery} shows what becomes of it.")


subscriptions = Resource(subscription, path="/subscriptions", tag="Webhooks", show=show_subscription)
_open = create_endpoint(subscriptions.thing, OpenSubscription, lambda: f"wh_{secrets.token_hex(6)}")
_rotate = command_endpoint(subscriptions.thing, RotateSecret)
_ping = command_endpoint(subscriptions.thing, Ping)
_example = OpenSubscription(
    url="https://erp.example/hooks/orders",
    events=("order.accepted", "order.production_instructed", "parts"),
    description="Keeps the ERP system's order list up to date",
)
router = APIRouter(tags=["Webhooks"])


@router.post(
    "/subscriptions",
    status_code=201,
    summary="Be told of facts by webhook; the answer has the signing secret, once",
    name="OpenSubscription",
    responses={201: {"model": Trusted}, **PROBLEMS(400, 401, 403, 409, 413, 415, 422, 503)},
    openapi_extra=body_of(OpenSubscription, _example) | command_headers(creates=True),
)
async def open_subscription(request: Request, who: Who, running: Running) -> Response:
    subscription.permit(OpenSubscription, who)
    key, settings = _key(), WebhookSettings()
    wanted = await read_command(request, OpenSubscription)
    fault = None if settings.webhooks_allow_private else fault_of(wanted.url)
    if fault:
        raise invalid([Fault(pointer="/url", detail=fault)])
    await _room(running, who)
    return _with_secret(await _open(request, who, running), key)


@router.post(
    "/subscriptions/{id}/rotation",
    summary="Sign with a new secret, which the answer has, once; for a day the old one signs as well",
    name="RotateSecret",
    responses={200: {"model": Trusted}, **PROBLEMS(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
    openapi_extra=body_of(RotateSecret, RotateSecret()) | command_headers(creates=False),
)
async def rotate_secret(id: Id, request: Request, who: Who, running: Running) -> Response:
    subscription.permit(RotateSecret, who)
    key = _key()
    return _with_secret(await _rotate(id, request, who, running), key)


@router.post(
    "/subscriptions/{id}/test-ping",
    summary="Send a webhook of the type webhook.ping, once",
    name="Ping",
    responses={200: {"model": Pinged}, **PROBLEMS(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
    openapi_extra=body_of(Ping, Ping()) | command_headers(creates=False),
)
async def ping(id: Id, request: Request, who: Who, running: Running) -> Response:
    answer = await _ping(id, request, who, running)
    return _with(answer, delivery=ping_id(id, from_json(bytes(answer.body))["state"]["pings"]))


subscriptions.on(
    "/{id}/disabling", DisableSubscription, summary="Send nothing any more; what is queued waits"
)
subscriptions.on("/{id}/enabling", EnableSubscription, summary="Send again, first what was waiting")
subscriptions.reads()
subscriptions.list(
    subscription_book,
    visible=by_company("company"),
    filters=("state", "url", "company"),
    order=("-opened_at",),
    search=("url", "description"),
    summary="Who hears of what by webhook",
)
router.include_router(subscriptions.router)


def _key() -> SecretStr:
    key = WebhookSettings().webhooks_key
    if key is None:
        raise unavailable(
            "webhooks-off", "this service has no WEBHOOKS_KEY to sign with; ask its operator", 60
        )
    return key


async def _room(running: Runtime, who: Actor) -> None:
    t = subscription_book.table
    enabled = sa.select(sa.func.count()).where(
        t.c.state == "enabled", t.c.company == (who.company or GROUP_ONLY)
    )
    async with running.engine.connect() as connection:
        if (await connection.execute(enabled)).scalar_one() >= MOST:
            detail = f"at most {MOST} subscriptions are enabled at a time; disable one that nobody needs"
            raise Problem(409, "too-many-subscriptions", detail)


def _with_secret(answer: Response, key: SecretStr) -> Response:
    done = from_json(bytes(answer.body))
    return _with(answer, secret=secret(key, done["id"], done["state"]["generation"]))


def _with(answer: Response, **more: str) -> Response:
    """An answer with something more in its body."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(to_json(from_json(bytes(answer.body)) | more), answer.status_code, headers)
