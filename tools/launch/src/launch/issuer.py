"""The development issuer and mail sink: tokens for every role, and a mailbox for what is sent.

For development alone: it gives a token to whoever asks, so it listens on loopback unless it is
told otherwise. Run as `python -m launch.issuer`; the launcher and docker-compose.yml do.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from launch.keys import LIFETIME, SigningKey
from launch.mail import routes
from launch.mailbox import Mailbox
from launch.ports import HOST
from launch.roles import AUDIENCE, ROLES
from launch.sink import listening


def _known(role: str) -> str:
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")
    return role


def _listed(roles: object) -> object:
    """A form gives the roles as one text: `sales,quality`."""
    return roles.replace(",", " ").split() if isinstance(roles, str) else roles


class TokenRequest(BaseModel):
    """Whom a token is for."""

    model_config = ConfigDict(extra="forbid")

    sub: Annotated[str, Field(min_length=1, max_length=200)]
    roles: Annotated[
        list[Annotated[str, BeforeValidator(_known)]], BeforeValidator(_listed), Field(min_length=1)
    ]
    company: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """The product company; None for people of the group."""
    lifetime: Annotated[int, Field(ge=1, le=LIFETIME)] = LIFETIME
    """Seconds the token is good for."""


class Token(BaseModel):
    """The answer, in the shape of RFC 6749."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the scheme's name, no secret
    expires_in: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where this listens and keeps its things."""

    port: int
    smtp_port: int
    data: Path
    host: str = HOST
    """The address to listen on."""
    address: str | None = None
    """Where callers find it, when that is not this machine."""

    @property
    def url(self) -> str:
        """The `iss` of its tokens."""
        return self.address or f"http://{HOST}:{self.port}"


def create_app(places: Places) -> FastAPI:
    """The issuer and the mailbox, with the SMTP side running while the app is."""
    key = SigningKey(places.data / "issuer" / "key.pem")
    mailbox = Mailbox(places.data / "mail" / "messages.jsonl")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with listening(mailbox, places.smtp_port, places.host):
            yield

    app = FastAPI(title="Development issuer and mail sink", lifespan=lifespan)
    app.include_router(routes(mailbox))

    @app.get("/", response_class=PlainTextResponse)
    async def help() -> str:
        """How to get a token for each role."""
        return _help(places.url)

    @app.get("/.well-known/jwks.json")
    async def keys() -> dict[str, Any]:  # Any: a JWK set (RFC 7517)
        """The keys that tokens are checked against."""
        return key.published()

    @app.post("/token")
    async def token(request: Request) -> Token:
        """A token for a `sub` with `roles`, by form or JSON."""
        asked = await _asked(request)
        signed = key.token(
            subject=asked.sub, roles=asked.roles, company=asked.company, issuer=places.url, audience=AUDIENCE,
            lifetime=asked.lifetime,
        )  # fmt: skip
        return Token(access_token=signed, expires_in=asked.lifetime)

    return app


async def _asked(request: Request) -> TokenRequest:
    body = await request.body()
    try:
        if "json" in request.headers.get("content-type", ""):
            return TokenRequest.model_validate(from_json(body))
        form: dict[str, str] = {}
        for name, value in parse_qsl(body.decode(), keep_blank_values=True):
            form[name] = f"{form[name]},{value}" if name == "roles" and name in form else value
        return TokenRequest.model_validate(form)
    except ValidationError as error:
        what = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise HTTPException(422, f"{what}. See GET / for how to ask") from error
    except ValueError as error:
        raise HTTPException(
            400, f"the body is neither JSON nor a form: {error}. See GET / for how to ask"
        ) from error


def _help(url: str) -> str:
    lines = [
        "The development issuer: a bearer token for every role, good for 12 hours.",
        "Send it to the services as `Authorization: Bearer TOKEN`.",
        "",
    ]
    for role, what in ROLES.items():
        lines += [f"{role}: {what}", f"  curl -s {url}/token -d sub={role}-1 -d roles={role}", ""]
    lines += [
        "Several roles: -d roles=sales,quality. Of one product company: -d company=HV.",
        "Or, in the repository: make token ROLE=sales",
        "",
        f"Mail that the system sent: {url}/mail, {url}/mail?to=ADDRESS, {url}/mail/count",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Serve until told to end."""
    arguments = argparse.ArgumentParser(description="The development issuer and mail sink.")
    arguments.add_argument("--port", type=int, default=8100)
    arguments.add_argument("--smtp-port", type=int, default=8125)
    arguments.add_argument("--data", type=Path, default=Path(".data"))
    arguments.add_argument("--host", default=HOST, help="the address to listen on; 0.0.0.0 in a container")
    arguments.add_argument("--address", help="where callers find it, when that is not this machine")
    places = Places(**vars(arguments.parse_args()))
    uvicorn.run(create_app(places), host=places.host, port=places.port, log_level="warning")


if __name__ == "__main__":
    main()
