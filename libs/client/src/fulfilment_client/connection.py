"""A connection to one service, as one caller: what all its operations share.

Requests outlast an outage for as long as the connection's patience; see `retries`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter

from fulfilment_client.problems import Problem, Unreachable, problem_of
from fulfilment_client.retries import at_least, passes, pauses

T = TypeVar("T")
Token = Callable[[], Awaitable[str]]
"""Gives the bearer token; asked before every try, so it may renew it."""
Value = str | int | bool | date | datetime
Query = Mapping[str, Value | Sequence[Value] | None]
"""Query parameters by name; None is left out."""
Headers = Mapping[str, str]
PATIENCE = 60.0


def nobody(trouble: str | None) -> None:
    """Listens to no trouble."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Several callers share the sockets: `dataclasses.replace(connection, token=...)`."""

    http: httpx.AsyncClient
    token: Token
    patience: float = PATIENCE
    """Seconds after which a request that only meets outages is given up; `math.inf` for never."""
    told: Callable[[str | None], None] = nobody
    """Told why a request has to be sent again, and None once it is answered."""

    async def read(self, path: str, answer: type[T], query: Query | None = None) -> T:
        """Read something. Raises `Problem` or `Unreachable`, as all of these."""
        response = await self.send("GET", path, query=query)
        return TypeAdapter(answer).validate_json(response.content)

    async def command(
        self,
        path: str,
        answer: type[T],
        body: BaseModel | None = None,
        *,
        key: str | None = None,
        if_version: int | None = None,
    ) -> T:
        """Give a command. Without a `key` it gets one of its own, the same for all tries."""
        headers = {"Idempotency-Key": f'"{key or uuid4()}"'}
        if if_version is not None:
            headers["If-Match"] = f'"{if_version}"'
        response = await self.send("POST", path, body=body, headers=headers)
        return TypeAdapter(answer).validate_json(response.content)

    async def post(self, path: str, answer: type[T], body: BaseModel | None = None) -> T:
        """Post what takes no Idempotency-Key: not sent again when it may have arrived."""
        response = await self.send("POST", path, body=body, repeatable=False)
        return TypeAdapter(answer).validate_json(response.content)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        query: Query | None = None,
        headers: Headers | None = None,
        repeatable: bool = True,
        stream: bool = False,
    ) -> httpx.Response:
        """Until there is an answer that counts, or patience is at its end.

        The body of a `stream` is still to be read; whoever reads it closes the response.
        """
        ends = time.monotonic() + self.patience
        content = body.model_dump_json(exclude_unset=True) if body is not None else None
        kind = {"Content-Type": "application/json"} if body is not None else {}
        for pause in pauses():
            failure: Problem | httpx.TransportError
            sent = {**kind, **(headers or {}), "Authorization": f"Bearer {await self.token()}"}
            request = self.http.build_request(
                method, path, content=content, params=_encoded(query), headers=sent
            )
            try:
                answer = await self.http.send(request, stream=stream)
                if not answer.is_success:
                    await answer.aread()
            except httpx.TransportError as error:
                failure, wait = error, pause
            else:
                if answer.is_success:
                    self.told(None)
                    return answer
                failure = problem_of(answer)
                wait = at_least(failure.retry_after, pause)
            if not passes(failure, repeatable=repeatable) or time.monotonic() + wait > ends:
                self.told(None)
                raise _raised(failure, method, path)
            self.told(f"{method} {path}: {_words(failure)}")
            await asyncio.sleep(wait)
        raise AssertionError("there is always another pause")


@asynccontextmanager
async def connect(
    url: str,
    token: Token,
    *,
    patience: float = PATIENCE,
    timeout: float = 30.0,
    connections: int = 100,
) -> AsyncIterator[Connection]:
    """Connect to the service at `url`; closed at the end of the block. Times are in seconds.

    `timeout` is for one try, `connections` how many sockets there are at most.
    """
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(base_url=url, timeout=timeout, limits=limits) as http:
        yield Connection(http, token, patience)


def static_token(token: str) -> Token:
    """A token that stays the same."""

    async def same() -> str:
        return token

    return same


def part(value: str) -> str:
    """A value as one part of a path."""
    return quote(value, safe="")


def _encoded(query: Query | None) -> httpx.QueryParams:
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs += [(name, _text(one)) for one in several if one is not None]
    return httpx.QueryParams(tuple(pairs))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _raised(failure: Problem | httpx.TransportError, method: str, path: str) -> Exception:
    if isinstance(failure, Problem):
        failure.add_note(f"{method} {path}")
        return failure
    unreachable = Unreachable(f"{method} {path}: {_words(failure)}")
    unreachable.__cause__ = failure
    return unreachable


def _words(failure: Exception) -> str:
    if isinstance(failure, Problem):
        return str(failure)
    return f"{type(failure).__name__} {failure}".strip()
