"""Remove the data of `make run` and the caches of tools, unless the system is running on that data.

Run by the Makefile with the system's Python, so it uses the standard library alone.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".data"
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def main() -> None:
    """Remove them, or exit saying what holds them."""
    lock = DATA / "launcher.lock"
    if lock.exists():
        with lock.open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit("the system is running on this data; stop `make run` first")
    for directory in (DATA, *(ROOT / cache for cache in CACHES)):
        if directory.exists():
            shutil.rmtree(directory)


if __name__ == "__main__":
    main()
