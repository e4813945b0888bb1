"""The routes of API keys: issue one, list them, revoke one. For operators; auditors may look."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from events.appending import Conflict
from events.decider import Forbidden
from servicekit.addresses import Running, Thing, context
from servicekit.bodies import read_command
from servicekit.commands import Done, command_endpoint
from servicekit.conditions import AsOf
from servicekit.documents import body_of, command_headers
from servicekit.door import Who
from servicekit.keys.api_key import ApiKey, IssueApiKey, RevokeApiKey, State, WantApiKey, api_keys
from servicekit.keys.listed import KeyPage, next_number, page_of
from servicekit.keys.secret import digest_of, key_id, new_key
from servicekit.pages import PageQuery, bad_cursor, cursor_of, next_link, place_of
from servicekit.past import known, position_at
from servicekit.preconditions import idempotency
from servicekit.problems import PROBLEMS
from servicekit.runtime import Runtime
from servicekit.service import Service

PATH = "/api-keys"
READERS = frozenset({"operator", "auditor"})
ATTEMPTS = 8
"""How often the next number is taken when somebody else took it."""
_number: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=0, le=10**9)])


class IssuedKey(BaseModel):
    """A new key."""

    id: str = Field(examples=["order-intake-1"])
    key: str | None = Field(description="The key itself: shown now and never again, so null when repeated.")
    position: int


class KeyQuery(PageQuery):
    """What may be asked of the list."""

    as_of: AsOf | None = None


def key_routes(service: Service) -> APIRouter:
    """The routes of a service's keys."""
    keys = Thing(api_keys(service.deciders), PATH, _shown)
    router = APIRouter(tags=["API keys"])

    async def issue_api_key(request: Request, who: Who, running: Running) -> Response:
        keys.decider.permit(IssueApiKey, who)
        wanted = await read_command(request, WantApiKey)
        repeated = idempotency(request, who, wanted)
        for attempt in range(1, ATTEMPTS + 1):
            number = await next_number(running, keys)
            key = new_key(service.name, number)
            command = IssueApiKey(**dict(wanted), digest=digest_of(key))
            try:
                outcome = await running.handler.handle(
                    keys.decider, key_id(service.name, number), command, context(running, who),
                    idempotency=repeated, expected=0,
                )  # fmt: skip
                break
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
        shown = None if outcome.replayed else key
        headers = {"Cache-Control": "no-store", "Log-Position": str(outcome.position)}
        if outcome.replayed:
            headers["Idempotency-Replayed"] = "true"
        issued = {"id": outcome.id, "key": shown, "position": outcome.position}
        return Response(to_json(issued), 201, headers, "application/json")

    async def list_api_keys(
        request: Request, who: Who, running: Running, query: Annotated[KeyQuery, Query()]
    ) -> Response:
        if not READERS & who.roles:
            raise Forbidden("role-missing", f"keys are listed for {' and '.join(sorted(READERS))} alone")
        after, at = await _place(running, query)
        items, more = await page_of(running, keys, who, after, at, query.limit)
        cursor = cursor_of([items[-1][0], at], query.as_of) if more else None
        headers = {"Link": next_link(request, cursor)} if cursor else {}
        if at is not None:
            headers["Log-Position"] = str(at)
        body = {"items": [shown for _, shown in items], "next": cursor}
        return Response(to_json(body), 200, headers, "application/json")

    router.add_api_route(
        PATH, issue_api_key, methods=["POST"], status_code=201, name="IssueApiKey",
        summary="Issue an API key for another system; it is shown once",
        responses={201: {"model": IssuedKey}, **PROBLEMS(400, 401, 403, 409, 413, 415, 422, 503)},
        openapi_extra=body_of(WantApiKey, WantApiKey(name="ERP of the group", scopes=("read",)))
        | command_headers(creates=True),
    )  # fmt: skip
    router.add_api_route(
        PATH, list_api_keys, methods=["GET"], summary="The API keys of this service, without their secrets",
        responses={200: {"model": KeyPage}, **PROBLEMS(401, 403, 422, 503)},
    )  # fmt: skip
    router.add_api_route(
        PATH + "/{id}/revocation", command_endpoint(keys, RevokeApiKey), methods=["POST"], name="RevokeApiKey",
        summary="Revoke an API key, from the next request on",
        responses={200: {"model": Done}, **PROBLEMS(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
        openapi_extra=body_of(RevokeApiKey, None) | command_headers(creates=False),
    )  # fmt: skip
    return router


def _shown(state: State) -> dict[str, Any]:
    """A key as the answer to a command shows it."""
    assert isinstance(state, ApiKey)  # a command to one that is none was refused
    return {
        "state": "revoked" if state.revoked else "issued",
        "name": state.name,
        "scopes": state.scopes,
        "company": state.company,
        "expires": state.expires,
    }


async def _place(running: Runtime, query: KeyQuery) -> tuple[int, int | None]:
    """After which number to go on, and as of which position."""
    if query.cursor is None:
        return 0, None if query.as_of is None else await position_at(running, query.as_of)
    after, at = place_of(query.cursor, query.as_of, 2)
    try:
        number = _number.validate_python(after, strict=True)
        position = None if query.as_of is None else _number.validate_python(at, strict=True)
    except ValidationError as error:
        raise bad_cursor() from error
    return number, None if position is None else await known(running, position)
