"""The envelope keeps everything of an event, reads both modes, and takes no garbage for an event."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    to_binary_event,
    to_structured_event,
)
from hypothesis import given
from hypothesis import strategies as st
from reading import PARTS

from events import Actor, Recorded
from events.envelope import LONGEST_KEY, Headers, decode, encode
from events.feed import Garbled

OPENED: Recorded[Any] = Recorded(
    position=42,
    stream="ticket-7K3M",
    version=3,
    name="ticket.opened.v1",
    data='{"title":"Leistungsschalter 断路器"}',
    key="7K3M",
    id=UUID("6f1c0e0e-3f1f-4f7e-9f8e-5f1b1d1c1b1a"),
    time=datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC),
    actor=Actor("lin", frozenset({"sales", "buyer"}), "low-voltage"),
    correlation="c-1",
    causation="order.received/17",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    hash=bytes(range(32)),
)


def read(key: bytes | None, value: bytes | None, headers: Headers) -> Recorded[Any] | Garbled:
    return decode("tickets", "tickets/0/17", key, value, headers)


def same(one: Recorded[Any], other: Recorded[Any] | Garbled) -> bool:
    return isinstance(other, Recorded) and all(getattr(one, part) == getattr(other, part) for part in PARTS)


def test_headers_are_those_of_the_kafka_binding() -> None:
    record = encode(OPENED, "tickets")
    assert record.headers == [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", b"ticket.opened.v1"),
        ("ce_source", b"tickets"),
        ("ce_id", b"6f1c0e0e-3f1f-4f7e-9f8e-5f1b1d1c1b1a"),
        ("ce_time", b"2026-03-01T08:30:15.123456Z"),
        ("ce_subject", b"ticket-7K3M"),
        ("ce_partitionkey", b"7K3M"),
        ("ce_sequence", b"0000000000000000042"),
        ("ce_streamversion", b"3"),
        ("ce_actor", b"lin"),
        ("ce_actorroles", b'["buyer","sales"]'),
        ("ce_company", b"low-voltage"),
        ("ce_correlationid", b"c-1"),
        ("ce_causationid", b"order.received/17"),
        ("ce_hash", bytes(range(32)).hex().encode()),
        ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]
    assert record.key == b"7K3M"
    assert record.timestamp == 1_772_353_815_123


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(
    st.builds(
        Recorded,
        position=st.integers(1, 2**63 - 1), stream=TEXT, version=st.integers(1, 2**31 - 1), name=TEXT,
        data=st.just("{}"), key=TEXT, id=st.uuids(),
        time=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        actor=st.builds(Actor, TEXT, st.frozensets(TEXT, max_size=3), st.none() | TEXT),
        correlation=st.just("") | TEXT, causation=st.none() | TEXT, traceparent=st.none() | TEXT,
        hash=st.binary(max_size=32),
    )
)  # fmt: skip
def test_what_is_written_is_read_back(fact: Recorded[Any]) -> None:
    key, value, headers, _ = encode(fact, "tickets")
    assert same(fact, read(key, value, headers))


def structured(**changes: Any) -> bytes:
    event = {
        "specversion": "1.0", "type": OPENED.name, "source": "tickets", "id": str(OPENED.id),
        "time": "2026-03-01T09:30:15.123456+01:00", "subject": OPENED.stream, "sequence": "42", "streamversion": 3,
        "actor": "lin", "actorroles": '["sales", "buyer"]', "company": "low-voltage", "correlationid": "c-1",
        "causationid": "order.received/17", "hash": OPENED.hash.hex(), "traceparent": OPENED.traceparent,
        "datacontenttype": "application/json", "data": {"title": "Leistungsschalter 断路器"},
    }  # fmt: skip
    return json.dumps(
        {name: value for name, value in {**event, **changes}.items() if value is not None}
    ).encode()


STRUCTURED = [("Content-Type", b"application/cloudevents+json; charset=utf-8")]


def test_structured_mode_is_read_too() -> None:
    assert same(OPENED, read(b"7K3M", structured(), STRUCTURED))
    encoded = b64encode(str(OPENED.data).encode()).decode()
    assert same(OPENED, read(b"7K3M", structured(data=None, data_base64=encoded), STRUCTURED))
    assert same(OPENED, read(None, structured(partitionkey="7K3M"), STRUCTURED))


def test_other_senders_ways_of_saying_the_same_are_understood() -> None:
    key, value, headers, _ = encode(OPENED, "tickets")
    others = [(name.upper(), raw) for name, raw in headers if name != "content-type"]
    assert same(OPENED, read(key, value, others))
    assert same(
        OPENED, read(key, value, with_header("content-type", b"application/vnd.ours+json; charset=utf-8"))
    )
    local = OPENED.time.astimezone(timezone(timedelta(hours=8))).isoformat().encode()
    assert same(OPENED, read(key, value, with_header("ce_time", local)))


@pytest.mark.parametrize("send", [to_binary_event, to_structured_event])
def test_the_cloudevents_sdk_reads_it_and_what_the_sdk_sends_is_read(
    send: Callable[..., KafkaMessage],
) -> None:
    key, value, headers, _ = encode(OPENED, "tickets")
    event = from_binary_event(KafkaMessage(dict(headers), key, value))
    assert event.get_type() == OPENED.name
    assert event.get_time() == OPENED.time
    assert event.get_data() == json.loads(OPENED.data)
    sent = send(event)
    assert isinstance(sent.key, str)
    found = read(sent.key.encode(), sent.value, [*sent.headers.items(), ("traceparent", headers[-1][1])])
    assert isinstance(found, Recorded)
    found.data = json.dumps(json.loads(found.data), ensure_ascii=False, separators=(",", ":"))
    assert same(OPENED, found)


def with_header(name: str, raw: bytes | None) -> list[tuple[str, bytes | None]]:
    _, _, headers, _ = encode(OPENED, "tickets")
    rest: list[tuple[str, bytes | None]] = [header for header in headers if header[0] != name]
    return [*rest, (name, raw)]


GARBAGE = {
    "no headers": ([], "lacks the attributes"),
    "no id": (with_header("ce_id", None), "lacks the attributes id"),
    "empty type": (with_header("ce_type", b""), "lacks the attributes type"),
    "bad id": (with_header("ce_id", b"17"), "UUID"),
    "position is a word": (with_header("ce_sequence", b"first"), "sequence is 'first'"),
    "position zero": (with_header("ce_sequence", b"0"), "sequence is '0'"),
    "position of other digits": (with_header("ce_sequence", "٤٢".encode()), "sequence is"),
    "position too large for a database": (with_header("ce_sequence", b"9" * 19), "sequence is"),
    "version negative": (with_header("ce_streamversion", b"-1"), "streamversion is '-1'"),
    "time without zone": (with_header("ce_time", b"2026-03-01T08:30:15"), "no offset from UTC"),
    "time is a word": (with_header("ce_time", b"yesterday"), "isoformat"),
    "old CloudEvents": (with_header("ce_specversion", b"0.3"), "send 1.0"),
    "another log's event": (with_header("ce_source", b"review"), "this is the topic of tickets"),
    "not JSON": (with_header("content-type", b"application/avro"), "events here are JSON"),
    "a batch": (with_header("content-type", b"application/cloudevents-batch+json"), "is not read here"),
    "a header not UTF-8": (with_header("ce_subject", b"\xff"), "utf-8"),
    "what no database takes": (with_header("ce_subject", b"ticket-\x00"), "NUL"),
    "roles not a list": (with_header("ce_actorroles", b"sales"), ""),
    "roles not names": (with_header("ce_actorroles", b"[1]"), "not a JSON list of names"),
    "hash not hexadecimal": (with_header("ce_hash", b"xyz"), "hex"),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_is_named_and_keeps_its_key(what: str) -> None:
    headers, reason = GARBAGE[what]
    found = read(b"7K3M", b"{}", headers)
    assert isinstance(found, Garbled)
    assert reason in found.reason
    assert found.reason
    assert (found.key, found.raw) == ("7K3M", b"{}")


@pytest.mark.parametrize(
    "value",
    [
        b"", b"[]", b"{", b"\xff\xfe", b"17", structured(specversion=None), structured(id=17), structured(time="now"),
        structured(sequence=True), structured(subject={"a": 1}), structured(data=None, data_base64="!"),
        structured(datacontenttype="text/plain"), b"[" * 100_000,
    ],
)  # fmt: skip
def test_structured_garbage_is_named_too(value: bytes) -> None:
    found = read(b"7K3M", value, STRUCTURED)
    assert isinstance(found, Garbled)
    assert found.reason
    assert found.raw == value


def test_nothing_and_less_than_nothing_are_garbage() -> None:
    _, _, headers, _ = encode(OPENED, "tickets")
    for value in (None, b"", b"\xff"):
        found = read(b"7K3M", value, headers)
        assert isinstance(found, Garbled)
        assert found.raw == (value or b"")


def test_a_key_that_cannot_be_kept_is_replaced_by_the_place() -> None:
    _, value, headers, _ = encode(OPENED, "tickets")
    keyless = [header for header in headers if header[0] != "ce_partitionkey"]
    for key, kept in [(None, "tickets/0/17"), (b"", "tickets/0/17"), (b"k" * (LONGEST_KEY + 1), "tickets/0/17"),
                      (b"\xff", r"\xff"), (b"a\x00", r"a\x00")]:  # fmt: skip
        found = read(key, value, keyless)
        assert isinstance(found, Garbled)
        assert found.key == kept


@given(
    st.binary(max_size=50), st.lists(st.tuples(st.sampled_from(["ce_id", "content-type", "x"]), st.binary()))
)
def test_nothing_at_all_makes_it_raise(value: bytes, headers: list[tuple[str, bytes | None]]) -> None:
    assert isinstance(read(value, value, headers), Garbled)
