"""Sending a file of any length, whose answer comes line by line while it is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any, Literal

from pydantic import TypeAdapter

from fulfilment_client.connection import Connection
from fulfilment_client.problems import Unreachable, problem_of
from fulfilment_client.retries import CUT_OFF

Media = Literal["application/x-ndjson", "text/csv", "text/csv; charset=gb18030"]
"""One JSON object a line, or a table."""


async def upload(
    connection: Connection, path: str, line: Any, content: bytes | AsyncIterable[bytes], media: Media
) -> AsyncGenerator[Any, None]:  # Any: what `line` is the type, or the union of types, of
    """The lines of the answer. Sent once: what is left of a stream cannot be sent again.

    After `Unreachable` or `Unavailable` send the same file again: what it has brought already is
    not brought twice. Raises `Problem` too.
    """
    reader: TypeAdapter[Any] = TypeAdapter(line)
    headers = {"Content-Type": media, "Authorization": f"Bearer {await connection.token()}"}
    sending = connection.http.stream("POST", path, content=content, headers=headers)
    try:
        async with sending as answer:
            if not answer.is_success:
                await answer.aread()
                raise problem_of(answer)
            async for text in answer.aiter_lines():
                if text:
                    yield reader.validate_json(text)
    except CUT_OFF as error:
        raise Unreachable(f"POST {path}: {type(error).__name__} {error}".strip()) from error
