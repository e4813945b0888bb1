"""Every version of a document that was ever committed.

Events live for ever, so an event's schema is bound by all its committed versions, not only
by the last: what any of them let in may be in a log today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from checks.tree import Tree


def versions(tree: Tree, folder: Path) -> Mapping[str, Sequence[str]]:
    """The texts of each JSON file in `folder`, oldest first, by the file's stem.

    From the history of HEAD; what is not committed yet binds nobody. Without git, the files
    on disk are all that is known.
    """
    found: dict[str, list[str]] = {}
    if tree.in_git:
        log = tree.git(
            "log", "--reverse", "--format=", "--raw", "--no-abbrev", "--no-renames", "--", folder.as_posix()
        )
        for change in (log or "").splitlines():
            facts, _, name = change.partition("\t")
            blob = facts.split()[3]
            if name.endswith(".json") and blob.strip("0"):
                found.setdefault(Path(name).stem, []).append(tree.git("cat-file", "blob", blob) or "")
    else:
        for path in sorted((tree.root / folder).glob("*.json")):
            found[path.stem] = [path.read_text(encoding="utf-8")]
    return {name: list(dict.fromkeys(texts)) for name, texts in sorted(found.items())}


def gap(tree: Tree) -> str:
    """Why not all that was ever committed is seen here; empty when it is, or when there is no git at all."""
    if not (tree.root / ".git").exists():
        return ""
    if not tree.in_git:
        return "git tells no history here (try `git log`), so only the files on disk bind"
    if (tree.git("rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return "this clone is shallow, so older schemas are not seen; run `git fetch --unshallow`"
    return ""
