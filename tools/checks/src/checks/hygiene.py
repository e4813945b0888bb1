"""What must never be committed: secrets, paths of one machine, addresses of package registries.

A registry's address in a lock file or a requirements file would send everybody there,
whatever mirror they are set up with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.report import Report
from checks.tree import Tree


def look(tree: Tree) -> Report:
    """Every text file that is, or would be, committed."""
    patterns = {**_PATTERNS, "the path of this very checkout": re.compile(re.escape(str(tree.root)) + r"\b")}
    files = [path for path in tree.files() if (tree.root / path).stat().st_size < _LARGEST]
    problems = [problem for path in files for problem in _found(tree.root, path, patterns)]
    problems += [f"{path}: names a registry for every package; commit the hashed requirements instead"
                 for path in files if path.name in _LOCKS]  # fmt: skip
    return Report(f"{len(files)} files", problems)


_LARGEST = 2_000_000
"""Bytes; nobody writes a larger text by hand."""
_LOCKS = frozenset({"uv.lock", "poetry.lock", "package-lock.json"})
# A letter in brackets keeps this file from finding itself.
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "the address of a package registry": re.compile(
        r"py[p]i\.org|[p]ythonhosted\.org|registry\.[n]pmjs|[y]arnpkg\.com|repo1?\.[m]aven|[c]rates\.io"
        r"|proxy\.[g]olang|deb\.[d]ebian\.org|index-[u]rl\s*[=\s]\s*\w+://"
    ),
    "a path of somebody's machine": re.compile(
        r"(?<![\w.])/(?:home|[U]sers)/\w+/|(?<![\w./])/[r]oot/|\b[A-Z]:\\\\?[U]sers"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE [K]EY-----"),
    "a token": re.compile(
        r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|\bwhsec_[A-Za-z0-9+/]{24,}|\b[g]hp_\w{30,}"
    ),
}


def _found(root: Path, path: Path, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[str]:
    try:
        text = (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in patterns.items():
            if pattern.search(line):
                yield f"{path.as_posix()}:{number}: {what}; take it out: {line.strip()[:60]}"
