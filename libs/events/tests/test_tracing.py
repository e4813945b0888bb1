"""A trace goes on from the request that led to an event to whoever handles it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode
from ticket import Opened

from events import Actor, Recorded, tracing
from events.feed import Batch, Delivery, Garbled, Partition

REQUEST = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_without_a_span_there_is_no_trace_context() -> None:
    assert tracing.traceparent_now() is None


def test_without_an_sdk_the_context_is_handed_on_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", NoOpTracerProvider().get_tracer("test"))
    with tracing.continue_from(REQUEST, "process tickets"):
        assert tracing.traceparent_now() == REQUEST


def test_a_handler_s_span_is_a_child_of_what_led_to_the_event(spans: InMemorySpanExporter) -> None:
    with tracing.continue_from(REQUEST, "process tickets", attributes={"messaging.system": "kafka"}):
        inside = tracing.traceparent_now()
    [span] = spans.get_finished_spans()
    assert (span.name, span.kind, span.attributes) == (
        "process tickets", SpanKind.CONSUMER, {"messaging.system": "kafka"},
    )  # fmt: skip
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    assert [f"{link.context.span_id:016x}" for link in span.links] == ["b7ad6b7169203331"]
    assert inside is not None
    assert inside.startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert inside != REQUEST


@pytest.mark.parametrize("traceparent", [None, "", "garbage", "00-0-0-0"])
def test_an_event_without_a_trace_begins_one(spans: InMemorySpanExporter, traceparent: str | None) -> None:
    with tracing.continue_from(traceparent, "process tickets"):
        pass
    [span] = spans.get_finished_spans()
    assert span.parent is None
    assert not span.links


def test_what_fails_is_named(spans: InMemorySpanExporter) -> None:
    with pytest.raises(KeyError), tracing.continue_from(REQUEST, "process tickets"):
        raise KeyError("x")
    [span] = spans.get_finished_spans()
    assert span.attributes == {"error.type": "KeyError"}
    assert span.status.status_code is StatusCode.ERROR
    # ... and what the error says, which may quote what people wrote, is told to nobody.
    assert (span.status.description, span.events) == (None, ())


def test_a_send_is_linked_to_every_request_behind_it(spans: InMemorySpanExporter) -> None:
    other = REQUEST.replace("b7ad", "c8be")
    facts = [_fact(REQUEST), _fact(REQUEST), _fact(None), _fact(other)]
    with tracing.sending("tickets", facts):
        pass
    [span] = spans.get_finished_spans()
    assert (span.name, span.kind) == ("send tickets", SpanKind.PRODUCER)
    assert span.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "tickets",
        "messaging.batch.message_count": 4,
    }
    assert _linked(span) == ["b7ad6b7169203331", "c8be6b7169203331"]


def _fact(traceparent: str | None) -> Recorded[Opened]:
    return Recorded(
        position=1, stream="ticket-1", version=1, name=Opened.name, data="{}", key="1", id=uuid4(),
        time=datetime(2026, 3, 1, tzinfo=UTC), actor=Actor("lin"), traceparent=traceparent,
    )  # fmt: skip


def _linked(span: ReadableSpan) -> list[str]:
    return [f"{link.context.span_id:016x}" for link in span.links]


def test_a_poll_is_linked_to_every_request_behind_its_records(spans: InMemorySpanExporter) -> None:
    deliveries = [
        Delivery(7, _fact(REQUEST)),
        Delivery(8, Garbled("1", "no event", b"")),
        Delivery(9, _fact(None)),
    ]
    tracing.poll_span(
        Batch(Partition("tickets", 2), deliveries, 10, 12), "desk.reactions", "desk-1", started=1e9
    )
    [span] = spans.get_finished_spans()
    assert (span.name, span.kind, span.start_time) == ("poll tickets", SpanKind.CLIENT, 10**18)
    assert span.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "poll",
        "messaging.operation.type": "receive",
        "messaging.destination.name": "tickets",
        "messaging.destination.partition.id": "2",
        "messaging.consumer.group.name": "desk.reactions",
        "messaging.client.id": "desk-1",
        "messaging.batch.message_count": 3,
    }
    assert _linked(span) == ["b7ad6b7169203331"]


def test_a_commit_names_its_topic_when_there_is_one(spans: InMemorySpanExporter) -> None:
    for topics in ({"tickets"}, {"tickets", "bills"}):
        with tracing.committing(topics, "desk.reactions", "desk-1"):
            pass
    one, several = spans.get_finished_spans()
    assert (one.name, one.kind, several.name) == ("commit tickets", SpanKind.CLIENT, "commit")
    assert one.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "commit",
        "messaging.operation.type": "settle",
        "messaging.destination.name": "tickets",
        "messaging.consumer.group.name": "desk.reactions",
        "messaging.client.id": "desk-1",
    }
