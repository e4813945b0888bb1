"""A test run divided among workers (pytest-xdist): what stays together, and what comes first.

Each worker is a pytest session with servers of its own, so nothing of one can be in another's way.
A file's tests stay with one worker. All tests that start, load and break whole systems are one
lot: two such systems at a time would make each other slow beyond the tests' time limits. It is the
longest lot and begins first; a system that fills the machine always has lighter tests beside it.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

from launch import ports

WHOLE_SYSTEMS = ("tests/faults/", "tests/e2e/", "tools/launch/tests/test_system.py")
"""The lot of whole systems, in the order in which its tests run: those that want the machine for themselves
come before those whose systems stay until the end."""
LONG = ("tools/checks/", "tests/contract/")
"""What comes next; the rest is short, so that no worker is long alone at the end."""


def lot(nodeid: str) -> str:
    """What a test is handed out with: its file, or the whole systems."""
    return "whole systems" if nodeid.startswith(WHOLE_SYSTEMS) else nodeid.partition("::")[0]


class Lots(LoadScopeScheduling):  # type: ignore[misc]  # xdist is published without types
    """Hands out whole files, and the whole systems as one."""

    def _split_scope(self, nodeid: str) -> str:
        return lot(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Lots:
    """Whatever `--dist` says: tests of one file share what is costly to make."""
    return Lots(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Ports that are chosen in one worker are free for it in all others."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        ports.keep_to_part(int(worker["workerid"].removeprefix("gw")), worker["workercount"])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, where there are workers."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    first = (*WHOLE_SYSTEMS, *LONG)
    return next((rank for rank, start in enumerate(first) if item.nodeid.startswith(start)), len(first))
