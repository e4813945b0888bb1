"""Calls to the services that outlast an outage: each is repeated until it has an answer that counts.

A command carries an Idempotency-Key, so that repeating it, also in another process after a
crash, gives it effect once. Nothing bounds the repetitions here; `staff` watches whether
anything still moves.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx

from demo.people import Tokens

Json = dict[str, Any]  # Any: a JSON document
Tell = Callable[[str | None], None]
"""Told why there is no answer that counts yet, and None once there is one."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 3.0
_PASSING = frozenset({"request-in-flight", "version-conflict"})
"""Codes of 409 that another try overcomes."""
_SERVICES = {
    "orders": "order-intake", "cases": "review", "requirements": "procurement", "purchase-orders": "procurement",
}  # fmt: skip


@asynccontextmanager
async def clients(
    services: Mapping[str, str], at_once: int
) -> AsyncIterator[Mapping[str, httpx.AsyncClient]]:
    """A client for each service, with as many kept connections as there are calls at once."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(httpx.AsyncClient(base_url=url, limits=limits, timeout=30))
            for name, url in services.items()
        }


class NotTaken(Exception):
    """A service said no, and would say it again."""


class Calls:
    """The services' HTTP APIs, as their callers use them."""

    def __init__(self, services: Mapping[str, httpx.AsyncClient], tokens: Tokens) -> None:
        self._services = services
        self._tokens = tokens

    async def command(self, role: str, company: str, path: str, body: Json, key: str, tell: Tell) -> Json:
        """Give a command; the answer's body. Raises `NotTaken` with the problem's own words."""
        headers = {"Idempotency-Key": f'"{key}"'}
        answer = await self._ask("POST", role, company, path, tell, json=body, headers=headers)
        return _taken(answer)

    async def read(
        self, role: str, company: str, path: str, tell: Tell, params: Mapping[str, str] | None = None
    ) -> Json | None:
        """Read something; None when it is not there. Raises `NotTaken`."""
        answer = await self._ask("GET", role, company, path, tell, params=params)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _taken(answer)

    async def _ask(
        self, method: str, role: str, company: str, path: str, tell: Tell, **more: Any
    ) -> httpx.Response:
        service = self._services[_SERVICES[path.split("/")[1]]]
        headers = {"Authorization": f"Bearer {self._tokens.of(role, company)}", **more.pop("headers", {})}
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = await service.request(method, path, headers=headers, **more)
            except httpx.TransportError as error:
                why, wait = f"{type(error).__name__} {error}".strip(), pause
            else:
                if not _passes(answer):
                    tell(None)
                    return answer
                why, wait = _problem(answer), max(pause, float(answer.headers.get("retry-after", 0)))
            tell(f"{method} {path}: {why}")
            await asyncio.sleep(min(wait, _LONGEST_PAUSE) * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
            pause = min(pause * 2, _LONGEST_PAUSE)


def _passes(answer: httpx.Response) -> bool:
    """Whether the same request may well be answered otherwise soon."""
    if answer.status_code == httpx.codes.CONFLICT:
        return _code(answer) in _PASSING
    return answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error


def _taken(answer: httpx.Response) -> Json:
    if not answer.is_success:
        raise NotTaken(f"{answer.request.method} {answer.request.url.path}: {_problem(answer)}")
    body: Json = answer.json()
    return body


def _code(answer: httpx.Response) -> str:
    """The problem's code (RFC 9457): the end of its type."""
    return str(_body(answer).get("type", "")).rpartition("/")[2]


def _problem(answer: httpx.Response) -> str:
    body = _body(answer)
    return f"{answer.status_code} {_code(answer)} {body.get('detail', answer.text[:200])}"


def _body(answer: httpx.Response) -> Json:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
