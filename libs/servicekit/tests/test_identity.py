"""Who may in: every route denies without a good token."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from events import Actor
from servicekit import identity
from servicekit.identity import Issuer
from servicekit.problems import Problem
from servicekit.testing import LocalService, TokenIssuer, token_issuer

OPEN = {"/health/live", "/health/ready"}


def _jose(parts: list[bytes]) -> str:
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


async def test_every_route_denies_without_a_token(desk: LocalService) -> None:
    await desk.settled()
    document = (await desk.nobody.get("/openapi.json")).json()
    checked = 0
    for path, operations in document["paths"].items():
        for method in operations:
            answer = await desk.nobody.request(method, path.replace("{id}", "7K"))
            if path in OPEN:
                assert answer.status_code == 200
                continue
            assert answer.status_code == 401, (method, path)
            assert answer.json()["type"] == "/problems/unauthenticated"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            checked += 1
    assert checked >= 6


def unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "kid": "first"}, claims]
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*texts, ""])


def bad_tokens(issuer: TokenIssuer) -> dict[str, str]:
    now = datetime.now(UTC)
    good = issuer.token("anna", "clerk")
    claims = jwt.decode(good, options={"verify_signature": False})
    other = TokenIssuer()
    other.url = issuer.url
    public = issuer.keys["first"].public_key()
    x = public.public_numbers().x.to_bytes(32, "big")
    return {
        "garbage": "garbage",
        "empty parts": "..",
        "tampered": good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB"),
        "expired": issuer.token("anna", "clerk", exp=now - timedelta(minutes=1)),
        "without expiry": issuer.token("anna", "clerk", exp=None),
        "not valid yet": issuer.token("anna", "clerk", nbf=now + timedelta(minutes=5)),
        "other audience": issuer.token("anna", "clerk", aud="elsewhere"),
        "without audience": issuer.token("anna", "clerk", aud=None),
        "other issuer": issuer.token("anna", "clerk", iss="https://elsewhere"),
        "without subject": issuer.token("anna", "clerk", sub=None),
        "empty subject": issuer.token("", "clerk"),
        "subject that is no text": issuer.token("anna", "clerk", sub=["anna"]),
        "another's key under our name": other.token("anna", "clerk"),
        "unknown key": jwt.encode(
            claims, generate_private_key(SECP256R1()), "ES256", headers={"kid": "second"}
        ),
        "no kid": jwt.encode(claims, issuer.keys["first"], "ES256"),
        "alg none": unsigned(claims),
        "deep header": base64.urlsafe_b64encode(b"[" * 20_000).decode() + ".e30.AAAA",
        "hmac with the public key": jwt.encode(claims, x, "HS256", headers={"kid": "first"}),
        "subject of an API key": issuer.token("key:desk-1", "clerk"),
        "role system": issuer.token("anna", "clerk", "system"),
        "roles as text": issuer.token("anna", roles="clerk"),
        "without roles": issuer.token("anna", roles=None),
        "company as number": jwt.encode(
            claims | {"company": 7}, issuer.keys["first"], "ES256", headers={"kid": "first"}
        ),
    }


async def test_bad_tokens_are_refused_with_the_reason(desk: LocalService) -> None:
    for name, token in bad_tokens(desk.issuer).items():
        answer = await desk.nobody.get("/repairs", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"', name
        assert token not in answer.text or name == "empty parts"
        assert len(answer.json()["detail"]) > 20, name


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "bearer ", "Token abc"])
async def test_other_kinds_of_credentials_are_none(desk: LocalService, header: str) -> None:
    answer = await desk.nobody.get("/repairs", headers={"Authorization": header})
    assert answer.status_code == 401


class Keys:
    """An issuer in the hand of a test: what it answers, how often it was asked, and the time."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self.issuer = issuer
        issuer.url = "https://issuer"
        self.asked = 0
        self.away = False
        self.now = 1000.0
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        self.check = Issuer(
            http,
            jwks_url="https://issuer/keys",
            issuer="https://issuer",
            audience=issuer.audience,
            clock=self.time,
        )

    def time(self) -> float:
        return self.now

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json=self.issuer.jwks)


@pytest.fixture
def keys() -> Keys:
    return Keys(TokenIssuer())


async def test_a_token_tells_who_it_is(keys: Keys) -> None:
    token = keys.issuer.token("anna", "sales", "auditor", company="north")
    assert await keys.check.actor(token) == Actor("anna", frozenset({"sales", "auditor"}), "north")


async def test_keys_are_asked_for_once(keys: Keys) -> None:
    for _ in range(10):
        await keys.check.actor(keys.issuer.token("anna"))
    assert keys.asked == 1


async def test_a_new_key_is_fetched_and_an_old_one_goes(keys: Keys) -> None:
    await keys.check.actor(old := keys.issuer.token("anna"))
    keys.issuer.keys = {"second": generate_private_key(SECP256R1())}
    keys.now += identity.PAUSE
    assert (await keys.check.actor(keys.issuer.token("bob", kid="second"))).subject == "bob"
    with pytest.raises(Problem, match="no key of this issuer"):
        await keys.check.actor(old)


