"""HTTP on the wire: uvicorn's, with bounds on what a client may make the process hold or wait for.

A head may be so large and take so long; a body that is sent and an answer that is read must get on;
and where too much is under way a request is refused as soon as its head is there, before a task,
a token check or a byte of its body (servicekit.admission).
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from servicekit.admission import Admission

logger = structlog.get_logger(__name__)
LARGEST_HEAD = 64 * 1024
"""Bytes of a request line and its headers."""
LEAST_PROGRESS = 4096
"""Bytes that a body being sent, or an answer being read, gets on by within the bound on its time."""
SENT_AHEAD = 256 * 1024
"""Bytes of answers that the system keeps for a client that does not read: it would take megabytes, and each
of them is work that was done for nobody."""
_AT_ONCE = struct.pack("ii", 1, 0)
"""Of SO_LINGER: closing frees what the system keeps, and tells the client by a reset."""
_TOO_LARGE = f"The head of a request may have {LARGEST_HEAD} bytes."
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_ALWAYS = (b"/health/", b"/metrics")
_LONG = (b"/events",)
_PLAIN = (b"GET /", b"POST /")
_LENGTH = re.compile(rb"\r\ncontent-length: ?(\d{1,9})\r\n")
_SPECIAL = (b"\r\ntransfer-encoding", b"\r\nconnection", b"\r\nexpect", b"\r\nupgrade", b"http/1.0\r\n")


@dataclass(slots=True)
class _Slot:
    """A request's place among those being answered: taken when all of it is there, until its answer is."""

    pipelined: bool = False
    """It waits for the answer before it, so its place is taken when its own begins."""
    taken: bool = False
    over: bool = False


class _Mark(NamedTuple):
    """When a client was last seen to get on, and with what."""

    at: float
    doing: tuple[bool, bool]
    """Whether it has an answer to read, and whether it has to send and we are not keeping it waiting."""
    received: int
    unread: int


