"""The door for API keys: who the bearer of a key is, from the key's own stream at every request.

So a revocation counts from the next request on, in every replica. What cannot be a key of this
service is turned away without asking the log.
"""

from __future__ import annotations

from collections import OrderedDict
from hmac import compare_digest

from events.decider import Decider, Forbidden
from events.handler import Clock
from events.log import Log
from events.recorded import Actor
from servicekit.keys.api_key import READ, ROLE, ApiKey, State
from servicekit.keys.secret import Key, read_key
from servicekit.problems import Problem, unauthenticated

REMEMBERED = 10_000
"""Digests of keys kept at most: they never change, and turn away wrong secrets without the log."""


class KeyDoor:
    """Knows the bearers of one service's keys."""

    def __init__(self, service: str, keys: Decider[State], log: Log, clock: Clock) -> None:
        self._service, self._keys, self._log, self._clock = service, keys, log, clock
        self._digests: OrderedDict[int, str] = OrderedDict()

    async def actor(self, text: str, *, reads: bool) -> Actor:
        """The bearer of a key. Raises a 401 problem, and `Forbidden` for what `reads` without that scope."""
        key = read_key(text)
        if key is None:
            raise unauthenticated("this is no API key, or not all of it; send it as it was shown")
        if key.service != self._service:
            raise unauthenticated(
                f"this is an API key of {key.service}; ask an operator for one of {self._service}"
            )
        known = self._digests.get(key.number)
        if known is not None and not compare_digest(known, key.digest):
            raise _unknown()
        state = self._keys.fold(fact.event for fact in await self._log.read(self._keys.stream(key.id)))
        return self._bearer(key, state, reads)

    def _bearer(self, key: Key, state: State, reads: bool) -> Actor:
        if not isinstance(state, ApiKey):
            raise _unknown()
        self._remember(key.number, state.digest)
        if not compare_digest(state.digest, key.digest):
            raise _unknown()
        if (stands := state.stands(self._clock())) != "active":
            raise unauthenticated(f"the API key {key.id} is {stands}; ask an operator for another")
        if reads and READ not in state.scopes:
            detail = f"{READ} is not among the scopes of key:{key.id}; ask an operator for a key that has it"
            raise Forbidden("scope-missing", detail)
        return Actor(f"key:{key.id}", frozenset({ROLE}), state.company, frozenset(state.scopes))

    def _remember(self, number: int, digest: str) -> None:
        self._digests[number] = digest
        self._digests.move_to_end(number)
        if len(self._digests) > REMEMBERED:
            self._digests.popitem(last=False)


def _unknown() -> Problem:
    return unauthenticated("the API key is not known here; ask an operator for one")
