"""The AsyncAPI 3.1 document: every topic, every event on it, who sends and who reacts.

A channel is a topic and named like its service; an operation is what one service does there.
Deployments differ in their brokers, so no server is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from checks.services import common_events, events_of
from events.contracts import OWNERS
from events.event import Event
from events.schemas import definitions

if TYPE_CHECKING:
    from servicekit.service import Service

Json = dict[str, Any]  # Any: a JSON document
_SCHEMAS = "#/components/schemas/"


def document(services: Mapping[str, Service], version: str) -> Json:
    """The whole document, for the project's `version`."""
    kinds = {owner: [*events_of(owner), *common_events()] for owner in OWNERS}
    names, schemas = definitions(
        dict.fromkeys(kind for several in kinds.values() for kind in several), _SCHEMAS + "{model}"
    )
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Order fulfilment",
            "version": version,
            "description": "Every fact of every service, in the order in which it became true. Events of one key are "
            "in one partition and in order; one may come twice and is then known by its `ce_sequence`.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {owner: _channel(services[owner], kinds[owner]) for owner in OWNERS},
        "operations": dict(_operations(services, kinds)),
        "components": {
            "messages": {
                kind.name: _message(kind, names[kind]) for several in kinds.values() for kind in several
            },
            "schemas": {"CloudEvent": HEADERS} | schemas,
        },
    }


def _channel(service: Service, kinds: Sequence[type[Event]]) -> Json:
    return {
        "address": service.name,
        "summary": service.summary,
        "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"} for kind in kinds},
        "bindings": {"kafka": {"topicConfiguration": _FOR_EVER, "bindingVersion": "0.5.0"}},
    }


_FOR_EVER = {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1}
"""A log forgets nothing, and neither does its topic."""


def _operations(
    services: Mapping[str, Service], kinds: Mapping[str, Sequence[type[Event]]]
) -> Iterator[tuple[str, Json]]:
    for owner, recorded in kinds.items():
        yield f"{owner}.records", _operation("send", owner, owner, recorded, "What it records, from its log.")
    for name, service in services.items():
        for owner, recorded in kinds.items():
            if heard := [kind for kind in recorded if kind.name in service.reactions.names]:
                summary = f"What it reacts to of {'its own' if owner == name else owner}."
                yield f"{name}.reacts-to.{owner}", _operation("receive", name, owner, heard, summary)


def _operation(action: str, service: str, channel: str, kinds: Sequence[type[Event]], summary: str) -> Json:
    place = f"#/channels/{channel}"
    return {
        "action": action,
        "channel": {"$ref": place},
        "title": service,
        "summary": summary,
        "tags": [{"name": service}],
        "messages": [{"$ref": f"{place}/messages/{kind.name}"} for kind in kinds],
    }


def _message(kind: type[Event], schema: str) -> Json:
    told = (kind.__doc__ or "").strip()
    return {
        "name": kind.name,
        "title": kind.__name__,
        "summary": told.partition("\n")[0],
        "headers": {
            "allOf": [{"$ref": f"{_SCHEMAS}CloudEvent"}, {"properties": {"ce_type": {"const": kind.name}}}]
        },
        "payload": {"$ref": _SCHEMAS + schema},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": "The order's number, where there is one."}}
        },
    }


def _header(description: str, **more: Any) -> Json:  # Any: words of JSON Schema
    return {"type": "string", "description": description, **more}


HEADERS: Json = {
    "type": "object",
    "title": "CloudEvent",
    "description": "CloudEvents 1.0, Kafka binding, binary mode: the attributes are headers, the value is the data.",
    "properties": {
        "content-type": _header("Of the value.", const="application/json"),
        "ce_specversion": _header("Of CloudEvents.", const="1.0"),
        "ce_type": _header("The event's stored name."),
        "ce_source": _header("The service whose log it is in.", enum=list(OWNERS)),
        "ce_id": _header("Of this event, for ever.", format="uuid"),
        "ce_time": _header("When it became true, UTC.", format="date-time"),
        "ce_subject": _header("Its stream, such as `order-7K3M2Q9X`."),
        "ce_partitionkey": _header("The record's key: what orders it; the order's number where there is one."),
        "ce_sequence": _header("Its position in the log, with leading zeros: compares as text.", pattern="^[0-9]{19}$"),
        "ce_streamversion": _header("Its place in its stream, from 1.", pattern="^[1-9][0-9]*$"),
        "ce_actor": _header("Who did it."),
        "ce_actorroles": _header("The roles they had, as a JSON list."),
        "ce_company": _header("Their product company; absent for people of the group."),
        "ce_correlationid": _header("What it belongs to, across services."),
        "ce_causationid": _header("The event that led to it.", format="uuid"),
        "ce_hash": _header("SHA-256 that chains it to the event before it in its stream.", pattern="^[0-9a-f]{64}$"),
        "traceparent": _header("W3C trace context of the command that led to it."),
        "tracestate": _header("W3C trace state, where there is one."),
    },
    "required": [
        "content-type", "ce_specversion", "ce_type", "ce_source", "ce_id", "ce_time", "ce_subject", "ce_partitionkey",
        "ce_sequence", "ce_streamversion", "ce_actor", "ce_actorroles",
    ],
}  # fmt: skip
