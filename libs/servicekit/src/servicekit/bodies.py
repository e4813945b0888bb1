"""Request bodies: at most so large, at most so deep, JSON, and exactly what the command knows.

A body is read after the token was checked, and goes from bytes to the command in one step.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.decider import Command
from servicekit.faults import Fault, faults_of
from servicekit.problems import Problem, answer, invalid

C = TypeVar("C", bound=Command)
DEEPEST = 32
"""Levels of objects and arrays in a body."""
# Possessive, so that a hostile body costs one pass: a text, closed or not.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+.?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")


class BodyLimit:
    """ASGI middleware: 413 for a body over `most` bytes, whether its length is told or it is chunked.

    The `streamed` paths take bodies of any length: their routes never hold one whole.
    """

    def __init__(self, app: ASGIApp, most: int, streamed: Collection[str] = ()) -> None:
        self.app = app
        self.most = most
        self.streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.streamed:
            return await self.app(scope, receive, send)
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if told.isdigit() and int(told) > self.most:
            return await answer(self._too_large())(scope, receive, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise self._too_large()
            return message

        await self.app(scope, counted, send)

    def _too_large(self) -> Problem:
        return Problem(
            413, "body-too-large", f"at most {self.most:,} bytes are taken; send less in one request"
        )


async def read_command(request: Request, kind: type[C]) -> C:
    """The command that a request's body asks for; no body counts as `{}`. Raises `Problem`."""
    body = await request.body() or b"{}"
    if body != b"{}":
        _check_type(request.headers.get("content-type", ""))
    return parse_command(body, kind)


def parse_command(body: bytes, kind: type[C]) -> C:
    """JSON as a command. Unknown fields are refused at every level, and all faults are told at once."""
    if _too_deep(body):
        detail = f"at most {DEEPEST} levels of objects and arrays are taken, and each has to be closed"
        raise Problem(400, "too-deep", detail)
    if b"\\u0000" in body and _NUL.search(body):
        raise invalid([Fault(pointer="", detail="holds the character U+0000; remove it")])
    try:
        return kind.model_validate_json(body, extra="forbid")
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        raise Problem(
            400, "malformed-json", f"the body is not JSON: {found[0]['msg'].removeprefix('Invalid JSON: ')}"
        )
    located = [{**one, "loc": ("body", *one["loc"])} for one in found]
    raise invalid(faults_of(located, from_json(body)))


def _check_type(content_type: str) -> None:
    media = content_type.partition(";")[0].strip().lower()
    if media != "application/json" and not media.endswith("+json"):
        raise Problem(
            415, "unsupported-media-type", "send JSON, with the header Content-Type: application/json"
        )


def _too_deep(body: bytes) -> bool:
    """Whether brackets remain when the innermost pairs were taken away as often as is allowed."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    brackets = _TEXT.sub(b"", body).translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return brackets != b""
