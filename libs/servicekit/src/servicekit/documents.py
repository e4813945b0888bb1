"""The OpenAPI document: commands as bodies, problems as errors, a token on every route.

FastAPI writes what it sees in signatures; commands are read past it, so their schemas are
brought in here.
"""

from __future__ import annotations

from typing import Any

from events.decider import Command
from servicekit.problems import PROBLEMS, ProblemBody

REF = "#/components/schemas/{model}"


def body_of(kind: type[Command], example: Command | None) -> dict[str, Any]:
    """The request body of a command, for a route's `openapi_extra`."""
    schema = kind.model_json_schema(ref_template=REF)
    required = bool(schema.get("required"))
    media: dict[str, Any] = {"schema": schema}
    if example is not None:
        media["examples"] = {"example": {"value": example.model_dump(mode="json", exclude_unset=True)}}
    return {"requestBody": {"required": required, "content": {"application/json": media}}}


def command_headers(*, creates: bool) -> dict[str, Any]:
    """The request headers of a command route, for its `openapi_extra`."""
    key = _header(
        "Idempotency-Key",
        "A UUID: a repetition with it gets the first answer.",
        '"8e03978e-40d5"',
        "^[!-~]{1,202}$",
    )
    match = _header(
        "If-Match", "The ETag of your last read: 412 when it changed since.", '"3"', r'^(\*|"[0-9]{1,9}")$'
    )
    return {"parameters": [key] if creates else [key, match]}


def _header(name: str, description: str, example: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern, "examples": [example]}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's document with commands among its schemas, closed as they are enforced, and problems as errors."""
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for native in ("HTTPValidationError", "ValidationError"):
        schemas.pop(native, None)
    _put(schemas, ProblemBody.model_json_schema(ref_template=REF))
    for operation in (one for path in document["paths"].values() for one in path.values()):
        if "security" in operation:
            errors = {str(status): error for status, error in PROBLEMS(401, 422, 500).items()}
            operation["responses"] = operation["responses"] | errors
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media is not None and "title" in media["schema"]:
            media["schema"] = {"$ref": _put(schemas, media["schema"], closed=True)}
    return document


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that may be left out: it is absent then, and never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name != "anyOf"}}


def _put(schemas: dict[str, Any], schema: dict[str, Any], *, closed: bool = False) -> str:
    """Move a schema and its parts to the components; gives its reference."""
    parts: dict[str, Any] = schema.pop("$defs", {})
    for name, part in {**parts, schema["title"]: schema}.items():
        if closed and "properties" in part:
            part["additionalProperties"] = False
        if schemas.setdefault(name, part) != part:
            raise ValueError(f"two different schemas are called {name}; rename one of the classes")
    return REF.format(model=schema["title"])
