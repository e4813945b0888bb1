"""A place that spans are sent to, by OTLP over HTTP, which keeps what it gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATIENCE = 30.0


class Sink:
    """All spans so far, by service."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[tuple[str, Span]] = []
        self.texts: list[str] = []
        """Each request, whole and in words."""

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        self.texts.append(str(request))
        for part in request.resource_spans:
            named = {one.key: one.value.string_value for one in part.resource.attributes}
            self.spans += [
                (named["service.name"], span) for scope in part.scope_spans for span in scope.spans
            ]

    def wait(self, met: Callable[[Sequence[tuple[str, Span]]], bool]) -> bool:
        """Until the spans are as they should be; False when that takes too long."""
        end = time.monotonic() + PATIENCE
        while not met(self.spans) and time.monotonic() < end:
            time.sleep(0.1)
        return met(self.spans)


def attributes(span: Span) -> dict[str, str | int]:
    """By name; those that are text or a whole number, as all of ours are."""
    return {
        one.key: one.value.string_value if one.value.HasField("string_value") else one.value.int_value
        for one in span.attributes
    }


@contextmanager
def sink() -> Iterator[Sink]:
    """Listen on loopback for the length of the block."""
    kept = Sink()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                raise NotImplementedError("spans come as they are")
            kept.take(body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
