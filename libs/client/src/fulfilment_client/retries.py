"""Which requests are sent again, and after how long.

A command carries an Idempotency-Key that stays the same from try to try, and a read changes
nothing: both may be sent as often as it takes, they have effect once. What has no key is sent
again only when it cannot have had any effect.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import httpx

from fulfilment_client.problems import Problem, Refused, Unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries, where the service asks for no others."""
_PASSING = frozenset({"request-in-flight", "version-conflict"})
"""Codes of 409 that another try overcomes: the first one is still at work, or others were faster."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
CUT_OFF = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError)
"""There may have been an answer, and it did not arrive."""


def passes(failure: Problem | httpx.TransportError, *, repeatable: bool) -> bool:
    """Whether the same request may well be answered otherwise soon, and may be sent again."""
    if isinstance(failure, httpx.TransportError):
        return isinstance(failure, CUT_OFF if repeatable else NEVER_SENT)
    if failure.status == httpx.codes.TOO_MANY_REQUESTS:
        return True
    if isinstance(failure, Refused):
        return repeatable and failure.code in _PASSING
    return repeatable and isinstance(failure, Unavailable) and failure.status != httpx.codes.NOT_IMPLEMENTED


def pauses() -> Iterator[float]:
    """Seconds to wait after each try: longer and longer, and never the same for all who wait."""
    longest = FIRST_PAUSE
    while True:
        yield longest * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
        longest = min(longest * 2, LONGEST_PAUSE)


def at_least(asked: float | None, pause: float) -> float:
    """The pause, and not shorter than the service asked for; spread upwards, so that not all come at once."""
    return pause if asked is None else asked + pause
