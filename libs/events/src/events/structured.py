"""An event as one line of JSON: CloudEvents 1.0, JSON format, for those who follow a log over HTTP.

The same attributes as on Kafka, in one object with the data; `envelope.decode` reads it back.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json, to_json

from events.envelope import encode
from events.recorded import Recorded


def structured(fact: Recorded[Any], source: str) -> bytes:
    """The event of service `source` without a line break. `position` is `sequence` as a number."""
    record = encode(fact, source)
    attributes: dict[str, str | int] = {
        name.removeprefix("ce_"): value.decode() for name, value in record.headers if name != "content-type"
    }
    attributes |= {"datacontenttype": "application/json", "position": fact.position}
    # The data goes in as it is stored, the very text that its hash is over.
    data = record.value if b"\n" not in record.value else to_json(from_json(record.value))
    return to_json(attributes)[:-1] + b',"data":' + data + b"}"
