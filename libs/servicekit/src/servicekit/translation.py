"""From an error to the problem that answers it: one table for all services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from events.appending import Conflict, KeyReused, TooLarge
from events.connections import OUTAGES, Unavailable
from events.decider import Forbidden, NotFound, Refused
from events.gather import Overloaded
from servicekit.faults import Fault, faults_of
from servicekit.problems import Problem, answer, invalid, unavailable


def problem_of(error: Exception) -> Problem:
    """The problem that answers an error. Unknown ones become 500 and give nothing away."""
    for kind, translate in _TRANSLATIONS.items():
        if isinstance(error, kind):
            return translate(error)
    return _unexpected()


def answer_errors(app: FastAPI) -> None:
    """Make every error of the app's routes a problem."""

    async def handle(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status_code == 405:
            problem.headers = {"Allow": ", ".join(_methods(app, request.url.path))}
        return answer(problem)

    for kind in _TRANSLATIONS:
        app.add_exception_handler(kind, handle)


def _methods(app: FastAPI, path: str) -> Sequence[str]:
    """All that an address takes: Starlette names those of one of its routes only (RFC 9110, 10.2.1)."""
    routes = [route for route in iter_route_contexts(app.routes) if route.path]
    exact = [route for route in routes if route.path == path]  # `/cases/decisions` is no `/cases/{id}`
    fitting = exact or [route for route in routes if compile_path(route.path or "")[0].match(path)]
    return sorted({method for route in fitting for method in route.methods or ()})


def _unexpected() -> Problem:
    return Problem(500, "internal-error", "something broke here; report the trace_id and try again later")


def _plain(error: HTTPException) -> Problem:
    if isinstance(error, Problem):
        return error
    code, detail = _PLAIN.get(error.status_code, ("http-error", str(error.detail)))
    return Problem(error.status_code, code, detail, headers=error.headers)


_PLAIN = {
    404: ("not-found", "nothing is here; /docs lists all addresses of this service"),
    405: ("method-not-allowed", "this address takes other methods; see the Allow header"),
}


def _refused(status: int) -> Callable[[Refused], Problem]:
    def translate(error: Refused) -> Problem:
        errors = [Fault(pointer=_pointer(field), detail=detail) for field, detail in error.fields.items()]
        return Problem(status, error.code, error.reason, errors=errors)

    return translate


def _pointer(field: str) -> str:
    return field if field.startswith("/") else "/" + field.replace(".", "/")


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return Problem(
            400, "malformed-json", "the body is not JSON; check it at the place named by your JSON library"
        )
    return invalid(faults_of(found, error.body))


def _away(_: Exception) -> Problem:
    return unavailable(
        "unavailable", "the database did not answer; try again with the same Idempotency-Key", 2.0
    )


def _database(error: DBAPIError) -> Problem:
    """SQLAlchemy wraps what asyncpg raises, once or twice."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, asyncpg.DataError):
            return Problem(422, "invalid-request", "a parameter has a value that no row can have; correct it")
        if isinstance(cause, OUTAGES):
            return _away(error)
        if isinstance(cause, asyncpg.UndefinedTableError | asyncpg.UndefinedColumnError):
            return unavailable("read-model-behind", "this version of the list is being built; ask again")
        cause = cause.__cause__
    return _unexpected()


_Translate = Callable[[Any], Problem]  # Any: each takes the error of its own key
_TRANSLATIONS: Mapping[type[Exception], _Translate] = {
    HTTPException: _plain,
    RequestValidationError: _invalid,
    NotFound: _refused(404),
    Forbidden: _refused(403),
    Refused: _refused(409),
    Conflict: lambda e: Problem(
        409, "version-conflict", f"others keep changing this; read it again and decide anew ({e})"
    ),
    KeyReused: lambda _: Problem(
        422, "idempotency-key-reused", "this Idempotency-Key came with another request before; use a new key"
    ),
    TooLarge: lambda e: Problem(413, "event-too-large", f"{e}; send less in one request"),
    Overloaded: lambda e: unavailable(
        "overloaded", "too much is waiting; nothing was done, try again", e.retry_after
    ),
    Unavailable: _away,
    PoolTimeout: lambda _: unavailable("overloaded", "too many are reading; try again"),
    DBAPIError: _database,
    **dict.fromkeys(OUTAGES, _away),
}
