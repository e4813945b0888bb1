"""The FastAPI app of a service: its routes behind a token, one error renderer, its OpenAPI document."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware import Middleware
from fastapi.routing import iter_route_contexts
from starlette.requests import Request

from servicekit import event_api, health, metrics, of_order_api
from servicekit.access import Access
from servicekit.bodies import BodyLimit
from servicekit.documents import finished
from servicekit.faults import Fault
from servicekit.identity import authenticated
from servicekit.keys.api import key_routes
from servicekit.problems import invalid
from servicekit.runtime import opened, utc_now
from servicekit.service import Service
from servicekit.settings import Settings
from servicekit.telemetry import http_spans, tracing
from servicekit.translation import answer_errors


def create_app(service: Service, settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """A service as an ASGI app; its lifespan opens the service and runs its loops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.query_names = _query_names(app)
        async with opened(service, settings, clock=clock) as runtime:
            app.state.runtime = runtime
            yield

    tracing(service.name, settings.otlp_endpoint)
    metrics.metering(service.name)
    app = _App(
        title=service.name,
        summary=service.summary,
        version="1",
        lifespan=lifespan,
        middleware=[
            Middleware(Access),
            Middleware(BodyLimit, most=settings.max_body_bytes, streamed=service.streamed),
        ],
        telemetry=http_spans(),
        redoc_url=None,
        redirect_slashes=False,
    )
    answer_errors(app)
    app.include_router(health.router)
    app.include_router(metrics.router)
    for router in (*service.routers, key_routes(service), event_api.router, of_order_api.router):
        app.include_router(router, dependencies=[Depends(authenticated), Depends(_known_query)])
    return app


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with what FastAPI cannot see."""
        if not self.openapi_schema:
            self.openapi_schema = finished(super().openapi())
        return self.openapi_schema


def _query_names(app: FastAPI) -> Mapping[object, frozenset[str]]:
    """What each endpoint documents as its query parameters, which is what it takes."""
    paths = app.openapi()["paths"]
    names: dict[object, frozenset[str]] = {}
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = paths.get(route.path_format, {}).get(method.lower())
            if operation is not None:
                parameters = operation.get("parameters", ())
                names[route.endpoint] = frozenset(p["name"] for p in parameters if p["in"] == "query")
    return names


async def _known_query(request: Request) -> None:
    """Refuse query parameters that are not documented: a misspelt filter must not show everything."""
    known = request.app.state.query_names.get(request.scope["endpoint"], frozenset())
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        takes = f"this address takes {', '.join(sorted(known))}" if known else "this address takes none"
        raise invalid([Fault(parameter=name, detail=f"is unknown here; {takes}") for name in unknown])
