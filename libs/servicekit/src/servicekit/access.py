"""The outermost layer of a request: one log line for each, and an answer whatever happens."""

from __future__ import annotations

import time

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.problems import answer
from servicekit.translation import problem_of

LEFT = 499
"""What is logged as the status where the client went away before its request was whole."""
logger = structlog.get_logger("servicekit.access")


class Access:
    """ASGI middleware: logs method, path, status and time; turns an unexpected error into a 500 problem.

    The query is not logged, nor is any header or body: they may hold what is personal or secret.
    While the service is `stopping`, answers tell clients to leave the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["app"].state.runtime.stopping:
                    message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            status = status or LEFT  # there is nobody to answer, and nothing is wrong here
        except Exception as error:
            if status:
                raise  # the answer has begun; the server ends the connection
            problem = problem_of(error)
            if problem.status_code == 500:
                logger.error("request failed", exc_info=error)
            await answer(problem)(scope, receive, noted)
        finally:
            if not scope["path"].startswith(("/health/", "/metrics")) or status >= 500:
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                logger.info(
                    "request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds
                )
