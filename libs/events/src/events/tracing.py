"""Spans of what goes through the log, named by OpenTelemetry's messaging conventions 1.44.

An event carries the trace context of the request that led to it; whoever handles it goes on
in that trace. Without an SDK nothing is recorded, but the context is still handed on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Any, NamedTuple

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from events.feed import Batch, Garbled, Partition
from events.metrics import timed_commit, timed_processing, timed_sending
from events.recorded import Recorded

_tracer = trace.get_tracer("events")
_w3c = TraceContextTextMapPropagator()
_MOST_LINKS = 128
"""What an SDK keeps of a span's links unless told otherwise."""


def traceparent_now() -> str | None:
    """The current span as a W3C `traceparent`; None outside any trace."""
    carrier: dict[str, str] = {}
    _w3c.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continue_from(
    traceparent: str | None,
    name: str,
    kind: SpanKind = SpanKind.CONSUMER,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span]:
    """A span in the trace of `traceparent`, linked to it; a trace of its own without one.

    An exception that leaves the block makes it a failed one, and is named as `error.type`.
    """
    context = _w3c.extract({"traceparent": traceparent} if traceparent else {}, context=Context())
    origin = trace.get_current_span(context).get_span_context()
    links = [Link(origin)] if origin.is_valid else []
    with (
        _current(name, context, kind, attributes, links) as span,
        _naming_errors(span),
    ):
        yield span


class Place(NamedTuple):
    """Where a record was read from."""

    partition: Partition
    offset: int


@contextmanager
def processing(fact: Recorded[Any], consumer: str, place: Place | None) -> Iterator[Span]:
    """The span `process <topic>` of handling an event, timed; without a place when it had been parked."""
    source = place.partition.source if place else "parked"
    with timed_processing(source, consumer), _process_span(fact, consumer, place) as span:
        yield span


def _process_span(fact: Recorded[Any], consumer: str, place: Place | None) -> AbstractContextManager[Span]:
    attributes: dict[str, AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": consumer,
        "messaging.message.id": str(fact.id),
        "messaging.kafka.message.key": fact.key,
    }
    if place is None:
        return continue_from(fact.traceparent, "process parked", attributes=attributes)
    attributes["messaging.destination.name"] = place.partition.source
    attributes["messaging.destination.partition.id"] = str(place.partition.number)
    attributes["messaging.kafka.offset"] = place.offset
    return continue_from(fact.traceparent, f"process {place.partition.source}", attributes=attributes)


@contextmanager
def sending(topic: str, facts: Sequence[Recorded[Any]]) -> Iterator[Span]:
    """The span `send <topic>` of publishing these events, timed, linked to where they came from."""
    attributes: dict[str, AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": len(facts),
    }
    with (
        timed_sending(topic, len(facts)),
        _current(f"send {topic}", Context(), SpanKind.PRODUCER, attributes) as span,
        _naming_errors(span),
    ):
        if span.is_recording():
            for origin in islice(_origins(facts), _MOST_LINKS):
                span.add_link(origin)
        yield span


def poll_span(batch: Batch, consumer: str, client: str, started: float) -> None:
    """The span `poll <topic>` of having got a batch, which began at `started` (time.time) and is over by now."""
    place = batch.partition
    facts = [one.fact for one in batch.deliveries if not isinstance(one.fact, Garbled)]
    attributes: dict[str, AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "poll",
        "messaging.operation.type": "receive",
        "messaging.destination.name": place.source,
        "messaging.destination.partition.id": str(place.number),
        "messaging.consumer.group.name": consumer,
        "messaging.client.id": client,
        "messaging.batch.message_count": len(batch.deliveries),
    }
    span = _tracer.start_span(
        f"poll {place.source}", Context(), SpanKind.CLIENT, attributes, start_time=int(started * 1e9)
    )
    if span.is_recording():
        for origin in islice(_origins(facts), _MOST_LINKS):
            span.add_link(origin)
    span.end()


@contextmanager
def committing(topics: Collection[str], consumer: str, client: str) -> Iterator[Span]:
    """The span `commit <topic>` of telling Kafka how far a consumer is; `commit` when that is in several topics."""
    attributes: dict[str, AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "commit",
        "messaging.operation.type": "settle",
        "messaging.consumer.group.name": consumer,
        "messaging.client.id": client,
    }
    name = "commit"
    if len(topics) == 1:
        [topic] = topics
        name, attributes["messaging.destination.name"] = f"commit {topic}", topic
    with (
        timed_commit(consumer),
        _current(name, Context(), SpanKind.CLIENT, attributes) as span,
        _naming_errors(span),
    ):
        yield span


def _origins(facts: Sequence[Recorded[Any]]) -> Iterator[SpanContext]:
    for traceparent in dict.fromkeys(fact.traceparent for fact in facts):
        if traceparent:
            context = _w3c.extract({"traceparent": traceparent}, Context())
            origin = trace.get_current_span(context).get_span_context()
            if origin.is_valid:
                yield origin


def _current(
    name: str,
    context: Context,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue] | None,
    links: Sequence[Link] = (),
) -> AbstractContextManager[Span]:
    """A span that is told nothing of an error by itself: its text may quote what people wrote."""
    return _tracer.start_as_current_span(
        name, context, kind, attributes, links, record_exception=False, set_status_on_exception=False
    )


@contextmanager
def _naming_errors(span: Span) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        span.set_attribute("error.type", type(error).__qualname__)
        span.set_status(StatusCode.ERROR)
        raise
