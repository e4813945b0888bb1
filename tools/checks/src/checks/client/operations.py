"""A document's operations as a client offers them: one method each, named as the service names it."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from checks.client.schemas import Json, item_of_page, mentioned, referred

Kind = Literal["read", "pages", "follow", "command", "post", "upload"]
"""How it is called; `follow` and `upload` are answered line by line."""

_OPERATIONS_OF_OPERATORS = "Health"
_OWN = frozenset({"cursor"})
"""Query parameters that the client fills in by itself."""
_HEADERS = {"idempotency-key": "key", "if-match": "if_version", "log-position": "", "last-event-id": ""}
"""Headers by the parameter that sets them; the last two have a query parameter beside them."""
_JSON, _LINES = "application/json", "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter; it may always be left out."""

    name: str
    kind: str
    """Its type in Python."""
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method."""

    name: str
    kind: Kind
    summary: str
    path: str
    """As a Python f-string's inside."""
    places: Sequence[str]
    """What stands in the path."""
    answer: str
    """The type of the answer, or of each item."""
    answered: Set[str]
    """The schemas that this type mentions."""
    query: Sequence[Parameter] = ()
    body: str | None = None
    required: bool = False
    """Whether the body is."""
    headers: Sequence[str] = ()


def operations(document: Json) -> Sequence[Operation]:
    """Everything but the health checks. Raises `LookupError` for what a client would not know how to call."""
    schemas: Mapping[str, Json] = document["components"]["schemas"]
    found = [
        _operation(path, method, told, schemas)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if _OPERATIONS_OF_OPERATORS not in told.get("tags", ())
    ]
    for name, times in Counter(one.name for one in found).items():
        if times > 1:
            raise LookupError(f"{times} operations are called {name}; rename one of the routes")
    return found


def _operation(path: str, method: str, told: Json, schemas: Mapping[str, Json]) -> Operation:
    answer = _answer(told)
    item = item_of_page(schemas[name]) if (name := referred(_schema(answer))) else None
    headers = tuple(_headers(path, told))
    body = told.get("requestBody")
    kind: Kind
    if method == "get":
        kind = "follow" if _LINES in answer else "pages" if item else "read"
    else:
        kind = "upload" if _LINES in answer else "command" if "key" in headers else "post"
    model = "Fact" if kind == "follow" else item or python_type(_schema(answer), "list")
    return Operation(
        name=_name(path, method, told),
        kind=kind,
        summary=told["summary"],
        path=re.sub(r"\{(\w+)\}", r"{part(\1)}", path),
        places=re.findall(r"\{(\w+)\}", path),
        answer=model,
        answered={item} if item else mentioned(_schema(answer)) if kind != "follow" else frozenset(),
        query=tuple(_query(told)),
        body=_body(path, body) if body and kind != "upload" else None,
        required=bool(body and body.get("required")),
        headers=tuple(name for name in headers if name),
    )


def python_type(schema: Mapping[str, Any], several: str = "Sequence") -> str:
    """A parameter's, or an answer's, type in Python, without the None of what may be left out."""
    if (name := referred(schema)) is not None:
        return name
    if "anyOf" in schema:
        kinds = [python_type(one, several) for one in schema["anyOf"] if one.get("type") != "null"]
        return " | ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    match schema.get("type"), schema.get("format"):
        case "string", "date":
            return "date"
        case "string", "date-time":
            return "datetime"
        case "array", _:
            return f"{several}[{python_type(schema['items'], several)}]"
        case "object", _:
            return "dict[str, Any]"
        case kind, _ if kind in _TYPES:
            return _TYPES[str(kind)]
    raise LookupError(f"no type in Python for {schema}; see {__name__}")


_TYPES = {"string": "str", "integer": "int", "boolean": "bool", "number": "float"}


def _answer(told: Json) -> Json:
    """The content of what is answered when all goes well."""
    content: Json = next(
        answer.get("content", {}) for status, answer in told["responses"].items() if status.startswith("2")
    )
    return content


def _schema(content: Json) -> Json:
    media: Json = content.get(_JSON) or content.get(_LINES) or {}
    schema: Json = media.get("schema", {})
    return schema


def _body(path: str, body: Json) -> str:
    name = referred(_schema(body["content"]))
    if name is None:
        raise LookupError(f"{path}: its body has no schema of its own")
    return name


def _query(told: Json) -> Iterator[Parameter]:
    for parameter in told.get("parameters", ()):
        if parameter["in"] == "query" and parameter["name"] not in _OWN:
            schema = parameter["schema"]
            words = parameter.get("description") or schema.get("description", "")
            yield Parameter(parameter["name"], python_type(schema), words)


def _headers(path: str, told: Json) -> Iterator[str]:
    for parameter in told.get("parameters", ()):
        if parameter["in"] == "header":
            name = parameter["name"].lower()
            if name not in _HEADERS:
                raise LookupError(f"{path}: a client does not know the header {parameter['name']}")
            yield _HEADERS[name]


def _name(path: str, method: str, told: Json) -> str:
    """The route's own name, behind which FastAPI puts path and method.

    Routes of a read model are named after its table, which may be looked at by several paths:
    a client names them after the path.
    """
    name = _snake(told["operationId"].removesuffix(f"_{method}").removesuffix(re.sub(r"\W", "_", path)))
    if (verb := re.match("list_|count_", name)) and "{" not in path:
        name = verb[0] + _snake(path.removesuffix("/counts"))
    return f"{name}_" if keyword.iskeyword(name) else name


def _snake(words: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|\W+", "_", words).strip("_").lower()
