"""The events' JSON Schemas: committed, current, and never a break for those who read them.

An event is stored for ever under its name. Its shape may gain optional fields; any other
change is a new event (`.v2`) with an `upcast` from the old, whose schema stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from checks import documents, history, readers
from checks.compatibility import breaks
from checks.report import Report
from checks.tree import Tree
from events.contracts import COMMON, OWNERS
from events.event import current_name, known_events
from events.schemas import Schema, schemas, text_of

FOLDER = Path("libs/events/schemas")
_MEND = "python -m checks schemas --write"


def look(tree: Tree) -> Report:
    """Docstrings, compatibility with every committed version, and that the files are current."""
    committed = _committed(tree)
    problems = [
        *_undescribed(),
        *_broken(committed, readers.known(tree)),
        *documents.stale(tree, _wanted(committed), _MEND, folder=FOLDER),
    ]
    seen = f"{len(schemas())} events against {sum(map(len, committed.values()))} committed schemas"
    return Report(seen, problems, history.gap(tree))


def write(tree: Tree) -> None:
    """Write the schemas, unless that would break somebody: the old files are the evidence."""
    committed = _committed(tree)
    if not any(_broken(committed, {})):
        documents.write(tree, _wanted(committed), folder=FOLDER)


def _committed(tree: Tree) -> Mapping[str, Sequence[str]]:
    return history.versions(tree, FOLDER)


def _wanted(committed: Mapping[str, Sequence[str]]) -> documents.Documents:
    """What is generated now, and of retired events what was committed last."""
    retired = {name: texts[-1] for name, texts in committed.items() if current_name(name) != name}
    texts = retired | {name: text_of(schema) for name, schema in schemas().items()}
    return {FOLDER / f"{name}.json": text for name, text in sorted(texts.items())}


def _undescribed() -> Iterator[str]:
    owners = {module.__name__ for module in (*OWNERS.values(), *COMMON)}
    for name, kind in known_events():
        if not (kind.__doc__ or "").strip():
            yield f"{name}: {kind.__name__} has no docstring; say what became true"
        if kind.__module__ not in owners:
            yield f"{name}: {kind.__module__} is in no service's contract; move it to events.contracts"


def _broken(committed: Mapping[str, Sequence[str]], told: Mapping[str, str]) -> Iterator[str]:
    current = schemas()
    for name, texts in committed.items():
        versions: list[Schema] = [json.loads(text) for text in texts]
        if name in current:
            found = list(dict.fromkeys(why for old in versions for why in breaks(old, current[name])))
            successor = _successor(name)
            fix = (
                f"leave {name} as it was, record {successor} and register upcast({name!r}, to={successor!r})"
            )
        elif current_name(name) in current:
            continue
        else:
            found = [
                f"it is gone{_renamed(versions[-1], current, committed)}, and its events are still stored"
            ]
            fix = f"bring {name} back, or register an upcast of it to its successor"
        if found:
            who = told.get(name, "whoever reads the log or the topic it is in")
            yield f"{name}: {'; '.join(found)}\n  breaks {who}\n  {fix}"


def _successor(name: str) -> str:
    stem, _, number = name.rpartition(".v")
    return f"{stem}.v{int(number) + 1}"


def _renamed(old: Schema, current: Mapping[str, Schema], committed: Mapping[str, Sequence[str]]) -> str:
    """A guess at the new name: a class may be renamed, a stored name never."""
    same = [n for n, new in current.items() if n not in committed and new["title"] == old["title"]]
    return f" (renamed to {same[0]}?)" if same else ""
