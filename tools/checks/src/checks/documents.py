"""Documents that are generated and committed, and whether they are what would be generated now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.tree import Tree

Documents = Mapping[Path, str]
"""Text by place, from the root."""


def stale(tree: Tree, wanted: Documents, command: str, *, folder: Path | None = None) -> list[str]:
    """What differs from `wanted`, and which JSON files of `folder` nothing generates; `command` mends it."""
    problems = [
        f"{path.as_posix()}: nothing generates it any more" for path in _surplus(tree, wanted, folder)
    ]
    for path, text in wanted.items():
        file = tree.root / path
        if not file.is_file():
            problems.append(f"{path.as_posix()}: missing")
        elif file.read_text(encoding="utf-8") != text:
            problems.append(f"{path.as_posix()}: not what the code says")
    return [*problems, f"run `{command}` and commit what it writes"] if problems else []


def write(tree: Tree, wanted: Documents, *, folder: Path | None = None) -> None:
    """Make the files what is wanted, and remove the JSON files of `folder` that nothing generates."""
    for path in _surplus(tree, wanted, folder):
        (tree.root / path).unlink()
    for path, text in wanted.items():
        (tree.root / path).parent.mkdir(parents=True, exist_ok=True)
        (tree.root / path).write_text(text, encoding="utf-8")


def _surplus(tree: Tree, wanted: Documents, folder: Path | None) -> Iterable[Path]:
    if folder is None:
        return ()
    return sorted(
        {path.relative_to(tree.root) for path in (tree.root / folder).glob("*.json")} - wanted.keys()
    )
