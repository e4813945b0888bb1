"""A service's log as a stream of facts that goes on where it was cut, without one missing or coming twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx
from pydantic import AwareDatetime, BaseModel

from fulfilment_client.connection import Connection, Query
from fulfilment_client.retries import CUT_OFF, pauses


class Fact(BaseModel, extra="allow"):
    """One event of a service: a CloudEvent with its data. Further attributes are fields as well."""

    position: int
    """In the service's log; `after` this the stream can be resumed."""
    id: str
    source: str
    type: str
    """Its stored name, such as `order.received.v1`."""
    time: AwareDatetime
    data: dict[str, Any]  # Any: JSON, which docs/asyncapi.json describes type by type


class _Line(BaseModel, extra="allow"):
    """A fact, or with no type a mark: all up to this position was looked at."""

    position: int
    type: str | None = None
    retry: int | None = None
    """Milliseconds until the service, which ends the stream here, wants to be asked again."""


async def facts(connection: Connection, path: str, query: Query) -> AsyncGenerator[Fact, None]:
    """The facts from `after` on; to the end of the log, or with `follow` for ever.

    Raises `Problem`, and `Unreachable` when the service cannot be reached for as long as the
    connection's patience.
    """
    asked = dict(query)
    limit = asked.get("limit")
    left = limit if isinstance(limit, int) else None
    waits = pauses()
    while left is None or left > 0:
        ended, wait = False, next(waits)
        try:
            async with _lines(connection, path, {**asked, "limit": left}) as lines:
                async for text in lines:
                    waits = pauses()
                    line = _Line.model_validate_json(text)
                    if line.type is not None:
                        left = left if left is None else left - 1
                        yield Fact.model_validate_json(text)
                    elif line.retry is not None:
                        wait = line.retry / 1000
                    asked["after"] = str(line.position)
                    ended = line.type is None and line.retry is None
        except CUT_OFF as error:
            connection.told(f"GET {path}: cut off after {asked['after']}: {type(error).__name__}")
            ended = False
        if ended and not asked.get("follow"):
            return
        await asyncio.sleep(wait)


@asynccontextmanager
async def _lines(
    connection: Connection, path: str, query: Query
) -> AsyncGenerator[AsyncGenerator[str, None], None]:
    headers = {"Accept": "application/x-ndjson"}
    answer = await connection.send("GET", path, query=query, headers=headers, stream=True)
    async with aclosing(answer), aclosing(_texts(answer)) as texts:
        yield texts


async def _texts(answer: httpx.Response) -> AsyncGenerator[str, None]:
    async for text in answer.aiter_lines():
        if text:
            yield text
