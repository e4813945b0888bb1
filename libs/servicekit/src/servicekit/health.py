"""Liveness and readiness, for whoever sends requests here or starts the process again.

Not ready means that requests cannot be answered well here: no database, an older schema, a
read model that fails, or an end that is near. An outage of the broker is told as degraded
and takes nobody out of service: commands go on, and the log keeps what is to be published.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from servicekit.addresses import Running
from servicekit.migrate import Revisions
from servicekit.runtime import Runtime
from servicekit.supervision import Loop
from servicekit.telemetry import first_line

State = Literal["ok", "degraded", "failed"]
PATIENCE = 3.0
"""Seconds; what the database may take to answer."""


class Check(BaseModel):
    """One thing that readiness looks at."""

    name: str
    state: State
    reason: str
    behind: int | None = None


class Readiness(BaseModel):
    """`failed` when any check failed, else `degraded` when any is."""

    state: State
    service: str
    checks: list[Check]


router = APIRouter(prefix="/health", tags=["Health"])


@router.get("/live", summary="Whether the process answers at all")
async def live() -> dict[str, str]:
    return {"state": "ok"}


@router.get(
    "/ready",
    summary="Whether requests should be sent here",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not now; the checks say why"}},
)
async def ready(running: Running) -> Response:
    found = await readiness(running)
    return Response(to_json(found), 503 if found.state == "failed" else 200, media_type="application/json")


async def readiness(runtime: Runtime) -> Readiness:
    """All checks, each with its reason."""
    checks = [_staying(runtime), await _database(runtime), *_loops(runtime)]
    states = {check.state for check in checks}
    state: State = "failed" if "failed" in states else "degraded" if "degraded" in states else "ok"
    return Readiness(state=state, service=runtime.service.name, checks=checks)


def _staying(runtime: Runtime) -> Check:
    if runtime.stopping:
        return Check(name="process", state="failed", reason="told to end; answering what still comes")
    return Check(name="process", state="ok", reason="running")


async def _database(runtime: Runtime) -> Check:
    try:
        async with asyncio.timeout(PATIENCE), runtime.engine.connect() as connection:
            at = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return Check(name="database", state="failed", reason=f"not readable: {first_line(error)}")
    return _schema(runtime.revisions, at)


def _schema(revisions: Revisions, at: str | None) -> Check:
    if at is None or revisions.is_older(at):
        reason = f"its schema is at {at or 'nothing'}, not at {revisions.head}; run `migrate`"
        return Check(name="database", state="failed", reason=reason)
    return Check(name="database", state="ok", reason=f"schema at {at}")


def _loops(runtime: Runtime) -> Sequence[Check]:
    projectors = {f"projection {name}": projector for name, projector in runtime.projectors.items()}
    behind: dict[str, Any] = {name: projector.behind for name, projector in projectors.items()}
    if runtime.reactor:
        behind["reactions"] = sum(runtime.reactor.behind.values())
    if runtime.relay:
        behind["relay"] = runtime.relay.status.head - runtime.relay.status.published
    checks = []
    for loop in runtime.loops:
        state: State = "ok"
        reason = failing(runtime, loop)
        if reason is None and loop.name in projectors and not projectors[loop.name].prepared:
            reason = "its table is not there yet"
        if reason is not None:
            state = "failed" if loop.name in projectors else "degraded"
        checks.append(
            Check(name=loop.name, state=state, reason=reason or "running", behind=behind.get(loop.name))
        )
    return checks


def failing(runtime: Runtime, loop: Loop) -> str | None:
    """Since when and why a loop is tried again; None while it runs. The relay, a loop itself, tells its own."""
    error, since = (loop.error, loop.failing_since) if loop.state == "failing" else (None, None)
    if loop.name == "relay" and runtime.relay and runtime.relay.status.error:
        error, since = runtime.relay.status.error, runtime.relay.status.failing_since
    return None if error is None else f"trying again since {since:%Y-%m-%dT%H:%M:%SZ}: {error}"
