"""Style and likely mistakes: ruff, with the rules of pyproject.toml."""

from __future__ import annotations

from checks.report import Report
from checks.tree import Tree, script


def look(tree: Tree) -> Report:
    """Rules first, then the format."""
    runs = [
        tree.run(script("ruff"), *words, "--no-cache", "--quiet", "--output-format", "concise")
        for words in _RUNS
    ]
    problems = list(dict.fromkeys(line for ran in runs if ran.code for line in ran.lines))
    if problems:
        problems.append("most of it is mended by `ruff check --fix` and `ruff format`")
    return Report("ruff check, ruff format", problems)


_RUNS = (("check",), ("format", "--check"))
