"""docs/asyncapi.json: current, valid by the official schema, and true of how services are wired."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from checks import asyncapi_document, asyncapi_specification, documents, services
from checks.asyncapi_document import Json
from checks.report import Report
from checks.tree import Tree
from events.contracts import OWNERS
from events.schemas import text_of

if TYPE_CHECKING:
    from servicekit.service import Service

PLACE = Path("docs/asyncapi.json")
_MEND = "python -m checks asyncapi --write"


def look(tree: Tree) -> Report:
    """Generate it anew, compare and validate."""
    wired = services.wired()
    document = _document(tree, wired)
    seen = f"{len(document['channels'])} channels, {len(document['operations'])} operations"
    problems = [
        *unheard(wired),
        *dangling(document),
        *documents.stale(tree, {PLACE: text_of(document)}, _MEND),
    ]
    try:
        problems += invalid(document, asyncapi_specification.schema(tree))
    except asyncapi_specification.Unreachable as error:
        return Report(
            seen, problems, skipped=f"{error}; all but validity by AsyncAPI's own schema was looked at"
        )
    return Report(seen, problems)


def write(tree: Tree) -> None:
    """Write it anew."""
    documents.write(tree, {PLACE: text_of(_document(tree, services.wired()))})


def _document(tree: Tree, wired: Mapping[str, Service]) -> Json:
    version = tomllib.loads((tree.root / "pyproject.toml").read_text())["project"]["version"]
    return asyncapi_document.document(wired, version)


def invalid(document: Json, official: Json) -> Iterator[str]:
    """What AsyncAPI's own schema does not allow."""
    for wrong in jsonschema_rs.validator_for(official).iter_errors(document):
        place = "/".join(map(str, wrong.instance_path))
        yield f"{PLACE} at /{place}: ...{wrong.message[-160:]}"


def unheard(wired: Mapping[str, Service]) -> Iterator[str]:
    """Reactions that can never run, since their service does not follow the topic."""
    for name, service in wired.items():
        for owner in (one for one in OWNERS if one not in service.sources):
            for event in services.events_of(owner):
                if event.name in service.reactions.names:
                    yield f"{name} reacts to {event.name} but does not follow {owner}; add it to its `sources`"


def dangling(document: Json) -> Iterator[str]:
    """References to what is not there, which no schema can see."""
    for ref in sorted(set(_references(document))):
        here: Any = document  # Any: a JSON value
        for step in ref.removeprefix("#/").split("/"):
            here = here.get(step) if isinstance(here, dict) else None
        if here is None:
            yield f"{PLACE}: {ref} leads nowhere"


def _references(part: Any) -> Iterator[str]:  # Any: a JSON value
    if isinstance(part, dict):
        if isinstance(ref := part.get("$ref"), str):
            yield ref
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
