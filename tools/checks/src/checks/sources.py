"""The services' source, and what pyproject.toml says of it, as text: read, never imported."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

from checks.tree import Tree


def contract(tree: Tree, id: str) -> dict[str, Any]:  # Any: a table of TOML
    """One of the contracts on imports."""
    settings = tomllib.loads((tree.root / "pyproject.toml").read_text())["tool"]["importlinter"]
    return next(contract for contract in settings["contracts"] if contract["id"] == id)


def modules(tree: Tree) -> dict[str, Path]:
    """The services' modules by dotted name."""
    found = {}
    for path in tree.files():
        if path.suffix == ".py" and path.parts[0] == "services" and "src" in path.parts:
            dotted = ".".join(path.with_suffix("").parts[path.parts.index("src") + 1 :])
            found[dotted.removesuffix(".__init__")] = path
    return found


def parsed(tree: Tree, path: Path) -> ast.Module:
    """A file's syntax tree. Raises `SyntaxError`."""
    return ast.parse((tree.root / path).read_text(encoding="utf-8"), filename=str(path))
