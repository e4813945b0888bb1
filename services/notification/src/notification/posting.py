"""One attempt: a letter is sent, and what came of it is recorded. Between the two a crash may come.

Then the letter goes again, under the same Message-ID. Neither an outage of the database nor a
stop of this process is a reason for that.
"""

from __future__ import annotations

from random import random

import structlog
from opentelemetry.trace import SpanKind

from events import Command, Recorded
from events.contracts.messages import MessageAddressed
from events.parking import describe
from events.tracing import continue_from
from notification.correspondence import RecordFailure, RecordMailed, correspondence
from notification.letter import letter
from notification.mail_failure import Failed
from notification.mail_server import Connection
from notification.metrics import attempted
from notification.recording import finished, record
from servicekit import Runtime

logger = structlog.get_logger(__name__)


class Posting:
    """Sends letters of `sender`."""

    def __init__(self, runtime: Runtime, sender: str) -> None:
        self._runtime = runtime
        self._sender = sender

    async def post(
        self, connection: Connection, number: str, addressed: Recorded[MessageAddressed], attempt: int
    ) -> Failed | None:
        """Send a letter of the order `number` for the `attempt`th time; None when it was taken."""
        return await finished(self._attempt(connection, number, addressed, attempt))

    async def _attempt(
        self, connection: Connection, number: str, addressed: Recorded[MessageAddressed], attempt: int
    ) -> Failed | None:
        message = addressed.event.message
        with continue_from(addressed.traceparent, "send mail", SpanKind.CLIENT):
            failed = await self._send(connection, addressed)
            if failed is None:
                done: Command = RecordMailed(message=message, attempt=attempt)
            else:
                logger.warning("mail not taken", message=message, attempt=attempt, fault=failed.fault)
                done = RecordFailure(
                    message=message,
                    attempt=attempt,
                    fault=failed.fault,
                    for_good=failed.for_good,
                    error=failed.error,
                    jitter=random(),  # noqa: S311  # nothing secret about it
                )
            await record(self._runtime, correspondence, number, done, addressed)
            attempted("mail", taken=failed is None)
        return failed

    async def _send(self, connection: Connection, addressed: Recorded[MessageAddressed]) -> Failed | None:
        try:
            mail = letter(addressed.event, addressed.time, self._sender)
        except ValueError as error:
            return Failed("refused", for_good=True, error=str(error)[:1000])
        try:
            return await connection.send(mail)
        except Exception as error:
            # A letter that cannot be sent for a reason nobody thought of must not stop the others.
            logger.exception("mail not sent", message=addressed.event.message)
            return Failed("refused", for_good=False, error=describe(error)[:1000])
