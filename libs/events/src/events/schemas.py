"""JSON Schemas of the events, for those who read them in another language, and for the checks.

They tell what is written on the wire, and are closed: an event of this name holds these
fields and no others. Reading stays forgiving (see `events.event`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from events.event import Event, known_events

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]  # Any: a JSON document


def schema_of(kind: type[Event]) -> Schema:
    """The schema of one event, as it is written under its stored name."""
    body = kind.model_json_schema(mode="serialization", schema_generator=_Closed)
    head = {"$schema": DIALECT, "$id": f"urn:fulfilment:event:{kind.name}"}
    return head | {part: body[part] for part in _ORDER if part in body} | body


def schemas() -> dict[str, Schema]:
    """The schemas of all registered events, by stored name."""
    return {name: schema_of(kind) for name, kind in known_events()}


def definitions(kinds: Iterable[type[Event]], ref: str) -> tuple[dict[type[Event], str], dict[str, Schema]]:
    """Schemas of several events that share the definitions of their parts, for one document.

    `ref` is where a definition stands there, such as `#/components/schemas/{model}`. Gives
    the name of each event's definition, and all definitions by name.
    """
    places, document = models_json_schema(
        [(kind, "serialization") for kind in kinds], ref_template=ref, schema_generator=_Closed
    )
    prefix = ref.removesuffix("{model}")
    return (
        {kind: place["$ref"].removeprefix(prefix) for (kind, _), place in places.items()},  # type: ignore[misc]  # the kinds put in
        document["$defs"],
    )


def text_of(document: Schema) -> str:
    """A document as it is committed: indented, non-ASCII as itself, one line break at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


_ORDER = ("title", "description", "type", "properties", "required", "additionalProperties", "$defs")


class _Closed(GenerateJsonSchema):
    """Pydantic's schemas without what it says of each field by itself, and closed."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return {**super().model_schema(schema), "additionalProperties": False}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "decimal"}  # exact: a JSON number would be rounded by its reader

    def field_title_should_be_set(self, schema: Any) -> bool:  # Any: a union that pydantic keeps private
        return False
