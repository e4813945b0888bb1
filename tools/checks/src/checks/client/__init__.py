"""libs/client: the typed client of the services' APIs, as their OpenAPI documents have it, current."""

from __future__ import annotations

from checks import documents, openapi, services
from checks.client.writing import modules
from checks.report import Report
from checks.tree import Tree

_MEND = "python -m checks client --write"


def look(tree: Tree) -> Report:
    """Generate the modules anew and compare."""
    try:
        wanted = _wanted(tree)
    except LookupError as unknown:
        return Report("no client", [str(unknown)])
    return Report(f"{len(wanted)} modules", documents.stale(tree, wanted, _MEND))


def write(tree: Tree) -> None:
    """Write them anew. Raises `LookupError` for what a client would not know how to call."""
    documents.write(tree, _wanted(tree))


def _wanted(tree: Tree) -> documents.Documents:
    return modules(tree, openapi.described(services.wired()))
