"""`GET /orders/{id}/page` and `GET /orders/{id}/timeline`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from order_intake.page import answers
from order_intake.page.across import entries_across, things_across
from order_intake.page.answers import Page, Timeline
from servicekit import Running, Who
from servicekit.addresses import Id
from servicekit.of_order_api import AsOfTime
from servicekit.problems import PROBLEMS

router = APIRouter(prefix="/orders/{id}", tags=["Orders"])


@router.get(
    "/page",
    summary="An order with its review, contract review, parts and messages, in one request",
    responses={200: {"model": Page}, **PROBLEMS(401, 404, 422, 503)},
)
async def order_page(
    id: Id, request: Request, who: Who, running: Running, as_of: AsOfTime = None
) -> Response:
    """Where everything stands, or stood. A service that is away is named and spoils nothing."""
    return _answer(answers.page(await things_across(running, request, who, id, as_of)))


@router.get(
    "/timeline",
    summary="All that happened to an order in all services: who, what, when, why",
    responses={200: {"model": Timeline}, **PROBLEMS(401, 404, 422, 503)},
)
async def order_timeline(
    id: Id, request: Request, who: Who, running: Running, as_of: AsOfTime = None
) -> Response:
    """Oldest first, a cause before its effects. A service that is away is named and spoils nothing."""
    return _answer(answers.timeline(id, await entries_across(running, request, who, id, as_of)))


def _answer(body: Page | Timeline) -> Response:
    headers = {"Cache-Control": "private, no-cache"}
    return Response(body.model_dump_json(), headers=headers, media_type="application/json")
