"""Logs and traces: JSON lines on stdout, each with the trace id of what it belongs to.

The HTTP spans are FastAPI's own. An incoming `traceparent` is continued, and the one of the
current span goes with every command into the log and from there to every effect.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

import structlog
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def trace_id() -> str:
    """The current trace's id, 32 hexadecimal digits."""
    return f"{trace.get_current_span().get_span_context().trace_id:032x}"


def tracing(service: str, endpoint: str | None) -> None:
    """Give this process spans, once; they leave it only when there is an endpoint (OTLP over HTTP)."""
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(WithoutQueries())
    if endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import

        # The timeout bounds the end of the process too, when spans that are left are sent.
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=2)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


class WithoutQueries(SpanProcessor):
    """What people look for, names and addresses too, stands in queries, and is not for traces."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if span.attributes and "url.query" in span.attributes:
            span.set_attribute("url.query", "REDACTED")


def http_spans() -> TelemetryConfig:
    """FastAPI's telemetry: a span and a duration for each request, no bodies and no errors' texts."""
    return TelemetryConfig(
        tracing=True,
        metrics=True,
        logs=False,
        operation_spans=False,
        auto_configure=False,
        exclude=lambda scope: scope.get("path", "").startswith(("/health/", "/metrics")),
    )


def terminal_logs() -> None:
    """Log lines for people, until `logs` is called: where an error happened, and never its local variables.

    structlog's own default draws every local variable of every frame, which took a minute for
    one error and shows what people wrote, and passwords.
    """
    if not structlog.is_configured():
        time = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)
        structlog.configure(
            processors=[
                structlog.stdlib.add_log_level,
                time,
                errors_in_short,
                structlog.dev.ConsoleRenderer(),
            ]
        )


def logs(service: str, level: str) -> None:
    """Send every log line of this process, also of libraries, to stdout as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place(service),
        errors_in_short,
    ]
    structlog.configure(
        processors=[*shared, _json],
        logger_factory=partial(_Lines, sys.stdout.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "httpx", "httpcore", "asyncio", "alembic.runtime.plugins"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


class _Lines:
    """Where our own lines go, past the standard library's loggers, which cost more than all the rest of a line.

    Each is one write and is out before the call returns: a process may be killed at any time.
    """

    def __init__(self, out: BinaryIO, name: str) -> None:
        self._out = out
        self.name = name

    def line(self, text: str) -> None:
        with suppress(OSError, ValueError):  # as `logging` has it: who cannot log goes on with the work
            self._out.write((text + "\n").encode(errors="backslashreplace"))
            self._out.flush()

    debug = info = warning = error = critical = line


_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _json(_: Any, __: str, line: MutableMapping[str, Any]) -> str:  # structlog's signature
    return _encode(line)


def _place(service: str) -> structlog.typing.Processor:
    def add(
        _: Any, __: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:  # structlog's signature
        line["service"] = service
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"], line["span_id"] = f"{span.trace_id:032x}", f"{span.span_id:016x}"
        return line

    return add


def errors_in_short(
    _: Any, __: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:  # structlog's signature
    """Where an error happened, and the first line of what it says: the others may quote what people wrote."""
    info = line.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        line["error"] = first_line(error)
        line["at"] = _frames(error)
    return line


def first_line(error: BaseException) -> str:
    """An error's class and the first line of its message, at most 300 characters."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:300]


def _frames(error: BaseException) -> list[str]:
    frames = []
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        frames.append(f"{code.co_filename}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return frames[-20:]
