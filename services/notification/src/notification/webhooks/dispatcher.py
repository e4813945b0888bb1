"""The dispatcher: queues every announced fact for each subscription that hears of it.

It follows the service's own log after a checkpoint of its own. What it queues it would queue
again the same way: who hears of a fact depends on places in the log alone, and a line holds a
delivery once. One dispatcher of a service works at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from events import Context, Recorded
from events.checkpoint import Marks
from events.contracts.messages import FactAnnounced, PingAsked
from events.feed import Batch
from events.tracing import continue_from, traceparent_now
from notification.recording import ME
from notification.states import GROUP_ONLY
from notification.webhooks.audience import Listener, Span, audience
from notification.webhooks.ids import delivery_id, line_of, ping_id
from notification.webhooks.line import Queue, line
from servicekit import Runtime
from servicekit.runtime import own_feed

CONSUMER = "notification.dispatcher"
AT_ONCE = 32
"""Lines that are written to at the same time."""
_CONCERNED = frozenset({FactAnnounced.name, PingAsked.name})
Told = tuple[Recorded[Any], Queue]
"""A fact of this log, and the delivery it leads to."""


async def dispatcher(runtime: Runtime) -> None:
    """Work for ever."""
    dsn = runtime.settings.database_url.get_secret_value()
    marks = Marks(CONSUMER, runtime.pool)
    async with own_feed(runtime.service, dsn, runtime.log).batches(CONSUMER, marks.load) as batches:
        async for some in batches:
            await _dispatch(runtime, marks, some)


async def _dispatch(runtime: Runtime, marks: Marks, batches: Sequence[Batch]) -> None:
    facts = [
        one.fact
        for batch in batches
        for one in marks.fresh(batch)
        if isinstance(one.fact, Recorded) and one.fact.name in _CONCERNED
    ]
    if facts:
        listeners = await _listeners(runtime, facts[-1].position)
        by_line: dict[str, list[Told]] = {}
        for fact in facts:
            for queue in deliveries(fact, listeners):
                by_line.setdefault(line_of(queue.delivery), []).append((fact, queue))
        left = iter(by_line.items())
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(_work(runtime, left))
    marks.moved(await marks.store(runtime.pool, batches))


def deliveries(fact: Recorded[Any], listeners: Sequence[Listener]) -> Sequence[Queue]:
    """What is to be queued because of an announcement, or a ping that was asked for."""
    event = fact.event
    if isinstance(event, FactAnnounced):
        hearing = [one for one in listeners if one.hears(event, fact.position)]
        return [_queue(one, delivery_id(one.id, event.order, event.fact), event) for one in hearing]
    (asked,) = (one for one in listeners if one.id == fact.id_in_stream)
    return [_queue(asked, ping_id(asked.id, event.ping), None)]


def _queue(listener: Listener, id: str, announced: FactAnnounced | None) -> Queue:
    company = None if listener.company == GROUP_ONLY else listener.company
    return Queue(delivery=id, subscription=listener.id, product_company=company, announced=announced)


async def _listeners(runtime: Runtime, position: int) -> Sequence[Listener]:
    """All there are, as known at least up to this place in the log."""
    while not await runtime.shown(audience, position, 5.0):
        pass  # its projector is behind, and says so in the health of the service
    t = audience.table
    async with runtime.engine.connect() as connection:
        rows = (await connection.execute(sa.select(t.c.id, t.c.company, t.c.events, t.c.spans))).all()
    return [
        Listener(id, company, tuple(events), tuple(Span.model_validate(span) for span in spans))
        for id, company, events, spans in rows
    ]


async def _work(runtime: Runtime, left: Iterator[tuple[str, list[Told]]]) -> None:
    for id, queues in left:
        for fact, queue in queues:
            with continue_from(fact.traceparent, "queue webhook"):
                context = Context(
                    by=ME,
                    at=runtime.clock(),
                    correlation=fact.correlation,
                    causation=str(fact.id),
                    traceparent=traceparent_now() or fact.traceparent,
                )
                await runtime.handler.handle(line, id, queue, context)
