"""Types: mypy, strict, over all packages together and then over each folder of tests.

Folders of tests are no packages and share names such as `conftest`, so one run cannot hold
two of them.
"""

from __future__ import annotations

from checks.report import Report
from checks.tree import Ran, Tree, script


def look(tree: Tree) -> Report:
    """Later runs find the packages in the cache of the first."""
    runs = [tree.run(*_MYPY)]
    folders = tree.test_folders()
    runs += [tree.run(*_MYPY, folder, MYPYPATH=str(folder)) for folder in folders]
    problems = list(dict.fromkeys(line for ran in runs for line in _problems(ran)))
    return Report(f"mypy --strict, {len(folders)} folders of tests", problems)


_MYPY = (script("mypy"), "--no-error-summary", "--no-pretty")


def _problems(ran: Ran) -> list[str]:
    return ran.lines if ran.code else []
