"""Serving a service over HTTP, and ending without losing a request.

On SIGTERM readiness fails first and answers tell clients to leave their connections; after
the drain the door closes, what is under way is finished, and the process exits with 0.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from servicekit.app import create_app
from servicekit.service import Service
from servicekit.settings import Settings
from servicekit.telemetry import logs

logger = structlog.get_logger(__name__)
FINISH = 5
"""Seconds that requests under way have after the door closed."""
LARGEST_HEAD = 64 * 1024
"""Bytes of a request line and its headers."""
_TOO_LARGE = f"The head of a request may have {LARGEST_HEAD} bytes."
LONGEST_STOP = 9.5
"""Seconds from SIGTERM until the process ends by force, with code 1."""


def serve(service: Service, settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT. One process, one event loop; scale by starting more."""
    logs(service.name, settings.log_level)
    app = create_app(service, settings)
    gc.freeze()  # what is loaded now lives as long as the process: no collection need look at it again
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=75,  # longer than load balancers keep an idle connection, so that they close it
        timeout_graceful_shutdown=FINISH,
    )
    Server(config, app, settings.drain_seconds).run()


class BoundedHttp(HttpToolsProtocol):
    """Uvicorn's HTTP, with a bound on the head of a request, which it keeps in memory."""

    _unfinished: int | None = None
    """Bytes of a head whose end has not come yet."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._unfinished = 0

    def on_headers_complete(self) -> None:
        self._unfinished = None
        if sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            raise ValueError(_TOO_LARGE)
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._unfinished is not None:
            self._unfinished += len(data)
            if self._unfinished > LARGEST_HEAD:
                self.send_400_response(_TOO_LARGE)


class Server(uvicorn.Server):
    """Uvicorn, with a drain before it closes the door."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain: float) -> None:
        super().__init__(config)
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
        runtime.stopping = True
        runtime.followers.end()
        logger.info("told to end", signal=signal.Signals(number).name, drain=self._drain)
        loop = asyncio.get_running_loop()
        loop.call_later(self._drain, self._close)
        loop.call_later(LONGEST_STOP, _give_up)

    def _close(self) -> None:
        self.should_exit = True


def _give_up() -> None:
    logger.error("did not end in time; ending by force", seconds=LONGEST_STOP)
    os._exit(1)