class BoundedHttp(HttpToolsProtocol):
    """A connection. `bounded` gives the class with a service's own settings."""

    admission = Admission(1_000_000)
    long: Collection[bytes] = _LONG
    """Paths whose requests last, and are bounded by their own routes: refused, but not counted."""
    head_seconds = 10.0
    """For a head, from its first byte or from the connection's begin, by the time of `Admission`."""
    progress_seconds = 10.0
    """In which `LEAST_PROGRESS` has to be made."""

    _unfinished: int | None = None
    """Bytes of a head whose end has not come yet."""
    _slot = _Slot()
    _between = True
    """The parser is between two requests, and not within one whose answer went before its body."""
    _refusing = False
    new = True
    """Whether no request has come yet."""
    _received = 0
    _awaiting_head: float | None = None
    _mark: _Mark | None = None

    def connection_made(self, transport: Any) -> None:  # Any: uvloop's is no asyncio.Transport
        super().connection_made(transport)
        self._app = self.app
        self._awaiting_head = self.admission.time
        self._set(socket.SO_SNDBUF, SENT_AHEAD)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self.admission.full() and self._between and self._idle and self._plain(data):
            self.new, self._awaiting_head = False, None
            self._unset_keepalive_if_required()
            self._refuse(closing=False)
            return
        if self._awaiting_head is None and self._idle and not self._refusing:
            self._awaiting_head = self.admission.time
        super().data_received(data)
        if self._unfinished is not None:
            self._unfinished += len(data)
            if self._unfinished > LARGEST_HEAD:
                self.send_400_response(_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._between = False
        self._unfinished = 0

    def on_headers_complete(self) -> None:
        self._unfinished = self._awaiting_head = None
        self.new = False
        if sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            raise ValueError(_TOO_LARGE)
        if self.admission.full() and self._idle and self._refusable():
            self._refusing = True
            if self.expect_100_continue or self.url.partition(b"?")[0] in self.long:
                self._refuse(closing=True)  # its body is not wanted
            return
        self._slot = _Slot(pipelined=not self._idle)
        self.app = partial(self._counted, self._slot)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refusing:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._between = True
        if self._refusing:
            if not self.transport.is_closing():
                self._refuse(closing=not self.parser.should_keep_alive())
            self._refusing = False
            return
        if not (self._slot.over or self._slot.pipelined):
            self._take(self._slot)
        super().on_message_complete()

    def looked_at(self) -> None:
        """To be called every second or so: ends the connection when its client is too slow."""
        now = self.admission.time
        if self.transport.is_closing() and not self._unread:
            return
        if self._awaiting_head is not None:
            if now - self._awaiting_head > self.head_seconds:
                self._end("head")
            return
        # Who has to send yet need not read: an import is answered while its body comes.
        owing = not self._idle and self._owing
        sending, unread = owing and not self.flow.read_paused, 0 if owing else self._unread
        doing = (bool(unread), sending)
        if not any(doing):
            self._mark = None
            return
        mark = self._mark
        if (
            mark is None
            or mark.doing != doing
            or (sending and self._received - mark.received >= LEAST_PROGRESS)
            or mark.unread - unread >= LEAST_PROGRESS
        ):
            self._mark = _Mark(now, doing, self._received, unread)
        elif now - mark.at > self.progress_seconds:
            self._end("answer" if unread else "body")

    def resume_writing(self) -> None:
        super().resume_writing()
        self._mark = None  # what was to be read was read

    @property
    def _idle(self) -> bool:
        """No request is being answered here."""
        none = self.cycle is None
        return (none or self.cycle.response_complete) and not self.pipeline

    @property
    def _owing(self) -> bool:
        """The client has not sent all of the body that is being answered."""
        # With a pipeline the cycle is that of a later request, and the answers before it are to be read.
        return self._refusing or (self.cycle.more_body and not self.pipeline)

    @property
    def _unread(self) -> int:
        """Bytes of answers that the client has not taken."""
        return self.transport.get_write_buffer_size()

    def _plain(self, data: bytes) -> bool:
        """Whether this is one whole request of the usual kind, which can be refused without parsing it.

        Whatever has a second reading (several lengths, chunks) is left to the parser.
        """
        end = data.find(b"\r\n\r\n") + 4
        if (
            self._refusing
            or end < 4
            or not data.startswith(_PLAIN)
            or data.partition(b" ")[2].startswith(_ALWAYS)
        ):
            return False
        head = data[:end].lower()
        lengths = _LENGTH.findall(head)
        if head.count(b"content-length") != len(lengths) or len(lengths) > 1:
            return False
        if any(map(head.__contains__, _SPECIAL)):  # faster than one pattern for all of them
            return False
        return len(data) == end + (int(lengths[0]) if lengths else 0)

    def _refusable(self) -> bool:
        return not self.url.startswith(_ALWAYS) and self.parser.get_method() != b"HEAD"

    def _refuse(self, *, closing: bool) -> None:
        self.transport.write(self.admission.refusal(closing=closing))
        if closing or self.admission.stopping:
            self.transport.close()
        else:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _take(self, slot: _Slot) -> None:
        if self.url.partition(b"?")[0] not in self.long:
            slot.taken = True
            self.admission.in_flight += 1

    async def _counted(self, slot: _Slot, scope: Any, receive: Any, send: Any) -> None:  # Any: uvicorn's own
        if slot.pipelined:
            self._take(slot)
        try:
            await self._app(scope, receive, send)
        finally:
            slot.over = True
            if slot.taken:
                self.admission.in_flight -= 1

    def _set(self, option: int, value: int | bytes) -> None:
        wire = self.transport.get_extra_info("socket")
        if wire is not None:
            wire.setsockopt(socket.SOL_SOCKET, option, value)

    def _end(self, late: str) -> None:
        """End the connection, with a word where no answer has begun."""
        logger.warning("client is too slow", late=late)
        if late != "answer" and (self._idle or not self.cycle.response_started):
            self.transport.write(_TOO_SLOW)
            self.transport.close()
        else:
            self._set(socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()


def bounded(
    admission: Admission, *, streamed: Collection[str], head: float, progress: float
) -> type[BoundedHttp]:
    """The protocol with these bounds; `streamed` paths take bodies of any length."""
    own = {
        "admission": admission, "long": {*_LONG, *(path.encode() for path in streamed)},
        "head_seconds": head, "progress_seconds": progress,
    }  # fmt: skip
    return type("Http", (BoundedHttp,), own)
