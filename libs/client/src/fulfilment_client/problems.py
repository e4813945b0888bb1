"""What a call can end with instead of an answer, as exceptions that a program can tell apart.

A `Problem` is a service's own no, with its words (RFC 9457). `Unreachable` is no answer at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from pydantic import BaseModel, ValidationError


class Fault(BaseModel):
    """One thing that is wrong with a request. Exactly one of the first three says where."""

    pointer: str | None = None
    """JSON pointer into the body (RFC 6901)."""
    parameter: str | None = None
    """Name of a query or path parameter."""
    header: str | None = None
    detail: str


class Problem(Exception):
    """A service answered, and not with what was asked for."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        trace_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        """Stable, for programs: `step-not-due`, `role-missing`; empty where no service of ours answered."""
        self.detail = detail
        """What is wrong and what to do, for people."""
        self.errors = errors
        """Every wrong field, header or parameter."""
        self.trace_id = trace_id
        """Finds the request in the service's logs and traces."""
        self.retry_after = retry_after
        """Seconds to wait before the same request, as the service asked."""


class Unauthenticated(Problem):
    """401: the token is missing or refused."""


class Forbidden(Problem):
    """403: the token's roles do not allow this."""


class NotFound(Problem):
    """404: no such thing, or not for this token."""


class Refused(Problem):
    """409: impossible now; the code says why, the detail what to do."""


class Stale(Problem):
    """412: changed since it was read; read it again and decide anew."""


class Invalid(Problem):
    """400, 413, 415, 422: the request is wrong; `errors` names every fault."""


class Unavailable(Problem):
    """429 or 5xx, also at the last of many tries. A command may be given again with the same key."""


class Unreachable(Exception):
    """No answer, also at the last of many tries: refused, cut off or timed out.

    Whether a command took effect is unknown; given again with the same key it has effect once.
    """


class _Body(BaseModel):
    """RFC 9457 problem details."""

    type: str = ""
    detail: str = ""
    trace_id: str = ""
    errors: list[Fault] | None = None


def problem_of(answer: httpx.Response) -> Problem:
    """The problem an answer tells; one with an empty code when something else than a service answered."""
    try:
        body = _Body.model_validate_json(answer.content)
    except ValidationError:
        body = _Body(detail=answer.text[:200].strip() or answer.reason_phrase)
    kind = Unavailable if answer.is_server_error else _KINDS.get(answer.status_code, Problem)
    return kind(
        answer.status_code,
        body.type.rpartition("/")[2],
        body.detail,
        errors=body.errors or (),
        trace_id=body.trace_id,
        retry_after=_seconds(answer.headers.get("retry-after")),
    )


_KINDS: dict[int, type[Problem]] = {
    400: Invalid, 401: Unauthenticated, 403: Forbidden, 404: NotFound, 409: Refused, 412: Stale, 413: Invalid,
    415: Invalid, 422: Invalid, 429: Unavailable,
}  # fmt: skip


def _seconds(header: str | None) -> float | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or the moment itself; None when absent or garbled."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())
