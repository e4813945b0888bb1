"""The client's modules from the services' documents: one for each service, and one for what they share."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from checks.client.models import models
from checks.client.operations import Operation, operations
from checks.client.schemas import Json, closed, plain, reached, tidied
from checks.tree import Tree, script

FOLDER = Path("libs/client/src/fulfilment_client")
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701  # it is Python that is written
)


def modules(tree: Tree, documents: Mapping[str, Json]) -> Mapping[Path, str]:
    """Each module's text by its place. Raises `LookupError` for what a document says and a client does not know."""
    documents = {service: tidied(document) for service, document in documents.items()}
    offered = {service: operations(document) for service, document in documents.items()}
    needed = {service: _schemas(documents[service], offered[service]) for service in documents}
    shared = _shared(needed.values())
    written = {"common": _text("common.py.jinja2", models=models(shared).values())}
    for service, schemas in needed.items():
        made = models(schemas)
        written[service.replace("-", "_")] = _text(
            "service.py.jinja2",
            service=service,
            name="".join(word.title() for word in service.split("-")),
            summary=documents[service]["info"]["summary"],
            operations=offered[service],
            common=sorted(schemas.keys() & shared.keys()),
            models=[text for name, text in made.items() if name not in shared],
        )
    return {(path := FOLDER / f"{name}.py"): _formatted(tree, path, text) for name, text in written.items()}


def _schemas(document: Json, offered: Sequence[Operation]) -> Mapping[str, Json]:
    """What the operations ask for, to the letter, and what they answer with, open to what comes later."""
    whole: Mapping[str, Json] = document["components"]["schemas"]
    asked = reached({one.body for one in offered if one.body}, whole)
    answered = reached({name for one in offered for name in one.answered}, whole)
    return {
        name: closed(plain(schema)) if name in asked else plain(schema, open_ended=True)
        for name, schema in whole.items()
        if name in asked | answered
    }


def _shared(needed: Collection[Mapping[str, Json]]) -> Mapping[str, Json]:
    """Schemas of several services; all that go by one name are the same thing."""
    times = Counter(name for schemas in needed for name in schemas)
    shared = {name: schema for schemas in needed for name, schema in schemas.items() if times[name] > 1}
    for schemas in needed:
        for name in schemas.keys() & shared.keys():
            if schemas[name] != shared[name]:
                raise LookupError(f"two services say different things of {name}; rename one of the classes")
    return shared


def _text(template: str, **values: object) -> str:
    return _templates.get_template(template).render(values)


def _formatted(tree: Tree, path: Path, text: str) -> str:
    """As ruff formats it, with the imports it needs and no line broken that need not be."""
    steps = (
        ("check", "--fix-only", "--quiet", "--select", "F401"),
        ("format", "--quiet", "--config", "format.skip-magic-trailing-comma=true"),
    )
    for words in steps:
        text = subprocess.run(
            [script("ruff"), *words, "--no-cache", "--stdin-filename", path, "-"],
            cwd=tree.root,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text
