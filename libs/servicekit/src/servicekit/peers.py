"""Asking the other services on behalf of a caller: concurrently, with an end, and without failing as a whole.

The caller's own token goes along, so a peer shows what the caller may see and nothing more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic, Literal, NamedTuple, TypeVar

import httpx
import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from events.tracing import traceparent_now
from servicekit.telemetry import first_line

logger = structlog.get_logger(__name__)
T = TypeVar("T")
Reason = Literal["no_address", "away", "too_slow", "refused", "failed"]
ATTEMPTS = 2
"""A connection that a peer closed while it was idle fails once."""


class Missing(BaseModel):
    """A service whose part is missing from an answer."""

    service: str
    reason: Reason = Field(
        description="`no_address`: PEERS does not name it; `refused`: it does not take the caller's token; "
        "the others pass, ask again."
    )


class Answers(NamedTuple, Generic[T]):
    """What the peers said, by service, and who said nothing."""

    parts: Mapping[str, T]
    missing: Sequence[Missing]


class Peers:
    """The other services: where they are, and how long one waits for them."""

    def __init__(self, http: httpx.AsyncClient, addresses: Mapping[str, str], patience: float) -> None:
        self._http = http
        self._addresses = addresses
        self._patience = patience

    async def ask(
        self, services: Sequence[str], path: str, shape: TypeAdapter[T], request: Request
    ) -> Answers[T]:
        """The answers to `GET path` of these services, within the patience, in the name of a request."""
        headers = {"authorization": request.headers.get("authorization", "")}
        if traceparent := traceparent_now():
            headers["traceparent"] = traceparent
        said = await asyncio.gather(*(self._one(service, path, shape, headers) for service in services))
        parts = {service: part for one in said for service, part in one.parts.items()}
        return Answers(parts, [missing for one in said for missing in one.missing])

    async def _one(
        self, service: str, path: str, shape: TypeAdapter[T], headers: Mapping[str, str]
    ) -> Answers[T]:
        address = self._addresses.get(service)
        if address is None:
            return Answers({}, [Missing(service=service, reason="no_address")])
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._get(address.rstrip("/") + path, headers)
            answer.raise_for_status()
            return Answers({service: shape.validate_json(answer.content)}, ())
        except (httpx.HTTPError, TimeoutError, ValidationError) as error:
            missing = Missing(service=service, reason=_reason(error))
            logger.warning(
                "a peer's part is missing", peer=service, reason=missing.reason, error=first_line(error)
            )
            return Answers({}, [missing])

    async def _get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._http.get(url, headers=headers)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                continue
        return await self._http.get(url, headers=headers)


def _reason(error: Exception) -> Reason:
    match error:
        case httpx.HTTPStatusError(response=response):
            return "refused" if response.status_code in {401, 403} else "failed"
        case TimeoutError() | httpx.TimeoutException():
            return "too_slow"
        case httpx.HTTPError():
            return "away"
    return "failed"
