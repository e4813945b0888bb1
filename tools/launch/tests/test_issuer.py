"""The development issuer gives tokens that check out against its published keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from launch.issuer import Places, create_app
from launch.roles import AUDIENCE, ROLES

ISSUER = "http://127.0.0.1:8100"


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Places(8100, 8125, tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


async def claims(issuer: httpx.AsyncClient, token: str) -> dict[str, Any]:
    keys = (await issuer.get("/.well-known/jwks.json")).json()["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    key = jwt.PyJWK.from_dict(next(key for key in keys if key["kid"] == kid))
    return jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)


async def test_a_form_gets_a_token_for_twelve_hours(issuer: httpx.AsyncClient) -> None:
    answer = (
        await issuer.post("/token", data={"sub": "mei", "roles": "sales,quality", "company": "HV"})
    ).json()
    said = await claims(issuer, answer["access_token"])
    assert (said["sub"], said["roles"], said["company"]) == ("mei", ["sales", "quality"], "HV")
    assert said["exp"] - said["iat"] == answer["expires_in"] == 12 * 60 * 60


async def test_a_form_may_repeat_the_roles(issuer: httpx.AsyncClient) -> None:
    form = "sub=mei&roles=sales&roles=quality"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = (await issuer.post("/token", content=form, headers=headers)).json()
    assert (await claims(issuer, answer["access_token"]))["roles"] == ["sales", "quality"]


async def test_json_gets_a_token_for_the_whole_group(issuer: httpx.AsyncClient) -> None:
    answer = (
        await issuer.post("/token", json={"sub": "gm", "roles": ["general_manager"], "lifetime": 60})
    ).json()
    said = await claims(issuer, answer["access_token"])
    assert "company" not in said
    assert said["exp"] - said["iat"] == 60


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        ({"sub": "x", "roles": ["boss"]}, "there is no role 'boss'; the roles are sales"),
        ({"sub": "x", "roles": ["system"]}, "there is no role 'system'"),
        ({"sub": "x", "roles": []}, "roles: Value should have at least 1 item"),
        ({"roles": ["sales"]}, "sub: Field required"),
        ({"sub": "x", "roles": ["sales"], "lifetime": 10**6}, "lifetime: Input should be less than"),
    ],
)
async def test_what_is_wrong_with_a_wish_is_said(
    issuer: httpx.AsyncClient, wish: dict[str, Any], what: str
) -> None:
    answer = await issuer.post("/token", json=wish)
    assert answer.status_code == 422
    assert what in answer.json()["detail"]


async def test_garbage_is_answered_with_how_to_ask(issuer: httpx.AsyncClient) -> None:
    answer = await issuer.post("/token", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "neither JSON nor a form" in answer.json()["detail"]


async def test_the_front_page_has_a_line_for_every_role(issuer: httpx.AsyncClient) -> None:
    page = (await issuer.get("/")).text
    for role in ROLES:
        assert f"curl -s {ISSUER}/token -d sub={role}-1 -d roles={role}\n" in page


async def test_tokens_outlive_a_restart(issuer: httpx.AsyncClient, tmp_path: Path) -> None:
    token = (await issuer.post("/token", data={"sub": "mei", "roles": "sales"})).json()["access_token"]
    transport = httpx.ASGITransport(create_app(Places(8100, 8125, tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as restarted:
        assert (await claims(restarted, token))["sub"] == "mei"


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    create_app(Places(8100, 8125, tmp_path))
    assert (tmp_path / "issuer" / "key.pem").stat().st_mode & 0o077 == 0
