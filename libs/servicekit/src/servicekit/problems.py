"""Every error answer of every service: RFC 9457 problem details, from one renderer.

A problem says what is wrong and what to do, names every wrong field at once, and carries
the trace id that finds the request in logs and traces. docs/api.md lists the codes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from servicekit.faults import Fault
from servicekit.telemetry import trace_id


class Problem(HTTPException):
    """An error with its answer: raise it from anywhere in a request."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.code = code
        self.errors = errors


class ProblemBody(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(examples=["/problems/order-not-complete"])
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do.")
    trace_id: str = Field(description="Finds this request in logs and traces.")
    errors: list[Fault] | None = Field(default=None, description="Every wrong field, header or parameter.")


def PROBLEMS(*statuses: int) -> dict[int | str, dict[str, Any]]:  # noqa: N802  # reads as the table it gives
    """These errors for a route's documentation."""
    return {status: {"description": _MEANINGS[status], "content": _CONTENT} for status in statuses}


_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
_MEANINGS = {
    400: "The body is no JSON, or too deep",
    401: "No token, or one that is refused",
    403: "The token's roles do not allow this",
    404: "No such thing, or not for this token",
    409: "Impossible now: the code says why",
    412: "Changed since it was read: If-Match is stale",
    413: "The body is too large",
    415: "The body is not declared as JSON",
    500: "Something broke here; the trace_id finds it",
    422: "Wrong fields, headers or parameters, all of them named",
    503: "Overloaded or cut off: try again after Retry-After seconds",
}


def answer(problem: Problem) -> Response:
    """The response for a problem."""
    return Response(
        to_json(described(problem)), problem.status_code, problem.headers, "application/problem+json"
    )


def described(problem: Problem) -> dict[str, Any]:
    """A problem as the JSON object that callers see, also inside an answer of many parts."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.code.replace("-", " ").capitalize(),
        "status": problem.status_code,
        "detail": problem.detail,
        "trace_id": trace_id(),
    }
    if problem.errors:
        body["errors"] = [fault.model_dump(exclude_none=True) for fault in problem.errors]
    return body


def invalid(faults: Sequence[Fault]) -> Problem:
    """422, naming everything that is wrong."""
    names = ", ".join(fault.place for fault in faults)
    return Problem(
        422, "invalid-request", f"correct what is wrong with {names} and send it again", errors=faults
    )


def unauthenticated(detail: str) -> Problem:
    """401: the token or key is refused."""
    return Problem(
        401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


def retry_after(seconds: float) -> dict[str, str]:
    """A Retry-After header, jittered upwards so that those refused do not come back together."""
    return {"Retry-After": str(max(1, round(seconds * random.uniform(1, 3))))}  # noqa: S311  # no secret


def unavailable(code: str, detail: str, seconds: float = 1.0) -> Problem:
    """503: nothing is wrong with the request, it should come again."""
    return Problem(503, code, detail, headers=retry_after(seconds))
