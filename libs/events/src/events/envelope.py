"""The envelope: an event as a Kafka record, and back.

CloudEvents 1.0, Kafka protocol binding: written in binary mode (attributes are headers, the
data is the value), read in binary and in structured mode. Attributes of our own carry what
CloudEvents has no word for, so nothing of a `Recorded` is lost on the way.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json, to_json

from events.event import Actor, Recorded
from events.feed import Garbled

LONGEST_KEY = 200
"""Characters of a key; ours are order numbers. A longer one would not fit an index of PostgreSQL."""

Headers = Iterable[tuple[str, bytes | None]]


class Record(NamedTuple):
    """What a producer sends."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp: int
    """Milliseconds since 1970: when it happened, not when it was sent."""


def encode(fact: Recorded[Any], source: str) -> Record:
    """The record of an event of service `source`."""
    actor = fact.actor
    time = fact.time.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    key = fact.key.encode()
    headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", fact.name.encode()),
        ("ce_source", source.encode()),
        ("ce_id", str(fact.id).encode()),
        ("ce_time", time.encode()),
        ("ce_subject", fact.stream.encode()),
        ("ce_partitionkey", key),
        ("ce_sequence", b"%019d" % fact.position),  # as wide as a bigint: compares as text
        ("ce_streamversion", b"%d" % fact.version),
        ("ce_actor", actor.subject.encode()),
        ("ce_actorroles", to_json(sorted(actor.roles))),
    ]
    if actor.company is not None:
        headers.append(("ce_company", actor.company.encode()))
    if fact.correlation:
        headers.append(("ce_correlationid", fact.correlation.encode()))
    if fact.causation is not None:
        headers.append(("ce_causationid", fact.causation.encode()))
    if fact.hash:
        headers.append(("ce_hash", fact.hash.hex().encode()))
    if fact.traceparent is not None:
        headers.append(("traceparent", fact.traceparent.encode()))
    value = fact.data if isinstance(fact.data, bytes) else fact.data.encode()
    return Record(key, value, headers, int(fact.time.timestamp() * 1000))


def decode(
    source: str, place: str, key: bytes | None, value: bytes | None, headers: Headers
) -> Recorded[Any] | Garbled:
    """The event in a record of topic `source`; `Garbled`, with the reason, when there is none.

    `place` stands in for a key that is missing or unusable. The data is not looked into:
    an event of the right form that this code does not know shows when it is decoded.
    """
    try:
        if value is None:
            raise ValueError("no value: a tombstone has no place in a log")
        text, attributes = _open(value, headers)
        if key is not None:
            attributes["partitionkey"] = key.decode()
        return _recorded(text, attributes, source)
    except ValueError as error:
        return Garbled(_printable(key) or place, str(error)[:1000], value or b"")


def _open(value: bytes, headers: Headers) -> tuple[str, dict[str, str]]:
    """The data as JSON text and the attributes by name, of either mode."""
    # Names are compared in lower case: the binding leaves their case to the sender.
    named = {name.lower(): raw.decode() for name, raw in headers if raw is not None}
    content = named.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content == "application/cloudevents+json":
        attributes, text = _structured(value)
        content = attributes.get("datacontenttype", "application/json").partition(";")[0].strip().lower()
    elif content.startswith("application/cloudevents"):
        raise ValueError(f"{content} is not read here; send binary mode or application/cloudevents+json")
    else:
        attributes = {name[3:]: text for name, text in named.items() if name.startswith("ce_")}
        text = value.decode()
    if content != "application/json" and not content.endswith("+json"):
        raise ValueError(f"the data is {content[:100]!r}; events here are JSON")
    if not text:
        raise ValueError("no data")
    if "traceparent" in named:
        attributes["traceparent"] = named["traceparent"]
    return text, attributes


def _structured(value: bytes) -> tuple[dict[str, str], str]:
    whole = from_json(value)
    if not isinstance(whole, dict):
        raise ValueError("a structured event is a JSON object")
    data, encoded = whole.pop("data", None), whole.pop("data_base64", None)
    if not all(isinstance(attribute, str | int | None) for attribute in whole.values()):
        raise ValueError("an attribute of a structured event is a string, a number or a truth value")
    attributes = {name: str(attribute) for name, attribute in whole.items() if attribute is not None}
    return attributes, b64decode(encoded).decode() if isinstance(encoded, str) else to_json(data).decode()


_REQUIRED = (
    "specversion", "type", "source", "id", "time", "subject", "partitionkey", "sequence",
    "streamversion", "actor",
)  # fmt: skip
_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)


def _recorded(data: str, attributes: Mapping[str, str], source: str) -> Recorded[Any]:
    missing = [name for name in _REQUIRED if not attributes.get(name)]
    if missing:
        raise ValueError(f"lacks the attributes {', '.join(missing)}")
    for name, text in attributes.items():
        if "\0" in text:
            raise ValueError(f"{name} holds a NUL character")
    if attributes["specversion"] != "1.0":
        raise ValueError(f"CloudEvents {attributes['specversion'][:20]!r} is not read here; send 1.0")
    if attributes["source"] != source:
        # Positions of another log would make this one's events look like repetitions.
        raise ValueError(f"its source is {attributes['source'][:100]!r}, but this is the topic of {source}")
    if (length := len(attributes["partitionkey"])) > LONGEST_KEY:
        raise ValueError(f"its key has {length} characters; at most {LONGEST_KEY} are allowed")
    roles = from_json(attributes.get("actorroles", "[]"))
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError("actorroles is not a JSON list of names")
    return Recorded(
        position=_number("sequence", attributes, 2**63 - 1),
        stream=attributes["subject"],
        version=_number("streamversion", attributes, 2**31 - 1),
        name=attributes["type"],
        data=data,
        key=attributes["partitionkey"],
        id=UUID(attributes["id"]),
        time=_time(attributes["time"]),
        actor=Actor(attributes["actor"], frozenset(roles), attributes.get("company")),
        correlation=attributes.get("correlationid", ""),
        causation=attributes.get("causationid"),
        traceparent=attributes.get("traceparent"),
        hash=bytes.fromhex(attributes.get("hash", "")),
    )


def _number(name: str, attributes: Mapping[str, str], most: int) -> int:
    text = attributes[name]
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
        raise ValueError(f"{name} is {text[:40]!r}, not a number from 1 to {most}")
    return int(text)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"time {text[:40]!r} has no offset from UTC")
    return time.astimezone(UTC)


def _printable(key: bytes | None) -> str:
    """A key that can be stored and shown; empty when there is none."""
    text = (key or b"").decode(errors="backslashreplace").replace("\0", r"\x00")
    return text if len(text) <= LONGEST_KEY else ""
