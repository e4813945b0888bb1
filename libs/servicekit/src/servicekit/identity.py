"""Who asks: bearer tokens (JWT, RFC 7519) checked against the issuer's published keys.

Only asymmetric signatures; issuer, audience, expiry and subject are required. The keys are
cached, so an outage of the issuer stops nobody who holds a token signed with a known key; so
are verified tokens, each for as long as its key is among them and it has not expired.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx
import jwt
import structlog

from events.recorded import Actor
from servicekit.problems import unauthenticated, unavailable

logger = structlog.get_logger(__name__)
ALGORITHMS = frozenset({"ES256", "EdDSA", "RS256"})
FRESH_FOR = 300.0
"""Seconds until the keys are asked for again, so that one the issuer withdraws goes."""
PAUSE = 10.0
"""Seconds between two questions to the issuer, whatever tokens come."""
REMEMBERED = 10_000
"""Verified tokens kept at most, about 1 kB each; the ones used longest ago go first."""
LEEWAY = 5
"""Seconds by which the issuer's clock may differ from ours."""


@dataclass(frozen=True, slots=True)
class _Verified:
    actor: Actor
    kid: str
    key: jwt.PyJWK
    expires: float
    """Unix time, the leeway included."""


class Issuer:
    """The token issuer's keys, and the check of a token against them."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        jwks_url: str,
        issuer: str,
        audience: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url, self._issuer, self._audience = jwks_url, issuer, audience
        self._clock = clock
        self._known: OrderedDict[bytes, _Verified] = OrderedDict()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched = self._asked = float("-inf")
        self._asking = asyncio.Lock()

    async def actor(self, token: str) -> Actor:
        """The bearer of a token. Raises a 401 problem that says what is wrong with it.

        A token verified before is not verified again while the key that did it is in force: the
        keys are looked after as for a new one, so one that the issuer withdraws is gone after
        `FRESH_FOR` for both.
        """
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(digest)
        if known is not None:
            if known.expires > time.time() and await self._in_force(known):
                self._known.move_to_end(digest)
                return known.actor
            self._known.pop(digest, None)
        verified = await self._verified(token)
        self._known[digest] = verified
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return verified.actor

    @property
    def remembered(self) -> int:
        """How many verified tokens are kept."""
        return len(self._known)

    async def _in_force(self, known: _Verified) -> bool:
        try:
            return await self._key(known.kid) is known.key
        except jwt.InvalidTokenError:
            return False

    async def _verified(self, token: str) -> _Verified:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._key(kid)
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise unauthenticated(
                f"the token is refused: {error}; get a new one from {self._issuer}"
            ) from error
        return _Verified(_actor(claims), str(kid), key, float(claims["exp"]) + LEEWAY)

    async def _key(self, kid: object) -> jwt.PyJWK:
        now = self._clock()
        if kid not in self._keys or (now - self._fetched > FRESH_FOR and not self._asking.locked()):
            await self._refresh()
        if not self._keys:
            raise unavailable("issuer-unavailable", "tokens cannot be checked right now; try again", 2.0)
        if not isinstance(kid, str) or kid not in self._keys:
            raise jwt.InvalidTokenError("it names no key of this issuer")
        return self._keys[kid]

    async def _refresh(self) -> None:
        """Ask the issuer once for all who wait, and not again within the pause."""
        async with self._asking:
            if self._clock() - self._asked < PAUSE:
                return
            self._asked = self._clock()
            try:
                answer = await self._http.get(self._url)
                answer.raise_for_status()
                self._keys = _usable(answer.json())
                self._fetched = self._clock()
            except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
                logger.warning(
                    "token issuer away, going on with the keys at hand",
                    error=repr(error),
                    keys=len(self._keys),
                )


def _usable(jwks: Any) -> Mapping[str, jwt.PyJWK]:  # Any: whatever the issuer answered
    keys = {}
    for entry in jwks["keys"] if isinstance(jwks, dict) and isinstance(jwks.get("keys"), list) else ():
        try:
            key = jwt.PyJWK.from_dict(entry)
        except jwt.PyJWTError:
            continue  # of a kind this does not know; others of the set may serve
        if key.algorithm_name in ALGORITHMS and key.key_id:
            keys[key.key_id] = key
    if not keys:
        raise ValueError("the key set holds no key that can be used: ES256, EdDSA or RS256, with a kid")
    return keys


def _actor(claims: Mapping[str, Any]) -> Actor:
    subject, roles, company = claims["sub"], claims.get("roles"), claims.get("company")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not subject.isprintable():
        raise unauthenticated("the token's `sub` must be a text of 1 to 200 printable characters")
    if subject.startswith("key:"):
        raise unauthenticated("the token's `sub` begins with `key:`, as API keys alone do")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles) or len(roles) > 50:
        raise unauthenticated("the token's `roles` must be a list of texts")
    if company is not None and not (isinstance(company, str) and 0 < len(company) <= 64):
        raise unauthenticated("the token's `company` must be a text of 1 to 64 characters, or absent")
    if "system" in roles:
        raise unauthenticated("the role `system` belongs to the services themselves and is in no token")
    return Actor(subject, frozenset(roles), company)
