"""One attempt to deliver: a POST over a connection of its own, and what its answer means.

Redirects are not followed, what the receiver says beyond its status and Retry-After is not
read, and environment proxies are not used: the address that was checked is the one talked to.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import httpcore

from notification.webhooks.destination import DestinationRefused, GuardedNetwork, Resolve, Resolver
from notification.webhooks.retries import LONGEST_HOLD

AT_ONCE = 256
"""Connections to all receivers together."""
TIMEOUT = 15.0
"""Seconds for the whole of an attempt."""
GONE = 410
_AWAY = frozenset({408, 410, 425, 429, 502, 503, 504})
"""What says nothing about this webhook, only about its receiver."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver has it."""

    status: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why not. `retry_after`: the receiver wants nothing before."""

    fault: Literal["refused", "away"]
    error: str
    status: int | None = None
    retry_after: datetime | None = None


class Receivers:
    """Sends to any receiver; use `open_receivers`."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, timeout: float) -> None:
        self._pool = pool
        self._timeout = timeout
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def post(self, url: str, headers: Mapping[str, str], body: str, now: datetime) -> Taken | NotTaken:
        """Make one attempt. A timeout leaves it open whether it arrived."""
        async with self._turns:
            try:
                async with (
                    asyncio.timeout(self._timeout),
                    self._pool.stream(
                        "POST", url, headers=list(headers.items()), content=body.encode()
                    ) as answer,
                ):
                    said = {name.decode("latin-1").lower(): value for name, value in answer.headers}
                    return meaning(answer.status, said.get("retry-after", b"").decode("latin-1"), now)
            except DestinationRefused as error:
                return NotTaken("refused", str(error))
            except (TimeoutError, httpcore.TimeoutException):
                return NotTaken("away", f"no answer within {self._timeout:g} s")
            except (
                httpcore.NetworkError,
                httpcore.ProtocolError,
                httpcore.UnsupportedProtocol,
                OSError,
            ) as error:
                return NotTaken("away", f"{type(error).__name__}: {error}"[:300])


@asynccontextmanager
async def open_receivers(
    *, allow_private: bool, resolve: Resolve | None = None, timeout: float = TIMEOUT
) -> AsyncIterator[Receivers]:
    """Connections are made for the length of the block, each for one attempt."""
    resolver = Resolver()
    network = GuardedNetwork(resolve or resolver, allow_private=allow_private)
    try:
        async with httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=AT_ONCE,
            max_keepalive_connections=0,
            network_backend=network,
        ) as pool:
            yield Receivers(pool, timeout)
    finally:
        resolver.close()


def meaning(status: int, retry_after: str, now: datetime) -> Taken | NotTaken:
    """What an answer says of the webhook, and of its receiver."""
    if 200 <= status < 300:
        return Taken(status)
    error = f"HTTP {status}"
    if 300 <= status < 400:
        error += ": redirects are not followed; subscribe with the address it leads to"
    if status == GONE:
        error += ": the receiver is gone; the subscription was disabled"
    return NotTaken("away" if status in _AWAY else "refused", error, status, _hold(retry_after, now))


def _hold(header: str, now: datetime) -> datetime | None:
    """Retry-After as a moment (RFC 9110, 10.2.3): seconds or a date; None for anything else or the past."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        wait = timedelta(seconds=min(int(header[:9]), LONGEST_HOLD.total_seconds()))
        return now + wait if wait else None
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(until, now + LONGEST_HOLD) if until > now else None
