"""Style and types are looked at with the settings of the repository."""

from __future__ import annotations

from checks import lint, static_types
from checks.tree import Tree

CLEAN = """\
from __future__ import annotations


def twice(number: int) -> int:
    return 2 * number
"""


def workspace(tree: Tree) -> None:
    for folder in ("libs/events/src/events", "services/review/src/review", "tools/demo/src/demo"):
        put(tree, f"{folder}/__init__.py", CLEAN)


def put(tree: Tree, path: str, text: str) -> None:
    (tree.root / path).parent.mkdir(parents=True, exist_ok=True)
    (tree.root / path).write_text(text)


def test_clean_code_passes(tree: Tree) -> None:
    workspace(tree)
    put(tree, "libs/events/tests/conftest.py", CLEAN)
    put(tree, "libs/events/tests/shared.py", CLEAN)
    put(tree, "libs/events/tests/test_a.py", "import shared\n\nshared.twice(2)\n")
    put(tree, "services/review/tests/conftest.py", CLEAN)
    assert lint.look(tree).problems == []
    assert static_types.look(tree).problems == []


def test_a_rule_and_the_format_are_looked_at(tree: Tree) -> None:
    put(tree, "libs/events/src/events/broad.py", "try:\n    pass\nexcept Exception:\n    pass\n")
    put(tree, "libs/events/src/events/shape.py", "x = {  'a':1 }\n")
    problems = "\n".join(lint.look(tree).problems)
    assert "broad.py:3:8: BLE001" in problems
    assert "shape.py:1:" in problems
    assert "`ruff check --fix`" in problems


def test_types_are_strict_in_packages_and_in_each_folder_of_tests(tree: Tree) -> None:
    workspace(tree)
    put(tree, "libs/events/src/events/loose.py", "def loose(x):\n    return x\n")
    put(tree, "libs/events/tests/test_a.py", "import events\n\nevents.twice('2')\n")
    put(tree, "services/review/tests/test_a.py", "import review\n\nreview.twice('2')\n")
    problems = "\n".join(static_types.look(tree).problems)
    assert "libs/events/src/events/loose.py:1: error: Function is missing a type annotation" in problems
    assert "libs/events/tests/test_a.py:3: error: Argument 1" in problems
    assert "services/review/tests/test_a.py:3: error: Argument 1" in problems
