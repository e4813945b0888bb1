"""What is counted and timed on the way of an event, named by OpenTelemetry's messaging conventions 1.44.

Without an SDK nothing is recorded. Figures that are read off when somebody looks, such as lags,
are the service's (servicekit.metrics).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from opentelemetry import metrics

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_meter = metrics.get_meter("events")


def _duration(name: str, description: str) -> metrics.Histogram:
    return _meter.create_histogram(
        name, unit="s", description=description, explicit_bucket_boundaries_advisory=_SECONDS
    )


_operation = _duration(
    "messaging.client.operation.duration",
    "`send`: a batch of events, until all replicas in sync have it; `commit`: telling Kafka how far a consumer is.",
)
_processing = _duration("messaging.process.duration", "One event's reactions, with their commands.")
_end_to_end = _duration("fulfilment_event_end_to_end", "From an event's time until a read model shows it.")
_sent = _meter.create_counter("messaging.client.sent.messages", description="Events on the topic.")
_consumed = _meter.create_counter("messaging.client.consumed.messages", description="Events reacted to.")
_conflicts = _meter.create_counter(
    "append_conflicts", description="Commands that lost a race and were decided anew."
)
_replays = _meter.create_counter(
    "idempotent_replays", description="Commands that were repeated, and got their first outcome."
)


@contextmanager
def timed_sending(topic: str, count: int) -> Iterator[None]:
    """Times the publishing of `count` events, and counts them once they are there."""
    attributes = {"messaging.operation.name": "send", "messaging.destination.name": topic}
    with _timed(_operation, attributes):
        yield
    _sent.add(count, attributes)


@contextmanager
def timed_commit(consumer: str) -> Iterator[None]:
    """Times telling Kafka how far a consumer is."""
    attributes = {"messaging.operation.name": "commit", "messaging.consumer.group.name": consumer}
    with _timed(_operation, attributes):
        yield


@contextmanager
def timed_processing(source: str, consumer: str) -> Iterator[None]:
    """Times one event's reactions, and counts it however they end."""
    attributes = {"messaging.destination.name": source, "messaging.consumer.group.name": consumer}
    _consumed.add(1, attributes)
    with _timed(_processing, attributes):
        yield


@contextmanager
def _timed(histogram: metrics.Histogram, attributes: Mapping[str, str]) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    except Exception as error:
        histogram.record(time.perf_counter() - start, {**attributes, "error.type": type(error).__qualname__})
        raise
    histogram.record(time.perf_counter() - start, attributes)


def shown(projection: str, *happened_at: datetime) -> None:
    """A read model shows events that happened then."""
    now = datetime.now(UTC)
    for then in happened_at:
        _end_to_end.record(max(0.0, (now - then).total_seconds()), {"projection": projection})


def conflict(category: str) -> None:
    """A command on a stream of this category lost a race."""
    _conflicts.add(1, {"category": category})


def replayed(category: str) -> None:
    """A repeated command got its first outcome."""
    _replays.add(1, {"category": category})
