"""The documents' schemas as a client needs them: what things are, not what is allowed in them.

Whether a text is too long the service says, in its own words. Left in, each limit would be a
type of its own in the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]  # Any: a JSON document

_KEPT = frozenset({
    "type", "format", "properties", "required", "items", "prefixItems", "anyOf", "oneOf", "allOf", "$ref", "enum",
    "const", "default", "description", "additionalProperties", "discriminator",
})  # fmt: skip
_REF = "#/components/schemas/"


def plain(schema: Any, *, open_ended: bool = False) -> Any:  # Any: any part of a JSON schema
    """A schema without limits, titles and examples; money as an exact decimal.

    `open_ended`: its lists of values may grow, as those of answers do, and a client of today
    must still read them.
    """
    if isinstance(schema, list):
        return [plain(one, open_ended=open_ended) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if _is_money(schema):
        return _money(schema)
    kept = {name: value for name, value in schema.items() if name in _KEPT}
    if open_ended:
        kept.pop("enum", None)
    if properties := kept.pop("properties", None):
        kept["properties"] = {name: plain(one, open_ended=open_ended) for name, one in properties.items()}
    for name in ("items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties"):
        if name in kept:
            kept[name] = plain(kept[name], open_ended=open_ended)
    return kept


def closed(schema: Json) -> Json:
    """An object that takes no other fields, so that a wrong name is found before it is sent."""
    return {**schema, "additionalProperties": False} if "properties" in schema else schema


def tidied(document: Json) -> Json:
    """The document with all its schemas under their classes' own names.

    FastAPI puts the module before the name of classes that are called alike, and a route may
    write its schema where it uses it. Raises `LookupError` when they are not the same thing.
    """
    schemas: dict[str, Json] = dict(document["components"]["schemas"])
    document = {**document, "paths": _lifted(document["paths"], schemas)}
    names = {name: name.rpartition("__")[2] for name in schemas}
    own: dict[str, Json] = {}
    for name, schema in schemas.items():
        own[names[name]] = _merged(names[name], own.get(names[name], schema), schema)
    whole: Json = _renamed({**document, "components": {"schemas": own}}, names)
    return whole


def _merged(name: str, one: Json, other: Json) -> Json:
    """Two views of one class: what is in both is certainly there, the rest may be."""
    if plain({**one, "required": []}) != plain({**other, "required": []}):
        raise LookupError(f"two different schemas are called {name}; rename one of the classes")
    certain = [field for field in one.get("required", ()) if field in other.get("required", ())]
    return {**one, "required": certain} if certain else one


def referred(schema: Mapping[str, Any]) -> str | None:
    """The name of the schema this one is a reference to."""
    ref: str = schema.get("$ref", "")
    return ref.removeprefix(_REF) if ref.startswith(_REF) else None


def item_of_page(schema: Mapping[str, Any]) -> str | None:
    """What a page has items of; None when the schema is no page."""
    properties = schema.get("properties", {})
    return referred(properties["items"]["items"]) if properties.keys() == {"items", "next"} else None


def reached(names: set[str], schemas: Mapping[str, Json]) -> set[str]:
    """The schemas of these names, and all that they are made of."""
    found: set[str] = set()
    while new := names - found:
        found |= new
        names = {name for one in new for name in mentioned(schemas[one])}
    return found


def mentioned(part: Any) -> set[str]:  # Any: any part of a JSON schema
    """The names of all schemas it refers to."""
    if isinstance(part, dict):
        here = {name} if (name := referred(part)) else set()
        return here.union(*(mentioned(one) for one in part.values()))
    return set().union(*(mentioned(one) for one in part)) if isinstance(part, list) else set()


def _renamed(part: Any, names: Mapping[str, str]) -> Any:  # Any: any part of a JSON document
    if isinstance(part, dict):
        here = {"$ref": _REF + names[name]} if (name := referred(part)) else {}
        return {key: _renamed(value, names) for key, value in part.items()} | here
    return [_renamed(one, names) for one in part] if isinstance(part, list) else part


def _lifted(part: Any, schemas: dict[str, Json]) -> Any:  # Any: any part of a JSON document
    """With references to objects that are described on the spot, which join the schemas."""
    if isinstance(part, list):
        return [_lifted(one, schemas) for one in part]
    if not isinstance(part, dict):
        return part
    part = {key: _lifted(value, schemas) for key, value in part.items()}
    if "properties" not in part or not isinstance(name := part.get("title"), str):
        return part
    schemas[name] = _merged(name, schemas.get(name, part), part)
    return {"$ref": _REF + name}


def _is_money(schema: Mapping[str, Any]) -> bool:
    return {"number", "string"} <= {one.get("type") for one in schema.get("anyOf", ())}


def _money(schema: Mapping[str, Any]) -> Json:
    """What is taken as a number or a text is sent as a text, which is exact."""
    others = [one for one in schema["anyOf"] if one.get("type") not in {"number", "string"}]
    money: Json = {"type": "string", "format": "decimal"}
    kept = {name: schema[name] for name in ("description", "default") if name in schema}
    return {**kept, "anyOf": [money, *others]} if others else {**kept, **money}
