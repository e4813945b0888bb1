"""Serving a service over HTTP, and ending without losing a request.

On SIGTERM readiness fails first and answers tell clients to leave their connections; after
the drain the door closes, what is under way is finished, and the process exits with 0.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI

from servicekit.admission import Admission
from servicekit.app import create_app
from servicekit.protocol import BoundedHttp, bounded
from servicekit.service import Service
from servicekit.settings import Settings
from servicekit.telemetry import logs

logger = structlog.get_logger(__name__)
FINISH = 5
"""Seconds that requests under way have after the door closed."""
LINGER = 0.25
"""Seconds after the door closed in which connections that are idle may still bring a request."""
NEWCOMERS = 1.5
"""Seconds in which connections that never had a request may bring their first one."""
TICK = 0.1
"""Seconds between two looks at the event loop: uvicorn's own pulse."""
LOOK = 1.0
"""Seconds between two looks at every connection."""
COLLECT = (10_000, 20, 50)
"""When garbage is looked for, as `gc.set_threshold` takes it. Python's 700 are made by two or three requests, so
that collections would be a tenth of the work and find next to nothing: cycles are rare here."""
LONGEST_STOP = 9.5
"""Seconds from SIGTERM until the process ends by force, with code 1."""


def serve(service: Service, settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT. One process, one event loop; scale by starting more."""
    logs(service.name, settings.log_level)
    app = create_app(service, settings)
    gc.freeze()  # what is loaded now lives as long as the process: no collection need look at it again
    gc.set_threshold(*COLLECT)
    admission = Admission(settings.max_in_flight)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=bounded(
            admission,
            streamed=service.streamed,
            head=settings.head_seconds,
            progress=settings.progress_seconds,
        ),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=75,  # longer than load balancers keep an idle connection, so that they close it
        timeout_graceful_shutdown=FINISH,
    )
    Server(config, admission, app, settings.drain_seconds).run([config.bind_socket()])


class WatchingServer(uvicorn.Server):
    """Uvicorn, with an eye on how late the event loop is, and on clients that are too slow."""

    def __init__(self, config: uvicorn.Config, admission: Admission) -> None:
        super().__init__(config)
        self._admission = admission
        self._due: float | None = None
        self._look = 0.0
        self._doors: list[socket.socket] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's, remembering where it listens."""
        self._doors = sockets or []
        await super().startup(sockets)

    async def on_tick(self, counter: int) -> bool:
        """What uvicorn does every tenth of a second, and ours."""
        now = asyncio.get_running_loop().time()
        if self._due is not None:
            self._admission.late(now - self._due, TICK)
        if now >= self._look:
            self._look = now + LOOK
            self._admission.tell()
            for connection in list(self.server_state.connections):
                assert isinstance(connection, BoundedHttp)
                connection.looked_at()
        await self._let_in(_knocking(self._doors))
        self._due = now + TICK
        return await super().on_tick(counter)

    async def _let_in(self, knocked: Iterable[socket.socket]) -> None:
        """Accept connections, side by side.

        By itself libuv accepts one in a round of the event loop. Under load a round takes a hundredth of a
        second, so the last of hundreds who come at once would wait for seconds, a probe like any other.
        """
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.connect_accepted_socket(self._protocol, one) for one in knocked))

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )  # type: ignore[call-arg]  # as uvicorn makes its own
        return made


class Server(WatchingServer):
    """One that drains before it closes the door."""

    def __init__(self, config: uvicorn.Config, admission: Admission, app: FastAPI, drain: float) -> None:
        super().__init__(config, admission)
        self._app = app
        self._drain = drain

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """In place of uvicorn's, which raises the signal again at the end: that is no exit with 0."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_end, number)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _told_to_end(self, number: int) -> None:
        runtime = getattr(self._app.state, "runtime", None)
        if runtime is None or runtime.stopping:  # not open yet, or told twice: no drain
            self._close()
            return
        runtime.stopping = self._admission.stopping = True
        runtime.followers.end()
        logger.info("told to end", signal=signal.Signals(number).name, drain=self._drain)
        loop = asyncio.get_running_loop()
        loop.call_later(self._drain, self._close)
        loop.call_later(LONGEST_STOP, _give_up)

    def _close(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the door behind those who have knocked; uvicorn alone would reset them, their requests unread."""
        loop = asyncio.get_running_loop()
        knocked = list(_knocking(sockets or ()))
        for server in self.servers:
            server.close()
        await self._let_in(knocked)
        await asyncio.sleep(LINGER)
        until = loop.time() + NEWCOMERS
        while self._newcomers and loop.time() < until:  # noqa: ASYNC110  # connections tell nobody
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    @property
    def _newcomers(self) -> bool:
        """Whether somebody connected whose first request has not come yet: nobody could tell them to leave."""
        return any(isinstance(one, BoundedHttp) and one.new for one in self.server_state.connections)


def _knocking(doors: Iterable[socket.socket]) -> Iterator[socket.socket]:
    """Connections that are made and not accepted yet."""
    for door in doors:
        door.setblocking(False)
        try:
            while True:
                yield door.accept()[0]
        except BlockingIOError:
            continue
        except OSError as error:  # no file descriptor is free, or who knocked is gone
            logger.warning("somebody was not let in", error=str(error))


def _give_up() -> None:
    logger.error("did not end in time; ending by force", seconds=LONGEST_STOP)
    os._exit(1)
