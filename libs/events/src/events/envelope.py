"""The envelope: an event as a Kafka record, and back.

CloudEvents 1.0, Kafka protocol binding: written in binary mode (attributes are headers, the
data is the value), read in binary and in structured mode. Attributes of our own carry what
CloudEvents has no word for, so nothing of a `Recorded` is lost on the way.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from asyncpg.pgproto.pgproto import UUID  # read five times as fast as the standard library's, and equal to it
from pydantic_core import from_json, to_json

from events.feed import Garbled
from events.recorded import Actor, Context, Recorded

LONGEST_KEY = 200
"""Characters of a key; ours are order numbers. A longer one would not fit an index of PostgreSQL."""

Headers = Sequence[tuple[str, bytes | None]]


class Record(NamedTuple):
    """What a producer sends."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp: int
    """Milliseconds since 1970: when it happened, not when it was sent."""


def encode(fact: Recorded[Any], source: str) -> Record:
    """The record of an event of service `source`."""
    context = fact.context
    actor = context.by
    time = fact.time if fact.time.tzinfo is UTC else fact.time.astimezone(UTC)
    key = fact.key.encode()
    headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", fact.name.encode()),
        ("ce_source", source.encode()),
        ("ce_id", str(fact.id).encode()),
        ("ce_time", time.isoformat(timespec="microseconds")[:-6].encode() + b"Z"),
        ("ce_subject", fact.stream.encode()),
        ("ce_partitionkey", key),
        ("ce_sequence", b"%019d" % fact.position),  # as wide as a bigint: compares as text
        ("ce_streamversion", b"%d" % fact.version),
        ("ce_actor", actor.subject.encode()),
        ("ce_actorroles", _roles_written(actor.roles)),
    ]
    if actor.company is not None:
        headers.append(("ce_company", actor.company.encode()))
    if context.correlation:
        headers.append(("ce_correlationid", context.correlation.encode()))
    if context.causation is not None:
        headers.append(("ce_causationid", context.causation.encode()))
    if fact.hash:
        headers.append(("ce_hash", fact.hash.hex().encode()))
    if context.traceparent is not None:
        headers.append(("traceparent", context.traceparent.encode()))
    value = fact.data if isinstance(fact.data, bytes) else fact.data.encode()
    return Record(key, value, headers, int(time.timestamp() * 1000))


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
    names, raws = zip(*headers, strict=True) if headers else ((), ())
    if None in raws:
        names, raws = zip(*[(name, raw) for name, raw in headers if raw is not None], strict=True)
    attributes = dict(zip(_known_as(names), _texts(raws), strict=True))
    content = attributes.pop("", "application/json").partition(";")[0].strip().lower()
    if content == "application/cloudevents+json":
        traceparent = attributes.get("traceparent")
        attributes, text = _structured(value)
        content = attributes.get("datacontenttype", "application/json").partition(";")[0].strip().lower()
        if traceparent is not None:
            attributes["traceparent"] = traceparent
    elif content.startswith("application/cloudevents"):
        raise ValueError(f"{content} is not read here; send binary mode or application/cloudevents+json")
    else:
        text = value.decode()
    if content != "application/json" and not content.endswith("+json"):
        raise ValueError(f"the data is {content[:100]!r}; events here are JSON")
    if not text:
        raise ValueError("no data")
    return text, attributes


@lru_cache(256)  # senders send the same names in the same order
def _known_as(names: tuple[str, ...]) -> Sequence[str]:
    """The attributes that headers hold; empty for the content type, and what no attribute has for others."""
    # Names are compared in lower case: the binding leaves their case to the sender.
    lower = [name.lower() for name in names]
    return [
        name.removeprefix("ce_") if name.startswith("ce_")
        else name if name == "traceparent"
        else "" if name == "content-type" else f"header {name}"
        for name in lower
    ]  # fmt: skip


def _texts(raws: Sequence[bytes]) -> Sequence[str]:
    """The headers' values as texts, decoded in one go unless one of them has a line break in it."""
    texts = b"\n".join(raws).decode().split("\n")
    return texts if len(texts) == len(raws) else [raw.decode() for raw in raws]


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


def _recorded(data: str, attributes: Mapping[str, str], source: str) -> Recorded[Any]:
    get = attributes.get
    if not all(map(get, _REQUIRED)):
        missing = [name for name in _REQUIRED if not get(name)]
        raise ValueError(f"lacks the attributes {', '.join(missing)}")
    if "\0" in "".join(attributes.values()):
        names = [name for name, text in attributes.items() if "\0" in text]
        raise ValueError(f"{', '.join(names)} holds a NUL character")
    if attributes["specversion"] != "1.0":
        raise ValueError(f"CloudEvents {attributes['specversion'][:20]!r} is not read here; send 1.0")
    if attributes["source"] != source:
        # Positions of another log would make this one's events look like repetitions.
        raise ValueError(f"its source is {attributes['source'][:100]!r}, but this is the topic of {source}")
    if (length := len(attributes["partitionkey"])) > LONGEST_KEY:
        raise ValueError(f"its key has {length} characters; at most {LONGEST_KEY} are allowed")
    actor = _actor(attributes["actor"], get("actorroles", "[]"), get("company"))
    time = _time(attributes["time"])
    return Recorded.received(
        position=_number("sequence", attributes, 2**63 - 1),
        stream=attributes["subject"],
        version=_number("streamversion", attributes, 2**31 - 1),
        name=attributes["type"],
        data=data,
        key=attributes["partitionkey"],
        id=UUID(attributes["id"]),
        time=time,
        hash=bytes.fromhex(get("hash", "")),
        context=partial(
            Context, actor, time, get("correlationid", ""), get("causationid"), get("traceparent")
        ),
    )


@lru_cache(1024)  # the same people again and again; each about 1 kB
def _actor(subject: str, roles: str, company: str | None) -> Actor:
    names = from_json(roles)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("actorroles is not a JSON list of names")
    return Actor(subject, frozenset(names), company)


@lru_cache(1024)
def _roles_written(roles: frozenset[str]) -> bytes:
    return to_json(sorted(roles))


def _number(name: str, attributes: Mapping[str, str], most: int) -> int:
    text = attributes[name]
    number = int(text) if len(text) <= 20 and text.isdigit() and text.isascii() else 0
    if not 1 <= number <= most:
        raise ValueError(f"{name} is {text[:40]!r}, not a number from 1 to {most}")
    return number


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is UTC:
        return time
    if time.tzinfo is None:
        raise ValueError(f"time {text[:40]!r} has no offset from UTC")
    return time.astimezone(UTC)


def _printable(key: bytes | None) -> str:
    """A key that can be stored and shown; empty when there is none."""
    text = (key or b"").decode(errors="backslashreplace").replace("\0", r"\x00")
    return text if len(text) <= LONGEST_KEY else ""
