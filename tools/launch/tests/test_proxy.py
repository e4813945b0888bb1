"""The proxy: cut, mended, reset, slowed down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from launch.proxy import Proxy, proxied, through


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> bytes:
    writer.write(line)
    return await reader.readline()


async def _ended(reader: asyncio.StreamReader) -> bool:
    try:
        return not await reader.readline()
    except ConnectionError:
        return True


async def test_a_reset_ends_what_is_open_and_takes_new_connections() -> None:
    async with _echo() as port, proxied(f"tcp://user@127.0.0.1:{port}") as (proxy, url):
        assert url == f"tcp://user@127.0.0.1:{proxy.port}"
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await _said(reader, writer, b"one\n") == b"one\n"
        await proxy.reset()
        assert await _ended(reader)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await _said(reader, writer, b"two\n") == b"two\n"
        writer.close()


async def test_one_that_is_cut_refuses_until_it_is_mended() -> None:
    async with _echo() as port, proxied(f"tcp://127.0.0.1:{port}") as (proxy, _):
        await proxy.cut()
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection("127.0.0.1", proxy.port)
        await proxy.mend()
        await proxy.mend()  # no harm
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await _said(reader, writer, b"one\n") == b"one\n"
        writer.close()


async def test_a_delay_holds_up_every_piece() -> None:
    async with _echo() as port, proxied(f"tcp://127.0.0.1:{port}") as (proxy, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.delay = 0.2
        clock = asyncio.get_running_loop().time
        began = clock()
        assert await _said(reader, writer, b"one\n") == b"one\n"
        assert clock() - began >= 0.4
        writer.close()


async def test_a_server_that_is_away_looks_as_it_does_without_a_proxy() -> None:
    async with _echo() as port:
        pass
    proxy = Proxy("127.0.0.1", port)
    await proxy.mend()
    reader, _ = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await _ended(reader)
    await proxy.cut()


def test_a_url_without_a_user() -> None:
    proxy = Proxy("127.0.0.1", 1, listen=77)
    assert through("http://127.0.0.1:8101/orders", proxy) == "http://127.0.0.1:77/orders"
