"""What people write and what is secret stands in no log line, no figure and no span, also when things fail."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from house import House, house
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from otlp import Sink, attributes, sink

from launch import CannotMeet

pytestmark = pytest.mark.timeout(240)
MARK = f"zq{secrets.token_hex(6)}"
"""Stands in everything that people write here, and nowhere else in the world."""
CUSTOMER = {
    "id": "C-7",
    "name": f"{MARK} Power Supply",
    "contact": f"Lin {MARK}",
    "email": f"lin@{MARK}.example",
}
LINE = {"item": "K-1", "model": "K-1/1250", "specification": f"12 kV {MARK}", "quantity": 6}
CONTENT = {
    "lines": [LINE], "technical_requirements": f"as {MARK} wants it", "quality_requirements": "routine tests",
    "delivery_date": "2030-01-31",
}  # fmt: skip
JSON = {"content-type": "application/json"}
ORDER = {"customer": CUSTOMER, "product_company": "switchgear", "channel": "mail", "content": CONTENT}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Sink]]:
    """A system whose spans go to a sink, in which orders were placed well and badly."""
    with sink() as kept, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", kept.url)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        try:
            with house(tmp_path_factory.mktemp("secrecy") / ".data", "kafka") as started:
                asyncio.run(_live(started))
                yield started, kept
        except CannotMeet as reason:
            pytest.skip(f"no Kafka: {reason}")


async def _live(over: House) -> None:
    with over.client("order-intake", "sales") as sales:
        number = sales.post("/orders", json=ORDER).raise_for_status().json()["id"]
        sales.post(
            f"/orders/{number}/requirements-confirmation", json={"content_version": 1}
        ).raise_for_status()
        assert sales.post("/orders", json={**ORDER, MARK: MARK}).status_code == 422
        assert sales.post("/orders", content=f'{{"{MARK}'.encode(), headers=JSON).status_code in (400, 422)
        assert sales.get("/orders", params={"nonsense": MARK}).status_code == 422
        assert sales.get("/orders", headers={"authorization": f"Bearer {MARK}"}).status_code == 401
    with over.client("notification", "contract_desk") as desk:
        while not desk.get("/inbox", params={"order_number": number}).json()["items"]:
            await asyncio.sleep(0.1)
    await _put_on_topic(over)
    while _parked(over) < 2:
        await asyncio.sleep(0.2)


async def _put_on_topic(over: House) -> None:
    """What is no event, and an event whose data does not fit its name."""
    headers = [
        ("ce_specversion", b"1.0"), ("ce_type", b"order.requirements_confirmed.v1"), ("ce_source", b"order-intake"),
        ("ce_id", b"0b0e7a52-4a54-4a55-9a3e-0d6a5f0f9e11"), ("ce_time", b"2026-01-05T09:00:00Z"),
        ("ce_subject", b"order-UNFIT"), ("ce_partitionkey", b"UNFIT"), ("ce_sequence", b"%019d" % 10**9),
        ("ce_streamversion", b"1"), ("ce_actor", b"mei"), ("ce_actorroles", b"[]"),
        ("content-type", b"application/json"),
    ]  # fmt: skip
    async with AIOKafkaProducer(bootstrap_servers=over.running.kafka) as producer:
        await producer.send_and_wait("order-intake", MARK.encode(), b"GARBLED")
        value = f'{{"customer": "{MARK}", "content": "{MARK}"}}'.encode()
        await producer.send_and_wait("order-intake", value, b"UNFIT", headers=headers)


def _parked(over: House) -> float:
    text = httpx.get(f"{over.running.services['review']}/metrics").text
    found = re.search(r'^parked_orders{consumer="review.reactions"} (\S+)', text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _secrets(over: House) -> set[str]:
    urls = [
        url
        for one in over.running.databases.values()
        for url in (one.service_url, one.owner_url, one.reader_url)
    ]
    return {str(urlsplit(url).password) for url in urls} | {MARK}


def _leaks(text: str, hidden: set[str]) -> list[str]:
    return [line[:400] for line in text.splitlines() if any(one in line for one in hidden) or "eyJ" in line]


def test_logs_have_neither(watched: tuple[House, Sink]) -> None:
    over, _ = watched
    logs = {name: (over.data / "logs" / f"{name}.log").read_text() for name in over.running.services}
    assert "event parked" in logs["review"]
    assert '"status": 422' in logs["order-intake"]
    assert {name: found for name, log in logs.items() if (found := _leaks(log, _secrets(over)))} == {}


def test_figures_have_neither(watched: tuple[House, Sink]) -> None:
    over, _ = watched
    for url in over.running.services.values():
        text = httpx.get(f"{url}/metrics").raise_for_status().text
        assert "projection_lag_events" in text
        assert _leaks(text, _secrets(over)) == []


def test_spans_have_neither_and_follow_the_conventions(watched: tuple[House, Sink]) -> None:
    over, kept = watched
    wanted = {"send order-intake", "poll order-intake", "process order-intake", "commit order-intake"}
    assert kept.wait(lambda spans: wanted <= {span.name for _, span in spans}), {
        one.name for _, one in kept.spans
    }
    time.sleep(1)  # what failed last is on its way
    assert [found for text in kept.texts if (found := _leaks(text, _secrets(over)))] == []
    kinds: dict[str, Any] = {
        "send": Span.SPAN_KIND_PRODUCER, "poll": Span.SPAN_KIND_CLIENT, "process": Span.SPAN_KIND_CONSUMER,
        "commit": Span.SPAN_KIND_CLIENT,
    }  # fmt: skip
    for _, span in kept.spans:
        named = attributes(span)
        if named.get("messaging.system") == "kafka":
            operation = str(named["messaging.operation.name"])
            assert span.name.partition(" ")[0] == operation
            assert span.kind == kinds[operation]
            assert (
                named.get("messaging.destination.name", span.name.partition(" ")[2])
                == span.name.partition(" ")[2]
            )
    assert any(span.links for _, span in kept.spans if span.name == "poll order-intake")
    assert any(span.links for _, span in kept.spans if span.name == "process order-intake")
