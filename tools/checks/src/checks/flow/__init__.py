"""docs/flow.md: states, transitions and reactions, as the services' code really goes through them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from checks import documents, openapi, services
from checks.flow.document import document, gaps
from checks.flow.exploration import Exploration, explore
from checks.report import Report
from checks.tree import Tree

PLACE = Path("docs/flow.md")
_MEND = "python -m checks flow --write"


def look(tree: Tree) -> Report:
    """Walk the deciders anew and compare."""
    found = _explored()
    walks = [walk for several in found.walks.values() for walk in several]
    steps, missing = sum(len(walk.steps) for walk in walks), len(list(gaps(found)))
    seen = f"{len(walks)} deciders, {steps} steps, {len(found.led)} reactions; {missing} not met"
    return Report(seen, documents.stale(tree, {PLACE: document(found)}, _MEND))


def write(tree: Tree) -> None:
    """Write it anew."""
    documents.write(tree, {PLACE: document(_explored())})


@cache
def _explored() -> Exploration:
    wired = services.wired()
    facts = {name: services.events_of(name) for name in wired}
    return explore(wired, openapi.described(wired), facts)
