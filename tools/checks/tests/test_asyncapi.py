"""The AsyncAPI document is valid, true of the wiring and of the wire, and its checks find what is not."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import jsonschema_rs
import pytest

from checks import asyncapi, asyncapi_specification, services
from checks.asyncapi_document import HEADERS, document
from checks.tree import Tree
from events.contracts.reviews import ReviewClosed
from events.envelope import encode
from events.event import Event
from events.recorded import Actor, Recorded
from events.schemas import schema_of

ROOT = Tree.around(Path(__file__).parent)


@pytest.fixture
def generated() -> dict[str, Any]:
    return document(services.wired(), "1.2.3")


@pytest.fixture(scope="module")
def official() -> dict[str, Any]:
    try:
        return asyncapi_specification.schema(ROOT)
    except asyncapi_specification.Unreachable as error:
        pytest.skip(str(error))


def test_it_is_valid(generated: dict[str, Any], official: dict[str, Any]) -> None:
    assert list(asyncapi.invalid(generated, official)) == []
    assert list(asyncapi.dangling(generated)) == []
    assert list(asyncapi.unheard(services.wired())) == []


def test_what_asyncapi_does_not_allow_is_found(generated: dict[str, Any], official: dict[str, Any]) -> None:
    generated["operations"]["review.records"]["action"] = "shout"
    assert any("/operations/review.records:" in problem for problem in asyncapi.invalid(generated, official))


def test_a_payload_that_is_no_schema_is_found(generated: dict[str, Any], official: dict[str, Any]) -> None:
    generated["components"]["schemas"]["OrderReceived"]["type"] = "thing"
    assert any(
        "/components/schemas/OrderReceived" in problem for problem in asyncapi.invalid(generated, official)
    )


def test_a_reference_to_nothing_is_found(generated: dict[str, Any]) -> None:
    del generated["components"]["schemas"]["OrderReceived"]
    assert "docs/asyncapi.json: #/components/schemas/OrderReceived leads nowhere" in asyncapi.dangling(
        generated
    )


def test_a_reaction_to_a_topic_that_is_not_followed_is_found() -> None:
    wired = dict(services.wired())
    wired["review"] = dataclasses.replace(wired["review"], sources=())
    problems = "\n".join(asyncapi.unheard(wired))
    assert "review reacts to order.requirements_confirmed.v1 but does not follow order-intake" in problems


def test_owners_send_and_others_receive_what_they_react_to(generated: dict[str, Any]) -> None:
    sends = generated["operations"]["order-intake.records"]
    receives = generated["operations"]["review.reacts-to.order-intake"]
    confirmed = {"$ref": "#/channels/order-intake/messages/order.requirements_confirmed.v1"}
    assert (sends["action"], receives["action"]) == ("send", "receive")
    assert confirmed in sends["messages"]
    assert confirmed in receives["messages"]
    assert {"$ref": "#/channels/order-intake/messages/order.quoted.v1"} not in receives["messages"]


FULL: Recorded[Any] = Recorded(
    position=17,
    stream="order-7K3M",
    version=3,
    name="order.received.v1",
    data="{}",
    key="7K3M",
    id=uuid4(),
    time=datetime(2026, 1, 5, 9, 0, 1, 250_000, tzinfo=UTC),
    actor=Actor("lin", frozenset({"sales"}), "xj-switchgear"),
    correlation="c-1",
    causation=str(uuid4()),
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    hash=bytes(32),
)


@pytest.mark.parametrize(
    "fact", [FULL, Recorded.of(ReviewClosed(reason="x"))], ids=["all attributes", "the fewest"]
)
def test_the_headers_it_promises_are_those_on_the_wire(fact: Recorded[Any]) -> None:
    headers = {name: value.decode() for name, value in encode(fact, "order-intake").headers}
    jsonschema_rs.validator_for(HEADERS, validate_formats=True).validate(headers)
    assert headers.keys() <= HEADERS["properties"].keys()


class Sold(Event):
    name: ClassVar[str] = "ticket.sold.v1"  # by hand: registered it would be among the real ones
    price: Decimal
    day: date
    paid: datetime | None
    seats: tuple[int, ...] = ()


@pytest.mark.parametrize("paid", [None, datetime(2026, 1, 5, 9, tzinfo=UTC)])
def test_the_schema_of_an_event_fits_what_is_written_and_nothing_else(paid: datetime | None) -> None:
    written = jsonschema_rs.validator_for(schema_of(Sold), validate_formats=True)
    data = json.loads(Sold(price=Decimal("1.50"), day=date(2026, 2, 1), paid=paid).model_dump_json())
    assert data["price"] == "1.50"
    written.validate(data)
    assert not written.is_valid(data | {"surprise": 1})
    assert not written.is_valid(data | {"day": "tomorrow"})


def test_where_the_official_schema_cannot_be_had_it_is_said(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncapi_specification, "_npms", lambda: [("git",)])
    report = asyncapi.look(tree)
    assert "@asyncapi/specs@6.11.1 cannot be fetched by npm: " in report.skipped
    assert "docs/asyncapi.json: missing" in report.problems, "the rest is looked at all the same"


def test_an_archive_with_another_digest_is_not_used(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncapi_specification, "_npms", lambda: [("git",)])
    kept = tree.root / ".data/checks/asyncapi-specs-6.11.1.tgz"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"not what was pinned")
    with pytest.raises(asyncapi_specification.Unreachable):
        asyncapi_specification.schema(tree)
