"""A service in the process of a test: on a real database, behind real tokens, without a socket.

async with running(service, database) as desk:
    anna = desk.client("anna", "sales", company="north")
    done = await anna.post("/tickets", json={"title": "The door is jammed"})
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from fastapi import FastAPI

from servicekit.admission import Admission
from servicekit.app import create_app
from servicekit.migrate import migrate
from servicekit.protocol import bounded
from servicekit.runtime import Runtime, utc_now
from servicekit.server import WatchingServer
from servicekit.service import Service
from servicekit.settings import Settings
from servicekit.telemetry import terminal_logs


class Database(Protocol):
    """A database with its two roles, such as the fixture of tools/launch gives."""

    @property
    def owner_url(self) -> str: ...
    @property
    def service_url(self) -> str: ...


class TokenIssuer:
    """Signs tokens (ES256) and publishes its keys over HTTP on loopback."""

    audience = "fulfilment"

    def __init__(self) -> None:
        self.keys = {"first": generate_private_key(SECP256R1())}
        self.url = ""
        self.asked = 0
        """How often the keys were fetched."""

    def token(
        self, subject: str, *roles: str, company: str | None = None, kid: str = "first", **claims: Any
    ) -> str:
        """A token for an hour; `claims` replace what would be in it, None takes it out."""
        now = datetime.now(UTC)
        full: dict[str, Any] = {
            "sub": subject, "roles": list(roles), "company": company, "iss": self.url, "aud": self.audience,
            "iat": now, "exp": now + timedelta(hours=1), **claims,
        }  # fmt: skip
        present = {name: value for name, value in full.items() if value is not None}
        return jwt.encode(present, self.keys[kid], "ES256", headers={"kid": kid})

    @property
    def jwks(self) -> dict[str, Any]:
        """The published key set."""
        return {"keys": [self._public(kid) for kid in self.keys]}

    def _public(self, kid: str) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {**public, "kid": kid, "alg": "ES256", "use": "sig"}


@contextmanager
def token_issuer() -> Iterator[TokenIssuer]:
    """An issuer that listens for the length of the block."""
    issuer = TokenIssuer()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the standard library's name
            issuer.asked += 1
            body = json.dumps(issuer.jwks).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class LocalService:
    """An open service, and people who use it."""

    app: FastAPI
    runtime: Runtime
    issuer: TokenIssuer

    def client(self, subject: str, *roles: str, company: str | None = None) -> httpx.AsyncClient:
        """Somebody with these roles; `nobody` for one without a token."""
        token = self.issuer.token(subject, *roles, company=company)
        return self._client({"Authorization": f"Bearer {token}"})

    @property
    def nobody(self) -> httpx.AsyncClient:
        return self._client({})

    async def settled(self) -> None:
        """Until the service shows, and has reacted to, all of its own log, also what that led to.

        For the embedded feed, where a position is one for all.
        """
        for projection in self.runtime.service.projections:
            assert await self.runtime.shown(projection, 0, 30), f"{projection.name} is not there"
        while await self._seen() < await self.runtime.log.head():  # noqa: ASYNC110  # only the database knows
            await asyncio.sleep(0.02)

    async def _seen(self) -> int:
        service = self.runtime.service
        consumers = [projection.consumer for projection in service.projections]
        if self.runtime.reactor and service.name in service.sources:
            consumers.append(self.runtime.reactor.consumer)
        rows = await self.runtime.pool.fetch(
            "SELECT position FROM feed.checkpoint WHERE source = $1 AND consumer = ANY($2::text[])",
            service.name,
            consumers,
        )
        return min((row["position"] for row in rows), default=0) if len(rows) == len(consumers) else 0

    def _client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://service", headers=headers
        )


@asynccontextmanager
async def running(
    service: Service,
    database: Database,
    *,
    clock: Callable[[], datetime] = utc_now,
    **settings: Any,  # of Settings, as keywords
) -> AsyncIterator[LocalService]:
    """Migrate the database, open the service, and close it at the end."""
    terminal_logs()
    with token_issuer() as issuer:
        given = settings_for(database, issuer, **settings)
        await asyncio.to_thread(migrate, service, given)
        app = create_app(service, given, clock=clock)
        same = (service.name, service.summary, *map(id, (*service.routers, *service.deciders)))
        _, app.openapi_schema = _documents.get(same, (service, None))
        async with app.router.lifespan_context(app):
            _documents.setdefault(same, (service, app.openapi()))
            yield LocalService(app, app.state.runtime, issuer)


_documents: dict[tuple[object, ...], tuple[Service, dict[str, Any]]] = {}
"""The OpenAPI document of each set of routes: working it out was most of the work of opening an app for a test.
The service is kept so that nothing else gets the identity of one of its parts."""


@asynccontextmanager
async def listening(opened: LocalService) -> AsyncIterator[str]:
    """An open service on a real socket, for streams and for its peers; gives its base URL."""
    settings, service = opened.runtime.settings, opened.runtime.service
    admission = Admission(settings.max_in_flight)
    http = bounded(
        admission, streamed=service.streamed, head=settings.head_seconds, progress=settings.progress_seconds
    )
    config = uvicorn.Config(
        opened.app, http=http, ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    server = WatchingServer(config, admission)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            try:
                while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
                    await asyncio.sleep(0.01)
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                opened.runtime.followers.end()
                server.should_exit = True


def settings_for(database: Database, issuer: TokenIssuer, **more: Any) -> Settings:
    """Settings for a test; `more` replaces or adds to them."""
    known: dict[str, Any] = {
        "database_url": database.service_url, "owner_database_url": database.owner_url, "jwks_url": issuer.url,
        "token_issuer": issuer.url, "token_audience": issuer.audience,
    }  # fmt: skip
    return Settings(**known | more)
