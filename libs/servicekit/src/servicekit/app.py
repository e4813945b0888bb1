"""The FastAPI app of a service: its routes behind a token, one error renderer, its OpenAPI document."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware import Middleware
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Route

from servicekit import event_api, health, metrics, of_order_api
from servicekit.access import Access
from servicekit.bodies import BodyLimit
from servicekit.documents import finished
from servicekit.door import door
from servicekit.keys.api import key_routes
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
        app.router.routes = [_found_at_once(route) for route in iter_route_contexts(app.routes)]
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
        app.include_router(router, dependencies=[Depends(door)])
    return app


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with what FastAPI cannot see."""
        if not self.openapi_schema:
            self.openapi_schema = finished(super().openapi())
        return self.openapi_schema


def _found_at_once(included: RouteContext) -> Route:
    """A route without the routers it was declared in: FastAPI looks through each of them twice, per request."""
    assert included.path is not None
    assert included.endpoint is not None
    route = Route(included.path, included.endpoint, name=included.name)
    route.methods, route.app = included.methods, included.app
    return route


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
