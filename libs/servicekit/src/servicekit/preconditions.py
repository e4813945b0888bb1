"""The request headers that make a command safe to repeat and safe from lost updates.

`Idempotency-Key` (a structured-field string, bare accepted) and `If-Match` (a quoted version).
"""

from __future__ import annotations

import re
from hashlib import sha256

from pydantic_core import to_json
from starlette.requests import Request

from events.appending import Idempotency
from events.decider import Command
from events.recorded import Actor
from servicekit.faults import Fault
from servicekit.problems import Problem, invalid

LONGEST_KEY = 200
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BARE = re.compile(r"[!#-+\--:<-~]+")
_VERSION = re.compile(r'"([0-9]{1,9})"')


def idempotency(request: Request, who: Actor, command: Command) -> Idempotency | None:
    """What makes a repetition known: the key, in the scope of its sender, and a digest of the request.

    The digest covers method, path and the command as understood, so neither spaces nor the
    order of fields make another request of it, nor a default that a later version adds.
    """
    key = _key(request.headers.get("idempotency-key"))
    if key is None:
        return None
    scope = to_json(["http", who.company, who.subject, key]).decode()
    asked = f"{request.method} {request.url.path}\n{command.model_dump_json(exclude_unset=True)}"
    return Idempotency(scope, sha256(asked.encode()).digest())


def _key(header: str | None) -> str | None:
    if header is None:
        return None
    header = header.strip()
    if (quoted := _QUOTED.fullmatch(header)) is not None:
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        key = header if _BARE.fullmatch(header) else ""
    if not 0 < len(key) <= LONGEST_KEY:
        detail = (
            f'take 1 to {LONGEST_KEY} visible ASCII characters, best a UUID in quotes: "8e03978e-40d5-..."'
        )
        raise invalid([Fault(header="Idempotency-Key", detail=detail)])
    return key


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` names; None without the header or for `*`."""
    header = request.headers.get("if-match", "*").strip()
    if header == "*":
        return None
    version = _VERSION.fullmatch(header)
    if version is None:
        detail = 'take the ETag of your last read as it is, such as "3", or *'
        raise invalid([Fault(header="If-Match", detail=detail)])
    return int(version[1])


def etag(version: int) -> str:
    return f'"{version}"'


def stale(actual: int) -> Problem:
    """412: the thing changed since its sender read it."""
    detail = f"this is at version {actual} now; read it again and decide anew"
    return Problem(412, "stale-version", detail, headers={"ETag": etag(actual)})
