"""One attempt at the next webhook of a line: it is sent, and what came of it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import random
from typing import Any, Literal

import sqlalchemy as sa
import structlog
from opentelemetry.trace import SpanKind
from pydantic import SecretStr

from events import Recorded
from events.contracts.messages import (
    DeliveryFailed,
    DeliveryQueued,
    SubscriptionEnabled,
    SubscriptionOpened,
)
from events.parking import describe
from events.tracing import continue_from
from notification.metrics import attempted
from notification.recording import finished, record
from notification.webhooks.delivery_book import delivery_book
from notification.webhooks.line import Delivery, RecordDelivery, RecordRefusal, line
from notification.webhooks.payload import payload
from notification.webhooks.receiver import GONE, NotTaken, Receivers, Taken
from notification.webhooks.signing import headers
from notification.webhooks.subscription import CloseDoor, Subscription, subscription
from servicekit import Runtime

logger = structlog.get_logger(__name__)
MOST_DAYS_AWAY = timedelta(days=5)
"""Then nothing more is sent to a receiver until somebody enables its subscription."""
Facts = Sequence[Recorded[Any]]


class Attempts:
    """Sends webhooks, signed with what follows from `key`."""

    def __init__(self, runtime: Runtime, receivers: Receivers, key: SecretStr) -> None:
        self._runtime = runtime
        self._receivers = receivers
        self._key = key

    async def next(self, line_id: str) -> Literal["taken", "refused", "away"] | None:
        """Try the first that waits in this line; None when nothing may go now."""
        facts = await self._runtime.log.read(line.stream(line_id))
        one = line.fold(fact.event for fact in facts).next
        if one is None or (one.retry_at and one.retry_at > self._runtime.clock()):
            return None
        owner = await self._runtime.log.read(subscription.stream(one.queued.subscription))
        state = subscription.fold(fact.event for fact in owner)
        if not isinstance(state, Subscription) or not state.enabled:
            return None
        queued = next(fact for fact in facts if fact.event == one.queued)
        answer = await finished(self._attempt(line_id, queued, one, state))
        if isinstance(answer, Taken):
            return "taken"
        if answer.fault == "away":
            await self._close_when_away_for_days(facts, owner, one)
        return answer.fault

    async def _attempt(
        self, line_id: str, queued: Recorded[DeliveryQueued], one: Delivery, state: Subscription
    ) -> Taken | NotTaken:
        id, attempt = one.queued.delivery, one.attempts + 1
        with continue_from(queued.traceparent, "send webhook", SpanKind.CLIENT):
            answer = await self._send(queued, state)
            if isinstance(answer, Taken):
                done = RecordDelivery(delivery=id, attempt=attempt, status=answer.status)
                await record(self._runtime, line, line_id, done, queued)
                attempted("webhook", taken=True)
                return answer
            logger.warning(
                "webhook not taken", delivery=id, attempt=attempt, fault=answer.fault, status=answer.status
            )
            if answer.status == GONE:
                await self._close(queued.event.subscription, "gone", queued)
            failed = RecordRefusal(
                delivery=id,
                attempt=attempt,
                fault=answer.fault,
                status=answer.status,
                error=answer.error,
                retry_after=answer.retry_after,
                jitter=random(),  # noqa: S311  # nothing secret about it
            )
            await record(self._runtime, line, line_id, failed, queued)
            attempted("webhook", taken=False)
        return answer

    async def _send(self, queued: Recorded[DeliveryQueued], state: Subscription) -> Taken | NotTaken:
        now = self._runtime.clock()
        event = queued.event
        body = payload(event, queued.time)
        signed = headers(self._key, event.subscription, event.delivery, state, now, body)
        try:
            return await self._receivers.post(state.url, signed, body, now)
        except Exception as error:
            # One that cannot be sent for a reason nobody thought of must not stop the others.
            logger.exception("webhook not sent", delivery=event.delivery)
            return NotTaken("refused", describe(error)[:300])

    async def _close_when_away_for_days(self, facts: Facts, owner: Facts, one: Delivery) -> None:
        since = [
            fact
            for fact in facts
            if isinstance(fact.event, DeliveryFailed) and fact.event.delivery == one.queued.delivery
        ]
        long_ago = self._runtime.clock() - MOST_DAYS_AWAY
        if not since or since[0].time > long_ago:
            return
        opened = [f for f in owner if isinstance(f.event, SubscriptionOpened | SubscriptionEnabled)]
        last = await self._last_delivered(one.queued.subscription)
        if opened[-1].time <= long_ago and (last is None or last <= long_ago):
            await self._close(one.queued.subscription, "unreachable", since[-1])

    async def _last_delivered(self, id: str) -> datetime | None:
        t = delivery_book.table
        last = sa.select(sa.func.max(t.c.delivered_at)).where(t.c.subscription == id)
        async with self._runtime.engine.connect() as connection:
            found: datetime | None = (await connection.execute(last)).scalar()
        return found

    async def _close(self, id: str, reason: Literal["gone", "unreachable"], cause: Recorded[Any]) -> None:
        logger.warning("subscription disabled", subscription=id, reason=reason)
        await record(self._runtime, subscription, id, CloseDoor(reason=reason), cause)