async def test_a_token_is_verified_once(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    decode = jwt.decode

    def noted(token: str, *more: Any, **options: Any) -> Any:
        verified.append(token)
        return decode(token, *more, **options)

    monkeypatch.setattr(jwt, "decode", noted)
    token = keys.issuer.token("anna", "sales", company="north")
    for _ in range(5):
        assert await keys.check.actor(token) == Actor("anna", frozenset({"sales"}), "north")
    assert len(verified) == 1


async def test_a_verified_token_ends_when_it_expires(keys: Keys) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=1 - identity.LEEWAY)
    token = keys.issuer.token("anna", exp=ends)
    assert (await keys.check.actor(token)).subject == "anna"
    await asyncio.sleep(1.1)
    with pytest.raises(Problem, match="expired"):
        await keys.check.actor(token)
    assert keys.check.remembered == 0


async def test_a_verified_token_goes_with_its_key(keys: Keys) -> None:
    token = keys.issuer.token("anna")
    await keys.check.actor(token)
    keys.issuer.keys = {"second": generate_private_key(SECP256R1())}
    assert (await keys.check.actor(token)).subject == "anna"  # not asked for again yet
    keys.now += identity.FRESH_FOR + 1
    with pytest.raises(Problem, match="no key of this issuer"):
        await keys.check.actor(token)


async def test_a_key_that_was_replaced_under_its_name_opens_nothing(keys: Keys) -> None:
    token = keys.issuer.token("anna")
    await keys.check.actor(token)
    keys.issuer.keys = {"first": generate_private_key(SECP256R1())}
    keys.now += identity.FRESH_FOR + 1
    with pytest.raises(Problem, match="Signature verification failed"):
        await keys.check.actor(token)


async def test_only_so_many_tokens_are_remembered(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "REMEMBERED", 3)
    for n in range(10):
        await keys.check.actor(keys.issuer.token(f"person {n}"))
    assert keys.check.remembered == 3


async def test_made_up_keys_do_not_make_us_ask_without_end(keys: Keys) -> None:
    await keys.check.actor(keys.issuer.token("anna"))
    stranger = TokenIssuer()
    for n in range(50):
        stranger.keys[f"made-up-{n}"] = stranger.keys["first"]
        with pytest.raises(Problem):
            await keys.check.actor(stranger.token("eve", kid=f"made-up-{n}"))
    assert keys.asked == 1


async def test_an_outage_of_the_issuer_stops_nobody_who_is_known(keys: Keys) -> None:
    token = keys.issuer.token("anna")
    await keys.check.actor(token)
    keys.away = True
    keys.now += identity.FRESH_FOR * 3
    assert (await keys.check.actor(token)).subject == "anna"


async def test_without_any_keys_it_is_not_the_askers_fault(keys: Keys) -> None:
    keys.away = True
    with pytest.raises(Problem) as raised:
        await keys.check.actor(keys.issuer.token("anna"))
    assert raised.value.status_code == 503
    keys.away = False
    keys.now += identity.PAUSE
    assert (await keys.check.actor(keys.issuer.token("anna"))).subject == "anna"


async def test_keys_that_serve_no_signature_are_passed_by(keys: Keys) -> None:
    secret = b"a secret that somebody published by mistake"
    k = base64.urlsafe_b64encode(secret).decode().rstrip("=")

    class Mixed(TokenIssuer):
        @property
        def jwks(self) -> dict[str, Any]:
            symmetric = {"kty": "oct", "kid": "shared", "k": k, "alg": "HS256"}
            strange = {"kty": "strange", "kid": "strange"}
            return {"keys": [symmetric, strange, *super().jwks["keys"]]}

    mixed = Keys(Mixed())
    assert (await mixed.check.actor(mixed.issuer.token("anna"))).subject == "anna"
    claims = jwt.decode(mixed.issuer.token("eve"), options={"verify_signature": False})
    with pytest.raises(Problem):
        await mixed.check.actor(jwt.encode(claims, secret, "HS256", headers={"kid": "shared"}))


async def test_many_at_once_make_us_ask_once(keys: Keys) -> None:
    tokens = [keys.issuer.token(f"person {n}") for n in range(50)]
    actors = await asyncio.gather(*map(keys.check.actor, tokens))
    assert len({actor.subject for actor in actors}) == 50
    assert keys.asked == 1


@given(st.one_of(st.text(max_size=200), st.lists(st.binary(max_size=60), min_size=3, max_size=3).map(_jose)))
async def test_whatever_comes_as_a_token_is_refused_and_breaks_nothing(token: str) -> None:
    with pytest.raises(Problem) as raised:
        await Keys(TokenIssuer()).check.actor(token)
    assert raised.value.status_code == 401


def test_the_issuer_of_the_test_kit_publishes_its_keys() -> None:
    with token_issuer() as issuer:
        assert httpx.get(issuer.url).json() == issuer.jwks
