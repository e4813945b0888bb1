"""What every route but those of health and metrics asks of a request first: a token, and no unknown query parameter."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from events.recorded import Actor
from servicekit.faults import Fault
from servicekit.keys.secret import PREFIX
from servicekit.problems import Problem, invalid
from servicekit.runtime import Runtime


class _Door(SecurityBase):
    """One dependency, and the document's security scheme as well: FastAPI has its price for each, per request."""

    scheme_name = "HTTPBearer"
    model = HTTPBearer(
        bearerFormat="JWT",
        description="A token of the issuer (RFC 7519), or an API key of this service (`ff_...`).",
    )

    async def __call__(self, request: Request) -> Actor:
        who = await _bearer(request)
        _refuse_unknown_query(request)
        return who


door = _Door()
"""Lets a request in, and gives the bearer of its token or API key. Raises a 401, 403 or 422 `Problem`."""
Who = Annotated[Actor, Depends(door)]
"""Who asks, as a parameter of a route: `async def endpoint(who: Who)`."""


async def _bearer(request: Request) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Problem(
            401, "unauthenticated", "send a token in the header Authorization: Bearer ...",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    runtime: Runtime = request.app.state.runtime
    if token.startswith(PREFIX):
        return await runtime.keys.actor(token, reads=request.method in {"GET", "HEAD"})
    return await runtime.issuer.actor(token)


def _refuse_unknown_query(request: Request) -> None:
    """Refuse query parameters that are not documented: a misspelt filter must not show everything."""
    known = request.app.state.query_names.get(request.scope["endpoint"], frozenset())
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        takes = f"this address takes {', '.join(sorted(known))}" if known else "this address takes none"
        raise invalid([Fault(parameter=name, detail=f"is unknown here; {takes}") for name in unknown])
