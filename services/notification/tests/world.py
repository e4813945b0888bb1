"""The other services, as far as notification hears of them, and how it is opened beside them."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from telling import SALES

from events import Context, Event, Log
from events.testing import MONDAY
from servicekit.testing import LocalService


class Open(Protocol):
    """Opens notification on the test's database, as one of its replicas."""

    def __call__(
        self, *, smtp_url: str | None = None, mails: bool = True, webhooks: bool = False
    ) -> AbstractAsyncContextManager[LocalService]: ...


class World:
    """The other services: what happens there is in their log."""

    trace = "a" * 32

    def __init__(self, log: Log) -> None:
        self._log = log

    async def happens(self, *facts: Event, number: str = "7K3M") -> None:
        """Record facts of one order, or of purchase order P-1, one after the other."""
        for fact in facts:
            stem = fact.name.partition(".")[0]
            key = "P-1" if stem == "purchase" else number
            stream = f"{stem}-{key}"
            context = Context(
                by=SALES, at=MONDAY, correlation="test", traceparent=f"00-{self.trace}-{'b' * 16}-01"
            )
            tip = (await self._log.history(stream, None)).tip
            await self._log.append(stream, tip, [fact], context, key=key)
