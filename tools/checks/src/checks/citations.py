"""Where the code names a rule: docstrings of modules, classes, functions and named values, by place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.words import cited

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Citation:
    """A docstring that names a rule; `name` is empty when it is the module's."""

    path: Path
    name: str
    rules: frozenset[str]


def citations(path: Path, module: ast.Module) -> Iterator[Citation]:
    """All in a module. What is said of a class's field or in a method counts for the class."""
    if found := cited(ast.get_docstring(module)):
        yield Citation(path, "", found)
    for before, node in zip([None, *module.body], module.body, strict=False):
        if isinstance(node, Definition) and (found := _within(node)):
            yield Citation(path, node.name, found)
        if (name := _assigned(before)) and (found := cited(_text(node))):
            yield Citation(path, name, found)


def _within(node: Definition) -> frozenset[str]:
    if not isinstance(node, ast.ClassDef):
        return cited(ast.get_docstring(node))
    inner = [_within(one) for one in node.body if isinstance(one, Definition)]
    return frozenset().union(*inner, *(cited(_text(one)) for one in node.body))


def _assigned(node: ast.stmt | None) -> str:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return next((target.id for target in targets if isinstance(target, ast.Name)), "")


def _text(node: ast.stmt) -> str:
    """The text of a statement that is nothing but one."""
    value = node.value if isinstance(node, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def reached(modules: Mapping[str, ast.Module], start: Iterator[str]) -> frozenset[str]:
    """Modules among these that the first ones import, with themselves."""
    found: set[str] = set()
    waiting = [name for name in start if name in modules]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one for one in _imported(modules[name]) if one in modules]
    return frozenset(found)


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
