"""What followers read: a log as lines of JSON (NDJSON), or as server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, suppress
from typing import Any, Protocol

from pydantic_core import to_json
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from events.recorded import Recorded
from events.structured import structured
from servicekit.followers import Followers, Mark

CHUNK = 64 * 1024
"""Bytes that are handed on together, when so much is there."""


class Format(Protocol):
    """How facts and marks are written."""

    media_type: str

    def fact(self, fact: Recorded[Any], source: str) -> bytes: ...
    def mark(self, mark: Mark) -> bytes: ...


class Lines:
    """NDJSON: an event is a CloudEvent; a line without `type` is a mark."""

    media_type = "application/x-ndjson"

    def fact(self, fact: Recorded[Any], source: str) -> bytes:
        return structured(fact, source) + b"\n"

    def mark(self, mark: Mark) -> bytes:
        retry = {} if mark.retry is None else {"retry": mark.retry}
        return to_json({"position": mark.position, **retry}) + b"\n"


class ServerSent:
    """An event is a message with the CloudEvent as data; its id, the position, comes back as Last-Event-ID.

    A mark is a comment with an id: it is no message for the reader, but moves where it goes on.
    """

    media_type = "text/event-stream"

    def fact(self, fact: Recorded[Any], source: str) -> bytes:
        return b"id: %d\ndata: %b\n\n" % (fact.position, structured(fact, source))

    def mark(self, mark: Mark) -> bytes:
        said = b": alive\n" if mark.retry is None else b": come back\nretry: %d\n" % mark.retry
        return b"%bid: %d\n\n" % (said, mark.position)


def wished_format(accept: str) -> Format:
    """Server-sent events for those who ask for them by name and prefer nothing else; else lines of JSON."""
    weights = dict(_weight(one) for one in accept.split(","))
    sent = weights.get(ServerSent.media_type, 0.0)
    return ServerSent() if sent > 0 and sent >= weights.get(Lines.media_type, 0.0) else Lines()


class EventStream(StreamingResponse):
    """The answer to a follower: takes a place among them for as long as it is read."""

    def __init__(
        self,
        followers: Followers,
        items: AsyncGenerator[Sequence[Recorded[Any]] | Mark, None],
        form: Format,
        source: str,
    ) -> None:
        # No proxy may keep events back or store them; which form it is depends on the request.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
        super().__init__(_written(items, form, source), 200, headers, form.media_type)
        self._followers = followers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._followers.place() as seconds, suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # who takes nothing at all is cut off in the end
                await super().__call__(scope, receive, send)


async def _written(
    items: AsyncGenerator[Sequence[Recorded[Any]] | Mark, None], form: Format, source: str
) -> AsyncIterator[bytes]:
    async with aclosing(items):
        async for item in items:
            if isinstance(item, Mark):
                yield form.mark(item)
                continue
            chunk = bytearray()
            for fact in item:
                chunk += form.fact(fact, source)
                if len(chunk) >= CHUNK:
                    yield bytes(chunk)
                    chunk.clear()
            if chunk:
                yield bytes(chunk)


def _weight(one: str) -> tuple[str, float]:
    """A member of Accept and its weight (RFC 9110, 12.5.1)."""
    name, *parameters = (part.strip().lower() for part in one.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
