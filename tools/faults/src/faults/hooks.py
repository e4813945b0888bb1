"""A receiver of webhooks: takes all that come, and writes down the id of each before it answers."""

from __future__ import annotations

import asyncio
import json
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from launch.ports import HOST, choose

EVENTS = ("order.accepted", "order.withdrawn", "order.production_instructed", "parts")
"""What the storm subscribes to."""
_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def receiving(file: Path) -> AsyncIterator[str]:
    """Its URL, while the block runs. `file` gets one JSON object a line."""
    port = choose()

    async def take(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = [line.partition(":") for line in head.split("\r\n")[1:]]
            sent = {name.lower(): value.strip() for name, _, value in lines}
            await reader.readexactly(int(sent["content-length"]))
            with file.open("a") as taken:
                taken.write(json.dumps({"webhook_id": sent["webhook-id"]}) + "\n")
            writer.write(_ANSWER)
            await writer.drain()
        except (IncompleteReadError, OSError):
            return  # its sender was killed in the middle: it comes again
        finally:
            writer.close()

    server = await asyncio.start_server(take, HOST, port)
    try:
        yield f"http://{HOST}:{port}/hooks"
    finally:
        server.close()
